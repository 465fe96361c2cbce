"""Documents on every adapter, against a model: two writers, restarts, rebuilds at any moment (P5, P6, P12)."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.clock import TurnableClock
from shared.commits import Commit
from shared.documents import Documents, Stored
from shared.parking import Parking
from shared.projection import Projection
from shared.projector import Projector
from shared.shelf import Held, Shelf
from tests.contract_suites.adapters import DOCUMENTS, DocumentsPlace, each
from tests.contract_suites.commits import following
from tests.kit.echoing import Added, Sum, fold
from tests.kit.test_projection_properties import Owner

AT = datetime(2026, 11, 21, tzinfo=UTC)
streams = st.sampled_from(["tally-a", "tally-b"])
writers = st.integers(0, 1)


def sums(version: int) -> Projection[Sum]:
    return Projection("sums", version, "tally", (Added,), Sum, fold, fields=("parity",), topic="tallies")


def told(commits: Sequence[Commit]) -> tuple[int, ...]:
    """The plain model: every amount, in order."""
    return tuple(event.data["amount"] for commit in commits for event in commit.events)


class Unhurried:
    """Documents whose readers pause before they go on, so that two who begin at once read the same."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.declare = documents.declare
        self.write = documents.write
        self.find = documents.find
        self.close = documents.close

    async def get(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        found = await self._documents.get(collection, ids)
        await asyncio.sleep(0)
        return found


class Folding(RuleBasedStateMachine):
    """`heard` is the newest commit of each stream that any writer was given."""

    adapter: Callable[[Path], DocumentsPlace]

    @initialize(exclusive=st.booleans())
    def open(self, exclusive: bool) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.place = type(self).adapter(Path(self.folder.name))
        self.streams: dict[str, list[Commit]] = {}
        self.order: list[Commit] = []
        self.heard: dict[str, int] = {}
        self.exclusive = exclusive
        self.version = 1
        self.loop.run_until_complete(self.begin())

    async def begin(self) -> None:
        self.documents = Unhurried(await self.place.open())
        self.parking = Parking("test", self.documents, TurnableClock(AT))
        await self.parking.load()
        self.projectors = [await self.projector(1) for _ in range(2)]

    async def projector(self, version: int) -> Projector[Sum]:
        shelf = Shelf(sums(version), self.documents, self.exclusive)
        await shelf.declare()
        return Projector(sums(version), "tallies", shelf, Owner(self.streams), self.parking)

    async def found(self, version: int) -> dict[str, Held[Sum]]:
        shelf = Shelf(sums(version), self.documents, exclusive=False)
        return dict(await shelf.find(limit=100))

    @rule(stream=streams, several=st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=3))
    def append(self, stream: str, several: list[list[int]]) -> None:
        known = self.streams.setdefault(stream, [])
        for amounts in several:
            known.append(following(known[-1] if known else None, stream, amounts))
            self.order.append(known[-1])

    @rule(who=writers, data=st.data())
    def hear_anything(self, who: int, data: st.DataObject) -> None:
        """Doubled, out of order, with holes."""
        self.loop.run_until_complete(self.take(who, self.some(data)))

    @rule(data=st.data())
    def hear_anything_side_by_side(self, data: st.DataObject) -> None:
        batches = self.some(data), self.some(data)

        async def together() -> None:
            await asyncio.gather(*(self.take(who, batch) for who, batch in enumerate(batches)))

        self.loop.run_until_complete(together())

    @rule(stream=streams, one=st.integers(1, 3), other=st.integers(1, 3))
    def meet_on_one_document(self, stream: str, one: int, other: int) -> None:
        """Both continue it from where it stands, by different lengths."""
        self.append(stream, [[one], [other], [1]])

        async def together() -> None:
            held = (await self.found(1)).get(stream.partition("-")[2])
            news = self.streams.get(stream, [])[held.v if held else 0 :]
            await asyncio.gather(self.take(0, news[:one]), self.take(1, news[:other]))

        self.loop.run_until_complete(together())

    def some(self, data: st.DataObject) -> list[Commit]:
        return data.draw(st.lists(st.sampled_from(self.order), max_size=6)) if self.order else []

    async def take(self, who: int, batch: Sequence[Commit]) -> None:
        await self.projectors[who].take(batch)
        for commit in batch:
            self.heard[commit.stream] = max(commit.seq, self.heard.get(commit.stream, 0))

    @rule()
    def restart(self) -> None:
        async def again() -> None:
            await self.documents.close()
            await self.begin()

        self.loop.run_until_complete(again())

    @rule(page=st.integers(1, 4), overlap=st.integers(0, 6))
    def rebuild(self, page: int, overlap: int) -> None:
        """P6: a new version, filled by scanning the log and then hearing some of it again, is the live one."""

        async def rebuilt() -> None:
            self.version += 1
            projector = await self.projector(self.version)
            for start in range(0, len(self.order), page):
                await projector.take(self.order[start : start + page])
            await projector.take(self.order[max(0, len(self.order) - overlap) :])
            await self.take(0, self.order)
            live, anew = await self.found(1), await self.found(self.version)
            assert {id_: (one.v, one.document) for id_, one in anew.items()} == {
                id_: (one.v, one.document) for id_, one in live.items()
            }

        self.loop.run_until_complete(rebuilt())

    @invariant()
    def each_document_is_the_fold_of_all_it_has_seen(self) -> None:
        """P5: nothing twice, nothing left out, nothing taken back. P12: as of v it is the fold of v commits."""
        if not hasattr(self, "documents"):
            return
        assert self.parking.all() == []
        found = self.loop.run_until_complete(self.found(1))
        assert set(found) == {stream.partition("-")[2] for stream in self.heard}
        for stream, heard in self.heard.items():
            held = found[stream.partition("-")[2]]
            prefix = self.streams[stream][: held.v]
            assert held.v >= heard
            assert held.document is not None
            assert held.document.amounts == told(prefix)
            assert held.document == sums(1).folded(None, prefix, "tallies")

    def teardown(self) -> None:
        if hasattr(self, "documents"):
            self.loop.run_until_complete(self.documents.close())
            self.loop.close()
            self.folder.cleanup()


@pytest.mark.parametrize("adapter", each(DOCUMENTS))
def test_p5_p6_p12_documents_are_folds_whatever_is_heard_and_whenever_they_are_made_anew(adapter: str) -> None:
    machine = type("OverAdapter", (Folding,), {"adapter": staticmethod(DOCUMENTS[adapter])})
    few = settings(max_examples=30, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine, settings=few)
