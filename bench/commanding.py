"""A4 and A5: a whole command, and loading what it decides on."""

import time
from pathlib import Path

from bench import raw
from bench.bars import Against, Rate, Within
from bench.case import OURS, Case
from bench.measuring import Contender, Effort, Run
from bench.payments import ACCOUNTS, PLAIN, Account, Paid, Pay, PayAll, many
from bench.peers import EVENTSOURCING, peer
from bench.stocked import stocked
from shared.auth.caller import system
from shared.clock import SystemClock
from shared.eventstore import EventStore
from shared.eventstore.sqlite import SqliteEventStore
from shared.handling import Handler
from shared.ids import new_id

_BENCH = system("bench")


def _handler(store: EventStore) -> Handler[Pay | PayAll, Paid, Account]:
    return Handler("bench", ACCOUNTS, store, SystemClock())


async def handled(folder: Path, effort: Effort) -> Run:
    """Commands from their JSON to the receipt: validate, load, decide, seal, append; one after another."""
    store, each = SqliteEventStore(folder / "events.db"), []
    handler = _handler(store)
    until = time.perf_counter() + effort.seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        await handler.handle("1", Pay.model_validate(PLAIN), _BENCH, new_id())
        each.append(time.perf_counter() - began)
    await store.close()
    return Run(len(each), sum(each), tuple(each))


async def loaded(folder: Path, effort: Effort) -> Run:
    """States of a hundred events each, without snapshot and by a handler that has not met them."""
    streams = max(1, effort.events // 100)
    store, each = await stocked(folder / "events.db", many(streams * 100, streams)), []
    handler = _handler(store)
    for n in range(streams):
        began = time.perf_counter()
        found = await handler.load(str(n))
        each.append(time.perf_counter() - began)
        assert found.state.payments == 100  # noqa: S101 - loading less would be no load
    await store.close()
    return Run(len(each), sum(each), tuple(each))


CASES = (
    Case(
        "A4",
        "whole command, one caller",
        "commands",
        Contender(OURS, handled),
        (
            Contender(raw.RAW, raw.appended),
            *peer(EVENTSOURCING, "saved", "save"),
            *peer(EVENTSOURCING, "saved_in_memory", "save in memory"),
        ),
        (Against(f"{EVENTSOURCING} save", 0.65, 1.0), Rate(1_200, 1_856)),
    ),
    Case(
        "A5",
        "load of a 100-event stream, no snapshot",
        "loads",
        Contender(OURS, loaded),
        (Contender(raw.JSON, raw.loaded), *peer(EVENTSOURCING, "loaded", "repository")),
        # The peer's 54,911 events a second of that run are 1.8 ms for a hundred: the bar of 2 ms beside it.
        (Within(50, 2, 1), Against(f"{EVENTSOURCING} repository", 0.9, 1.8)),
    ),
)
