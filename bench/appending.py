"""A1 to A3: how fast commits get onto the disk."""

import asyncio
import time
from pathlib import Path

from bench import raw
from bench.bars import Against, Rate, Within
from bench.case import OURS, Case
from bench.measuring import Contender, Effort, Run
from bench.payments import PLAIN, Book, Paid
from bench.peers import EVENTSOURCE, EVENTSOURCING, peer
from shared.commits import Commit
from shared.eventstore.sqlite import SqliteEventStore

_CALLERS = 16
_MOST_A_SECOND = 12_000


async def one_caller(folder: Path, effort: Effort) -> Run:
    """Sealed commits of one event, one after another, through the async API."""
    store, book, each = SqliteEventStore(folder / "events.db"), Book(), []
    payment = (Paid.model_validate(PLAIN),)
    until = time.perf_counter() + effort.seconds
    while time.perf_counter() < until:
        commit = book.next("account-1", payment)
        began = time.perf_counter()
        await store.append(commit)
        each.append(time.perf_counter() - began)
    await store.close()
    return Run(len(each), sum(each), tuple(each))


async def sixteen_callers(folder: Path, effort: Effort) -> Run:
    """Sixteen at once, each with sealed commits for a stream of its own."""
    store, book, each = SqliteEventStore(folder / "events.db"), Book(), []
    payment = (Paid.model_validate(PLAIN),)
    share = max(2, int(effort.seconds * _MOST_A_SECOND / _CALLERS))
    ready = [[book.next(f"account-{n}", payment) for _ in range(share)] for n in range(_CALLERS)]
    began = time.perf_counter()
    until = began + effort.seconds

    async def caller(commits: list[Commit]) -> None:
        for commit in commits:
            if (now := time.perf_counter()) >= until:
                return
            await store.append(commit)
            each.append(time.perf_counter() - now)

    await asyncio.gather(*(caller(commits) for commits in ready))
    seconds = time.perf_counter() - began
    await store.close()
    return Run(len(each), seconds, tuple(each))


async def a_hundred_at_once(folder: Path, effort: Effort) -> Run:
    """Commits of a hundred events: each event validated, encoded, sealed with the others, appended."""
    store, book, each = SqliteEventStore(folder / "events.db"), Book(), []
    until = time.perf_counter() + effort.seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        await store.append(book.next("account-1", tuple(Paid.model_validate(PLAIN) for _ in range(100))))
        each.append(time.perf_counter() - began)
    await store.close()
    return Run(len(each) * 100, sum(each), tuple(each))


CASES = (
    Case(
        "A1",
        "append, one event, one caller",
        "commits",
        Contender(OURS, one_caller),
        (
            Contender(raw.RAW, raw.appended),
            *peer(EVENTSOURCING, "recorded", "recorder"),
            *peer(EVENTSOURCING, "recorded_in_memory", "recorder in memory"),
            *peer(EVENTSOURCE, "appended"),
        ),
        (Against(raw.RAW, 0.6, 0.8), Rate(1_400), Within(50, 0.7), Within(99, 3)),
    ),
    Case(
        "A2",
        "append, one event, 16 callers",
        "commits",
        Contender(OURS, sixteen_callers),
        (Contender(raw.RAW, raw.appended), *peer(EVENTSOURCE, "appended_by_sixteen")),
        (Against(raw.RAW, 2.5, 3.0), Against(EVENTSOURCE, 8), Rate(5_900), Within(99, 8)),
    ),
    Case(
        "A3",
        "append, 100 events a commit, validated",
        "events",
        Contender(OURS, a_hundred_at_once),
        (
            Contender(raw.RAW, raw.appended_by_hundreds),
            *peer(EVENTSOURCING, "saved_by_hundreds", "save"),
            *peer(EVENTSOURCE, "appended_by_hundreds"),
        ),
        # 35,000 beside the 19,271 that `save` had in the run in which the bars were set.
        (Against(f"{EVENTSOURCING} save", 1.0, 1.8), Rate(20_000, 35_000)),
    ),
)
