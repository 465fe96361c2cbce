"""The command line's fixtures serve here too."""

from tests.cli.conftest import _logs_as_they_were, article6, copied, filled

__all__ = ["_logs_as_they_were", "article6", "copied", "filled"]
