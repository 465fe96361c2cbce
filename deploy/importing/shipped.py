"""The data that ships with the product."""

from importlib import resources
from importlib.resources.abc import Traversable


def shipped_data() -> Traversable:
    """The sourced tables inside the package."""
    return resources.files("deploy") / "data"
