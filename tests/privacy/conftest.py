"""The command line's fixtures serve here too, and a system with two services that name people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.conftest import _logs_as_they_were, article6
from tests.privacy.desk import NAMING
from tests.system import TestSystem, embedded_system

__all__ = ["_logs_as_they_were", "article6"]


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path / "data", names=NAMING) as running:
        yield running
