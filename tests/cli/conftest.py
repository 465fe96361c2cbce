"""The command line as people use it, on a folder that holds the whole shipped data."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from deploy.cli import app

Article6 = Callable[..., Result]


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Each command sets up its logs on a stream that ends with it."""
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def article6(monkeypatch: pytest.MonkeyPatch) -> Article6:
    """Runs a command; `article6("state", "LAO")` gives what came of it."""
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("ARTICLE6_DATA", "ARTICLE6_HOST", "ARTICLE6_PORT"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return run


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped data in it. Read it; copy it to write."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    result = CliRunner().invoke(app, ["import", "--data", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def copied(filled: Path, tmp_path: Path) -> Path:
    """The same, for one test alone."""
    return Path(shutil.copytree(filled, tmp_path / "data"))
