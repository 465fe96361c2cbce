"""Every suite runs once for each adapter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.documents import Documents
from shared.eventstore import EventStore
from shared.privacy import Keyring
from tests.contract_suites.adapters import (
    DOCUMENTS,
    KEYRINGS,
    LOGS,
    STORES,
    DocumentsPlace,
    KeyringPlace,
    LogPlace,
    StorePlace,
    Topics,
    each,
)


@pytest.fixture(params=each(STORES))
def store_place(request: pytest.FixtureRequest, tmp_path: Path) -> StorePlace:
    return STORES[request.param](tmp_path)


@pytest.fixture
async def store(store_place: StorePlace) -> AsyncIterator[EventStore]:
    opened = await store_place.open()
    yield opened
    await opened.close()


@pytest.fixture(params=each(DOCUMENTS))
def documents_place(request: pytest.FixtureRequest, tmp_path: Path) -> DocumentsPlace:
    return DOCUMENTS[request.param](tmp_path)


@pytest.fixture
async def documents(documents_place: DocumentsPlace) -> AsyncIterator[Documents]:
    opened = await documents_place.open()
    yield opened
    await opened.close()


@pytest.fixture(params=each(LOGS))
def log_place(request: pytest.FixtureRequest, tmp_path: Path) -> LogPlace:
    return LOGS[request.param](tmp_path)


@pytest.fixture
async def topics(log_place: LogPlace) -> AsyncIterator[Topics]:
    yield await log_place.open()
    await log_place.close()


@pytest.fixture(params=each(KEYRINGS))
def keyring_place(request: pytest.FixtureRequest, tmp_path: Path) -> KeyringPlace:
    return KEYRINGS[request.param](tmp_path)


@pytest.fixture
async def keyring(keyring_place: KeyringPlace) -> AsyncIterator[Keyring]:
    opened = await keyring_place.open()
    yield opened
    await opened.close()
