"""Where several processes write a view, each goes on from what it wrote itself, and notices where others did."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from shared.clock import TurnableClock
from shared.documents import Stored
from shared.documents.sqlite import SqliteDocuments
from shared.parking import Parking
from shared.projector import Projector
from shared.shelf import Shelf
from tests.kit.echoing import Sum
from tests.kit.test_projection_properties import SUMS, Owner, commits_of

STREAM = "tally-a"
COMMITS = commits_of({STREAM: [[1], [2], [3], [4], [5]]})[STREAM]


class Counted(SqliteDocuments):
    """Counts how often documents are looked up."""

    times = 0

    async def get(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        self.times += collection == SUMS.collection.name
        return await super().get(collection, ids)


@pytest_asyncio.fixture
async def documents(tmp_path: Path) -> AsyncIterator[Counted]:
    counted = Counted(tmp_path / "views.db")
    yield counted
    await counted.close()


@pytest.fixture
def processes(documents: Counted) -> list[tuple[Shelf[Sum], Projector[Sum]]]:
    """Two that write the same documents."""
    parking = Parking("test", documents, TurnableClock(datetime(2026, 1, 1, tzinfo=UTC)))
    shelves: list[Shelf[Sum]] = [Shelf(SUMS, documents, exclusive=False) for _ in range(2)]
    return [(one, Projector(SUMS, "tallies", one, Owner({STREAM: COMMITS}), parking)) for one in shelves]


async def declared(processes: Sequence[tuple[Shelf[Sum], Projector[Sum]]]) -> None:
    for shelf, _ in processes:
        await shelf.declare()


async def test_a_document_is_read_once_and_gone_on_from(
    documents: Counted, processes: list[tuple[Shelf[Sum], Projector[Sum]]]
) -> None:
    await declared(processes)
    shelf, projector = processes[0]
    for commit in COMMITS:
        await projector.take([commit])
    assert documents.times == 1
    stored = (await shelf.get(["a"]))["a"]
    assert (stored.v, stored.document) == (5, SUMS.folded(None, COMMITS, "tallies"))


async def test_what_others_wrote_meanwhile_is_noticed_and_gone_on_from(
    processes: list[tuple[Shelf[Sum], Projector[Sum]]],
) -> None:
    await declared(processes)
    (shelf, here), (_, elsewhere) = processes
    await here.take(COMMITS[:1])
    await elsewhere.take(COMMITS[1:3])
    # Heard again here, as after a rebalance: from the second on, of which there are two documents in memory.
    await here.take(COMMITS[1:4])
    await elsewhere.take(COMMITS[3:])
    stored = (await shelf.get(["a"]))["a"]
    assert (stored.v, stored.document) == (5, SUMS.folded(None, COMMITS, "tallies"))


async def test_readers_by_token_are_answered_without_a_look_where_the_commit_was_taken(
    documents: Counted, processes: list[tuple[Shelf[Sum], Projector[Sum]]]
) -> None:
    await declared(processes)
    (here, projector), (elsewhere, _) = processes
    await projector.take(COMMITS[:2])
    before = documents.times
    assert here.shows("a", 2)
    assert not here.shows("a", 3)
    assert not elsewhere.shows("a", 1)
    assert documents.times == before
