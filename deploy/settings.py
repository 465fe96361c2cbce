"""What can be set from outside, by an option of `article6` or by an environment variable."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FOLDER = Path("article6-data")
"""Where everything is kept unless told otherwise: ARTICLE6_DATA or `--data`."""
EXERCISE_FOLDER = Path("article6-exercise")
"""Where the exercise is kept, so that fictional States never stand beside real ones."""
HOST = "127.0.0.1"
"""ARTICLE6_HOST or `--host`. This machine only, unless `--public` is said too."""
PORT = 8606
"""ARTICLE6_PORT or `--port`."""
DRAIN_SECONDS = 10
"""How long requests under way may take after SIGTERM."""


def product_version() -> str:
    """The installed version of Article Six."""
    try:
        return version("article6")
    except PackageNotFoundError:
        return "unknown (not installed)"
