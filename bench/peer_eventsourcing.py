"""The library `eventsourcing` on SQLite (and its POPO in memory), used as its documentation says."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import orjson
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import ApplicationRecorder, StoredEvent, Tracking
from eventsourcing.popo import POPOApplicationRecorder
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteTrackingRecorder

from bench import raw
from bench.measuring import Effort, Run
from bench.payments import PLAIN

_STATE = orjson.dumps(PLAIN)


class Account(Aggregate):
    """Payments to an account."""

    def __init__(self) -> None:
        self.total = 0
        self.payments = 0

    @event("Paid")
    def pay(self, donor: str, line: str, amount: int, currency: str, on: str, reference: str, note: str) -> None:
        """One payment more."""
        self.total += amount
        self.payments += 1


class Accounts(Application[UUID]):
    """Where they are kept."""


@contextmanager
def _accounts(folder: Path) -> Iterator[Accounts]:
    settings = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "eventsourcing.db")}
    with closing(Accounts(env=settings)) as accounts:
        yield accounts


def _for_a_while(effort: Effort, events: int, accounts: Accounts) -> Run:
    account = Account()
    accounts.save(account)
    each: list[float] = []
    until = time.perf_counter() + effort.seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        for _ in range(events):
            account.pay(**PLAIN)
        accounts.save(account)
        each.append(time.perf_counter() - began)
    return Run(len(each) * events, sum(each), tuple(each))


async def saved(folder: Path, effort: Effort) -> Run:
    """`application.save` of one event after another."""
    with _accounts(folder) as accounts:
        return _for_a_while(effort, 1, accounts)


async def saved_by_hundreds(folder: Path, effort: Effort) -> Run:
    """`application.save` of a hundred events at once."""
    with _accounts(folder) as accounts:
        return _for_a_while(effort, 100, accounts)


async def saved_in_memory(folder: Path, effort: Effort) -> Run:
    """`application.save` of one event after another with its recorder of plain objects: nothing is durable."""
    with closing(Accounts(env={"PERSISTENCE_MODULE": "eventsourcing.popo"})) as accounts:
        return _for_a_while(effort, 1, accounts)


async def recorded(folder: Path, effort: Effort) -> Run:
    """Its SQLite recorder alone, ready-made events one after another."""
    with closing(SQLiteDatastore(str(folder / "eventsourcing.db"))) as store:
        recorder = SQLiteApplicationRecorder(store)
        recorder.create_table()
        return _recorded(recorder, effort)


async def recorded_in_memory(folder: Path, effort: Effort) -> Run:
    """Its recorder of plain objects alone: nothing is durable."""
    return _recorded(POPOApplicationRecorder(), effort)


def _recorded(recorder: ApplicationRecorder, effort: Effort) -> Run:
    stream, each, version = uuid4(), [], 0
    until = time.perf_counter() + effort.seconds
    while time.perf_counter() < until:
        version += 1
        stored = [StoredEvent(originator_id=stream, originator_version=version, topic="bench:Paid", state=_STATE)]
        began = time.perf_counter()
        recorder.insert_events(stored)
        each.append(time.perf_counter() - began)
    return Run(len(each), sum(each), tuple(each))


def _stock(accounts: Accounts, streams: int, each: int) -> list[UUID]:
    made = []
    for _ in range(streams):
        account = Account()
        for _ in range(each - 1):
            account.pay(**PLAIN)
        accounts.save(account)
        made.append(account.id)
    return made


async def loaded(folder: Path, effort: Effort) -> Run:
    """Aggregates of a hundred events from its repository, one after another."""
    each: list[float] = []
    with _accounts(folder) as accounts:
        for one in _stock(accounts, max(1, effort.events // 100), 100):
            began = time.perf_counter()
            accounts.repository.get(one)
            each.append(time.perf_counter() - began)
    return Run(len(each), sum(each), tuple(each))


async def replayed(folder: Path, effort: Effort) -> Run:
    """All its notifications in pages, as typed events: JSON put into objects of their class, not validated."""
    with _accounts(folder) as accounts:
        _stock(accounts, max(1, effort.events // 100), 100)
        began, count, start = time.perf_counter(), 0, 1
        while page := accounts.recorder.select_notifications(start=start, limit=raw.PAGE):
            for told in page:
                accounts.mapper.to_domain_event(told)
            count, start = count + len(page), page[-1].id + 1
        return Run(count, time.perf_counter() - began)


async def tracked(folder: Path, effort: Effort) -> Run:
    """All its notifications as typed events, each one's place kept in a transaction of its own, as it does.

    Without any document beside the place: more than a projection of it can reach.
    """
    with _accounts(folder) as accounts, closing(SQLiteDatastore(str(folder / "views.db"))) as views:
        tracking = SQLiteTrackingRecorder(views)
        tracking.create_table()
        _stock(accounts, max(1, effort.events // 1_000), 100)
        began, count, start = time.perf_counter(), 0, 1
        while page := accounts.recorder.select_notifications(start=start, limit=500):
            for told in page:
                accounts.mapper.to_domain_event(told)
                tracking.insert_tracking(Tracking("bench", told.id))
            count, start = count + len(page), page[-1].id + 1
        return Run(count, time.perf_counter() - began)
