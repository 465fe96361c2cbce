"""The library `eventsource-py` on SQLite, used as its documentation says."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from eventsource import DomainEvent, SQLiteEventStore
from eventsource.domain import StreamId
from eventsource.domain.event_registry import EventRegistry
from eventsource.ports import ExpectedVersion, FeedReadOptions

from bench import raw
from bench.measuring import Effort, Run
from bench.payments import PLAIN


class Paid(DomainEvent):
    """A payment to an account."""

    aggregate_type: str = "Account"
    donor: str
    line: str
    amount: int
    currency: str
    on: date
    reference: str
    note: str


@asynccontextmanager
async def _store(folder: Path) -> AsyncIterator[SQLiteEventStore]:
    registry = EventRegistry()
    registry.register(Paid)
    store = SQLiteEventStore(str(folder / "eventsource.db"), registry)
    # Its first append opens the file and makes the tables.
    await store.append(StreamId(uuid4(), "Account"), [_payment(uuid4(), 1)], ExpectedVersion.no_stream())
    try:
        yield store
    finally:
        await store.close()


def _payment(account: UUID, version: int) -> Paid:
    return Paid(aggregate_id=account, aggregate_version=version, **PLAIN)


async def _caller(store: SQLiteEventStore, until: float, events: int) -> list[float]:
    account, version, each = uuid4(), 0, []
    stream = StreamId(account, "Account")
    while time.perf_counter() < until:
        payments = [_payment(account, version + n) for n in range(1, events + 1)]
        began = time.perf_counter()
        await store.append(stream, payments, ExpectedVersion.exact(version))
        each.append(time.perf_counter() - began)
        version += events
    return each


async def appended(folder: Path, effort: Effort) -> Run:
    """One event after another."""
    async with _store(folder) as store:
        each = await _caller(store, time.perf_counter() + effort.seconds, 1)
    return Run(len(each), sum(each), tuple(each))


async def appended_by_hundreds(folder: Path, effort: Effort) -> Run:
    """A hundred events at once, one such append after another."""
    async with _store(folder) as store:
        began = time.perf_counter()
        each = await _caller(store, began + effort.seconds, 100)
        return Run(len(each) * 100, time.perf_counter() - began, tuple(each))


async def appended_by_sixteen(folder: Path, effort: Effort) -> Run:
    """Sixteen callers at once, each on a stream of its own."""
    async with _store(folder) as store:
        began = time.perf_counter()
        until = began + effort.seconds
        found = await asyncio.gather(*(_caller(store, until, 1) for _ in range(16)))
        each = [one for caller in found for one in caller]
        return Run(len(each), time.perf_counter() - began, tuple(each))


async def replayed(folder: Path, effort: Effort) -> Run:
    """All events in pages, as typed events of pydantic, validated."""
    async with _store(folder) as store:
        for _ in range(max(1, effort.events // 1_000)):
            account = uuid4()
            payments = [_payment(account, n) for n in range(1, 101)]
            await store.append(StreamId(account, "Account"), payments, ExpectedVersion.no_stream())
        began, count, position = time.perf_counter(), 0, None
        while True:
            page = [one async for one in store.read_all(position, FeedReadOptions(limit=raw.PAGE))]
            if not page:
                return Run(count, time.perf_counter() - began)
            count, position = count + len(page), page[-1].position
