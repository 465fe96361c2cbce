"""The flow goes on: through a full disk, a poisoned event, a poisoned document, and stops when told to."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from shared.commits import Commit
from shared.consumer import Consumer, StillTrying
from shared.documents import Delete, DocumentsUnavailable, Put
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore import StoreUnavailable
from shared.heard import Heard
from shared.log.embedded import AheadOfItsEvents, EmbeddedSubscription
from shared.messages import Value
from shared.projection import Projection
from shared.shelf import Held, Shelf
from tests.contract_suites.commits import chain
from tests.kit.counting import Added as TallyAdded
from tests.kit.counting import Shown, fold
from tests.kit.echoing import Added
from tests.kit.world import World, world


async def settled_total(here: World, identity: str) -> int:
    await here.settle()
    async with here.client(None) as http:
        total: int = (await http.get(f"/echoes/sums/{identity}")).json()["total"]
        return total


@pytest.mark.parametrize("method", ["commit", "batch"])
async def test_a_fault_of_the_log_does_not_end_the_flow(
    here: World, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """A consumer that dies of a full disk looks well for ever: nothing fails, nothing moves."""
    real, left = getattr(EmbeddedSubscription, method), 4

    async def now_and_then(self: EmbeddedSubscription, *given: object, **named: object) -> object:
        nonlocal left
        if left:
            left -= 1
            raise DocumentsUnavailable("disk full")
        return await real(self, *given, **named)

    monkeypatch.setattr(EmbeddedSubscription, method, now_and_then)
    for _ in range(3):
        await here.add("a", 1)
    async with asyncio.timeout(60):
        while left:
            await asyncio.sleep(0.02)
    assert await settled_total(here, "a") == 3
    assert await here.repeated("a") == [1, 1, 1]
    assert [kit.not_following() for kit in here.kits] == [[], []]
    async with asyncio.timeout(60):
        while here.echoes.failing() or here.tallies.failing():
            await asyncio.sleep(0.02)


async def test_a_poisoned_event_parks_its_stream_for_its_view_and_the_others_flow_on(here: World) -> None:
    def refuses(heard: Heard[Added]) -> None:
        if heard.event.amount == 13:
            raise ZeroDivisionError

    here.faults.folding = refuses
    for amount in (1, 13, 2):
        await here.add("bad", amount)
        await here.add("good", amount + 20)
    assert await settled_total(here, "bad") == 1
    assert await settled_total(here, "good") == 76
    here.faults.folding = lambda _: None
    await here.echoes.retry("sums", "tally-bad")
    assert await settled_total(here, "bad") == 16


async def test_a_newer_schema_is_parked_not_dropped(here: World) -> None:
    """A service that was not brought up to date waits with that stream until it is."""
    await here.add("a", 1)
    (first,) = await here.history("tallies")
    newer = chain(1, "tally-b")[0]
    newer = replace(newer, events=(replace(newer.events[0], schema=2, data={"amount": 5}),)).sealed()
    await here.stores["tallies"].append(newer)
    await here.settle()
    assert first.events[0].schema == 1
    (parked,) = here.tallies.parking.all()
    assert (parked.follower, parked.stream, parked.from_seq) == ("tallies", "tally-b", 1)
    assert "NewerSchema" in parked.error
    assert await here.repeated("b") == [5]  # a tolerant reader takes what it knows


async def test_an_event_that_cannot_be_read_parks_each_follower_and_holds_up_nobody(here: World) -> None:
    broken = chain(1, "tally-b")[0]
    broken = replace(broken, events=(replace(broken.events[0], data={"amount": "many"}),)).sealed()
    await here.stores["tallies"].append(broken)
    await here.add("a", 1)
    assert await settled_total(here, "a") == 1
    assert await here.repeated("a") == [1]
    assert {parked.follower for parked in here.echoes.parking.all()} == {"repeat", "ring-later", "sums"}
    assert [owner for _, owner in await here.echoes.timers.waiting()] == ["ring-later|a"]


async def test_a_document_that_cannot_be_read_parks_its_stream_only(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.add("bad", 1)
        await here.add("good", 1)
        await here.settle()
    documents = SqliteDocuments(tmp_path / "echoes" / "views.db")
    collection = Projection("sums", 1, "tally", (TallyAdded,), Shown, fold, fields=("parity",)).collection
    await documents.declare(collection)
    (kept,) = (await documents.get(collection.name, ["bad"])).values()
    await documents.write([Put(collection.name, "bad", {**kept.body, "doc": {"name": 7}}, kept.revision)])
    await documents.close()
    here = World(tmp_path)
    for name in ("bad", "good", "zealous"):
        await here.add(name, 1)
    await here.start()  # so that all of them meet in one batch
    try:
        assert (await settled_total(here, "good"), await settled_total(here, "zealous")) == (2, 1)
        assert [(p.follower, p.stream) for p in here.echoes.parking.all()] == [("sums", "tally-bad")]
        (broken,) = (await here.echoes.documents.get(collection.name, ["bad"])).values()
        await here.echoes.documents.write([Delete(collection.name, "bad", broken.revision)])
        await here.echoes.retry("sums", "tally-bad")
        assert await settled_total(here, "bad") == 2
    finally:
        await here.stop()


class Stubborn:
    """A follower that is in the middle of something for ever."""

    name = "stubborn"

    async def take(self, commits: Sequence[Commit]) -> None:
        raise OSError("not today")


async def test_a_retry_beside_a_batch_that_does_not_end_is_put_off(here: World) -> None:
    await here.add("a", 1)
    consumer = Consumer("third", "tallies", [Stubborn()], here.echoes.log)
    await consumer.start()
    async with asyncio.timeout(60):
        while not consumer.failing:
            await asyncio.sleep(0.01)
    with pytest.raises(StillTrying, match="not today"):
        async with consumer.paused(0.05):
            raise AssertionError("it must not get here")
    assert not await consumer.caught_up()
    await asyncio.wait_for(consumer.stop(), 60)
    assert not consumer.following


async def test_a_world_stops_in_the_middle_of_work_and_loses_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        adding = [asyncio.ensure_future(here.add(f"t{n % 7}", 1)) for n in range(60)]
        await asyncio.sleep(0.01)
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    acknowledged = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert all(isinstance(o, StoreUnavailable) for o in outcomes if isinstance(o, BaseException))
    async with world(tmp_path) as here:
        await here.settle()
        stored = await here.history("tallies")
        assert {(r.stream, r.seq) for r in acknowledged} <= {(c.stream, c.seq) for c in stored}
        assert len(await here.history("echoes")) == len(stored)


class Deaf:
    """A subscription that loses the first cancellation, as `wait_for` did before Python 3.12."""

    moves = 0
    alone_since: float | None = None

    def __init__(self, *batches: Sequence[Commit]) -> None:
        self.asked = 0
        self.batches = list(batches)

    async def batch(self, limit: int, wait: float) -> Sequence[Commit]:
        if self.batches:
            return self.batches.pop(0)
        self.asked += 1
        with contextlib.suppress(asyncio.CancelledError if self.asked == 1 else ZeroDivisionError):
            await asyncio.sleep(3600)
        return []

    async def commit(self) -> None: ...

    async def lag(self) -> int:
        return 0

    async def close(self) -> None: ...

    async def subscribe(self, topic: str, group: str = "") -> "Deaf":
        return self

    async def read_stream(self, topic: str, stream: str, after: int = 0) -> list[Commit]:
        return []


async def test_a_lost_cancellation_does_not_keep_the_flow_from_stopping() -> None:
    consumer = Consumer("third", "tallies", [], Deaf())
    await consumer.start()
    await asyncio.sleep(0.01)
    await asyncio.wait_for(consumer.stop(), 60)
    assert not consumer.following


async def test_stopping_at_the_moment_of_news_stops(tmp_path: Path) -> None:
    for _ in range(15):
        async with asyncio.timeout(60), world(tmp_path) as here:
            adding = [asyncio.ensure_future(here.add("a", 1)) for _ in range(3)]
            await asyncio.sleep(0.003)
        await asyncio.gather(*adding, return_exceptions=True)


async def test_documents_that_have_seen_more_than_the_store_holds_are_refused(tmp_path: Path) -> None:
    """An older store was put back: following would pass over new commits in silence."""
    async with world(tmp_path) as here:
        await here.add("a", 1)
        await here.add("a", 2)
        await here.settle()
    (tmp_path / "tallies" / "events.db").unlink()
    here = World(tmp_path)
    with pytest.raises(AheadOfItsEvents, match=r"remove views\.db"):
        await here.start()
    await here.stop()


async def test_stopping_twice_and_stopping_unstarted_are_harmless(tmp_path: Path) -> None:
    here = World(tmp_path)
    await here.stop()
    await here.stop()


async def test_redelivery_never_takes_back_what_was_seen() -> None:
    commits = chain(3)
    consumer = Consumer("third", "tallies", [], Deaf(commits, commits[:1]))
    await consumer.start()
    try:
        await asyncio.sleep(0.02)
        assert consumer.has_taken("tally-a", 3)
    finally:
        await consumer.stop()


# the shelf: what is kept in memory is never older than what was there before

SHOWN = Projection("shown", 1, "tally", (TallyAdded,), Shown, fold, fields=("name",))


def held(revision: int, total: int) -> Held[Shown]:
    return Held(revision, total, Shown(name="a", total=total, additions=total))


class Slow(SqliteDocuments):
    """Reads that are under way while others write, as on a server far away."""

    async def get(self, collection: str, ids: Sequence[str]):  # type: ignore[no-untyped-def]
        found = await super().get(collection, ids)
        await asyncio.sleep(0.02)
        return found

    async def find(self, *given, **named):  # type: ignore[no-untyped-def]
        found = await super().find(*given, **named)
        await asyncio.sleep(0.02)
        return found


async def test_a_read_that_was_overtaken_by_a_write_does_not_make_memory_older(tmp_path: Path) -> None:
    documents = Slow(tmp_path / "views.db")
    written: Shelf[Shown] = Shelf(SHOWN, documents, exclusive=True)
    await written.declare()
    await written.put({"a": held(0, 1)})
    shelf: Shelf[Shown] = Shelf(SHOWN, documents, exclusive=True)
    for read in (shelf.get(["a"]), shelf.all(), shelf.find()):
        reading = asyncio.ensure_future(read)
        await asyncio.sleep(0.005)
        revision = (await SqliteDocuments.get(documents, SHOWN.collection.name, ["a"]))["a"].revision
        await shelf.put({"a": held(revision, revision + 1), f"new-{revision}": held(0, 1)})
        await reading
        (now,) = (await shelf.get(["a"])).values()
        assert (now.revision, now.v) == (revision + 1, revision + 1)
        assert len(await shelf.get([f"new-{revision}"])) == 1
    await documents.close()


async def test_fields_that_are_false_or_zero_can_be_found(tmp_path: Path) -> None:
    class Flag(Value):
        on: bool
        count: int
        words: str | None

    flags = Projection("flags", 1, "flag", (), Flag, lambda doc, _: doc, fields=("on", "count", "words"))
    documents = SqliteDocuments(tmp_path / "views.db")
    shelf: Shelf[Flag] = Shelf(flags, documents, exclusive=True)
    await shelf.declare()
    await shelf.put({"a": Held(0, 1, Flag(on=False, count=0, words=None))})
    for where in ({"on": "False"}, {"count": "0"}, {"words": ""}):
        assert [id_ for id_, _ in await shelf.find(where)] == ["a"]
    await documents.close()
