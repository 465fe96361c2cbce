"""The command line's fixtures serve here too; and a view can be made anew in steps small enough to break off."""

import pytest

from tests.cli.conftest import _logs_as_they_were, article6, copied, filled

__all__ = ["_logs_as_they_were", "article6", "copied", "filled", "small_steps"]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few commits make several pages, and nothing waits to be noticed."""
    monkeypatch.setattr("shared.rebuilding.filling._SLICE", 2)
    monkeypatch.setattr("shared.rebuilding.filling._KEPT_EVERY", 6)
    monkeypatch.setattr("shared.rebuilding.agreeing._PAGE", 3)
    monkeypatch.setattr("shared.rebuilding._NOTICED_WITHIN", 0.0)
