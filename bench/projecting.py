"""A7: a view that has everything still to take in."""

import time
from pathlib import Path

from bench import raw
from bench.bars import Against, Rate
from bench.case import OURS, Case
from bench.measuring import Contender, Effort, Run
from bench.payments import BALANCES, many
from bench.peers import EVENTSOURCING, peer
from bench.stocked import stocked
from shared.clock import SystemClock
from shared.consumer import Consumer
from shared.documents.sqlite import SqliteDocuments
from shared.log.embedded import EmbeddedLog
from shared.parking import Parking
from shared.projector import Projector
from shared.shelf import Shelf


async def caught_up(folder: Path, effort: Effort) -> Run:
    """A consumer from the beginning to the end: pages of 500, guarded documents, the place kept after each."""
    store = await stocked(folder / "events.db", many(effort.events, raw.STREAMS))
    documents = SqliteDocuments(folder / "views.db")
    log = EmbeddedLog({"bench": store}, documents)
    shelf = Shelf(BALANCES, documents, exclusive=True)
    parking = Parking("bench", documents, SystemClock())
    await parking.load()
    await shelf.declare()
    consumer = Consumer("bench", "bench", [Projector(BALANCES, "bench", shelf, log, parking)], log)
    began = time.perf_counter()
    await consumer.start()
    last = (effort.events - 1) % raw.STREAMS
    if not await consumer.wait_for(f"account-{last}", (effort.events - 1) // raw.STREAMS + 1, 600):
        raise TimeoutError("the view did not catch up in ten minutes")
    seconds = time.perf_counter() - began
    await consumer.stop()
    await documents.close()
    await store.close()
    return Run(effort.events, seconds)


CASES = (
    Case(
        "A7",
        "view catches up, guarded documents",
        "events",
        Contender(OURS, caught_up),
        (Contender(raw.UPSERT, raw.upserted), *peer(EVENTSOURCING, "tracked", "tracking")),
        # 25,000 beside the 29,719 of raw in the run in which the bars were set.
        (Against(raw.UPSERT, 0.5, 0.84), Against(f"{EVENTSOURCING} tracking", 8.7), Rate(15_000, 25_000)),
    ),
)
