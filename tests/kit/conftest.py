"""A world for each test, on files of its own."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.kit.world import World, world


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """These tests provoke faults by the dozen; printing each with its frames takes longer than they do."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made
