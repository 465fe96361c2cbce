"""Old events and old snapshots on every adapter: read as today, whatever they were written by (P9, P10)."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.auth.caller import system
from shared.clock import TurnableClock
from shared.commits import Commit, EventRecord, broken_links
from shared.decider import Decider
from shared.eventstore import EventStore
from shared.handling import Handler
from shared.heard import Heard
from shared.messages import Command, Value
from shared.projection import Projection
from shared.snapshots import Snapshots
from tests.contract_suites.adapters import DOCUMENTS, STORES, each, marked
from tests.contract_suites.commits import following
from tests.kit.test_codec import UPCASTS, AreaReleased
from tests.kit.world import A_DAY
from tests.properties.keeping import LOTS, Keep, Kept, Lot

BY = system("test")
BOTH = [marked(store, documents) for store in sorted(STORES) for documents in sorted(DOCUMENTS)]
commands = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3).map(tuple), min_size=1, max_size=9)
few = settings(max_examples=20, deadline=None)


class Release(Command):
    m2: int


@dataclass(frozen=True)
class Area:
    released: tuple[int, ...] = ()


class Shown(Value):
    released: tuple[int, ...]


AREAS: Decider[Release, AreaReleased, Area] = Decider(
    "area",
    Area(),
    lambda command, _: (AreaReleased(released_m2=command.m2, how="cleared"),),
    lambda area, event: Area((*area.released, event.released_m2)),
    events=(AreaReleased,),
    upcasts=UPCASTS,
)


def shown(doc: Shown | None, heard: Heard[AreaReleased]) -> Shown:
    return Shown(released=(*(doc.released if doc else ()), heard.event.released_m2))


AREAS_SHOWN = Projection("areas", 1, "area", (AreaReleased,), Shown, shown, upcasts=UPCASTS)


def as_written_at(schema: int, hectares: int) -> EventRecord:
    """The same fact as software of that time stored it."""
    data: dict[int, dict[str, Any]] = {
        1: {"hectares": hectares},
        2: {"m2": hectares * 10_000},
        3: {"released_m2": hectares * 10_000, "how": "x"},
    }
    return EventRecord("AreaReleased", schema, data[schema])


@pytest.mark.parametrize("adapter", each(STORES))
@few
@given(history=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 99)), min_size=1, max_size=8))
def test_p9_a_stream_of_every_age_folds_to_the_same_state_and_stays_as_it_was_written(
    adapter: str, history: list[tuple[int, int]]
) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = await STORES[adapter](Path(folder)).open()
            written: list[Commit] = []
            for schema, hectares in history:
                bare = following(written[-1] if written else None, "area-a")
                written.append(replace(bare, events=(as_written_at(schema, hectares),)).sealed())
                await store.append(written[-1])
            wanted = tuple(hectares * 10_000 for _, hectares in history)
            handler = Handler("t", AREAS, store, TurnableClock(A_DAY))
            assert (await handler.load("a")).state == Area(wanted)
            document = AREAS_SHOWN.folded(None, await store.read("area-a"), "t")
            assert document == Shown(released=wanted)
            # What is added today stands beside them in today's schema, and nothing old is touched.
            await handler.handle("a", Release(m2=5), BY, "c-1")
            stored = await store.read("area-a")
            assert [c.body() for c in stored[:-1]] == [c.body() for c in written]
            assert stored[-1].events[0].schema == 3
            fresh = Handler("t", AREAS, store, TurnableClock(A_DAY))
            assert (await fresh.load("a")).state == Area((*wanted, 5))
            await store.close()

    asyncio.run(run())


@asynccontextmanager
async def kept_in(adapters: tuple[str, str]) -> AsyncIterator[tuple[EventStore, Snapshots]]:
    """A store and a place for snapshots."""
    with tempfile.TemporaryDirectory() as folder:
        store = await STORES[adapters[0]](Path(folder)).open()
        documents = await DOCUMENTS[adapters[1]](Path(folder)).open()
        snapshots = Snapshots(documents)
        await snapshots.declare()
        yield store, snapshots
        await documents.close()
        await store.close()


@pytest.mark.parametrize("adapters", BOTH)
@few
@given(asked=commands, every=st.integers(1, 4), fresh=st.lists(st.booleans(), min_size=9, max_size=9))
def test_p10_a_snapshot_and_the_tail_are_the_full_fold(
    adapters: tuple[str, str], asked: list[tuple[int, ...]], every: int, fresh: list[bool]
) -> None:
    """Wherever the snapshot was taken and whenever the process began anew."""

    async def run() -> None:
        async with kept_in(adapters) as (store, snapshots):
            decider = replace(LOTS, snapshot_every=every)
            handler = Handler("t", decider, store, TurnableClock(A_DAY), snapshots)
            for n, amounts in enumerate(asked):
                if fresh[n]:
                    handler = Handler("t", decider, store, TurnableClock(A_DAY), snapshots)
                await handler.handle("a", Keep(amounts=amounts), BY, f"c-{n}")
                after_restart = Handler("t", decider, store, TurnableClock(A_DAY), snapshots)
                without = Handler("t", LOTS, store, TurnableClock(A_DAY))
                assert await after_restart.load("a") == await without.load("a")
            assert broken_links(await store.read("lot-a")) == []
            assert (await without.load("a")).state.amounts == tuple(n for each in asked for n in each)

    asyncio.run(run())


@pytest.mark.parametrize("adapters", BOTH)
@few
@given(asked=commands, every=st.integers(1, 4))
def test_p10_a_snapshot_of_another_fold_is_never_used(
    adapters: tuple[str, str], asked: list[tuple[int, ...]], every: int
) -> None:
    def negated(lot: Lot, event: Kept) -> Lot:
        return Lot((*lot.amounts, -event.amount))

    async def run() -> None:
        async with kept_in(adapters) as (store, snapshots):
            older = replace(LOTS, snapshot_every=every)
            newer = replace(older, evolve=negated, fold_version=2)
            for n, amounts in enumerate(asked):
                await Handler("t", older, store, TurnableClock(A_DAY), snapshots).handle(
                    "a", Keep(amounts=amounts), BY, f"c-{n}"
                )
            now = await Handler("t", newer, store, TurnableClock(A_DAY), snapshots).load("a")
            assert now.state.amounts == tuple(-n for each in asked for n in each)

    asyncio.run(run())
