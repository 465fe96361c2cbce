"""A service that stops lets go of everything, whatever goes wrong on the way."""

from pathlib import Path

import pytest

from shared.clock import TurnableClock
from shared.documents import DocumentsUnavailable
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore import StoreUnavailable
from shared.eventstore.sqlite import SqliteEventStore
from shared.kit import Kit
from shared.log.embedded import EmbeddedLog
from tests.kit.counting import build
from tests.kit.world import A_DAY


class Stubborn(SqliteDocuments):
    """Says that it cannot be closed, once it is."""

    async def close(self) -> None:
        await super().close()
        raise DocumentsUnavailable("cannot be closed")


async def test_where_one_thing_cannot_be_let_go_of_the_rest_is(tmp_path: Path) -> None:
    store, documents = SqliteEventStore(tmp_path / "events.db"), Stubborn(tmp_path / "views.db")
    kit = Kit("tallies", store, EmbeddedLog({"tallies": store}, documents), documents, TurnableClock(A_DAY))
    build(kit)
    await kit.start()
    with pytest.raises(DocumentsUnavailable):
        await kit.stop()
    with pytest.raises(StoreUnavailable):
        await store.end()
