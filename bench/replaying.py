"""A6: everything that was recorded, read again as typed events."""

import time
from pathlib import Path

from bench import raw
from bench.bars import Against, Rate
from bench.case import OURS, Case
from bench.measuring import Contender, Effort, Run
from bench.payments import CODEC, many
from bench.peers import EVENTSOURCE, EVENTSOURCING, peer
from bench.stocked import stocked


async def replayed(folder: Path, effort: Effort) -> Run:
    """Commits of one event in pages, decoded, and each event heard as its class, its content validated."""
    store = await stocked(folder / "events.db", many(effort.events, 100))
    count, position = 0, 0
    began = time.perf_counter()
    while page := await store.scan(position, raw.PAGE):
        for commit in page:
            count += len(CODEC.heard(commit, "bench"))
        position = page[-1].position
    seconds = time.perf_counter() - began
    await store.close()
    return Run(count, seconds)


CASES = (
    Case(
        "A6",
        "replay through typed events",
        "events",
        Contender(OURS, replayed),
        (
            Contender(raw.JSON, raw.decoded),
            *peer(EVENTSOURCING, "replayed"),
            *peer(EVENTSOURCE, "replayed"),
        ),
        # 100,000 beside its 54,911 in the run in which the bars were set.
        (Against(EVENTSOURCING, 1.0, 1.8), Rate(55_000, 100_000)),
    ),
)
