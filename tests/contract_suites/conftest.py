"""Every suite runs once for each adapter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.documents import Documents
from shared.eventstore import EventStore
from tests.contract_suites.adapters import (
    DOCUMENTS,
    LOGS,
    STORES,
    DocumentsPlace,
    LogPlace,
    StorePlace,
    Topics,
)


@pytest.fixture(params=sorted(STORES))
def store_place(request: pytest.FixtureRequest, tmp_path: Path) -> StorePlace:
    return STORES[request.param](tmp_path)


@pytest.fixture
async def store(store_place: StorePlace) -> AsyncIterator[EventStore]:
    opened = await store_place.open()
    yield opened
    await opened.close()


@pytest.fixture(params=sorted(DOCUMENTS))
def documents_place(request: pytest.FixtureRequest, tmp_path: Path) -> DocumentsPlace:
    return DOCUMENTS[request.param](tmp_path)


@pytest.fixture
async def documents(documents_place: DocumentsPlace) -> AsyncIterator[Documents]:
    opened = await documents_place.open()
    yield opened
    await opened.close()


@pytest.fixture(params=sorted(LOGS))
def log_place(request: pytest.FixtureRequest, tmp_path: Path) -> LogPlace:
    return LOGS[request.param](tmp_path)


@pytest.fixture
async def topics(log_place: LogPlace) -> AsyncIterator[Topics]:
    yield await log_place.open()
    await log_place.close()
