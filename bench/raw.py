"""The floors: what SQLite and orjson do by themselves, at the same durability."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson

from bench.measuring import Effort, Run
from bench.payments import PLAIN, Book, Paid, many
from bench.stocked import stocked

RAW = "raw SQLite"
JSON = "bare JSON"
UPSERT = "raw upsert"

PAGE = 100
"""Commits or events a page where all is read again. Of 500 the decoded ones leave the processor's cache, which
made everybody slower: ourselves by a third, `eventsourcing` by a tenth."""

_TABLE = """
CREATE TABLE commits (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, seq INTEGER NOT NULL, command_id TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (stream, seq)
) STRICT;
"""


@contextmanager
def _opened(path: Path, schema: str, synchronous: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.executescript(schema)
        yield connection


async def appended(folder: Path, effort: Effort) -> Run:
    """One ready-made row a transaction, one after another: WAL, synchronous=FULL, the same columns and indexes."""
    return _appended(folder, effort, 1)


async def appended_by_hundreds(folder: Path, effort: Effort) -> Run:
    """Ready-made commits of a hundred events, one row a transaction."""
    return _appended(folder, effort, 100)


def _appended(folder: Path, effort: Effort, events: int) -> Run:
    each: list[float] = []
    book, payment = Book(), Paid.model_validate(PLAIN)
    with _opened(folder / "raw.db", _TABLE, "FULL") as connection:
        until = time.perf_counter() + effort.seconds
        spent = 0.0
        while time.perf_counter() < until:
            commit = book.next("account-1", (payment,) * events)
            row = (commit.stream, commit.seq, commit.command_id, commit.hash, commit.body())
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO commits (stream, seq, command_id, hash, body) VALUES (?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")
            each.append(time.perf_counter() - began)
            spent += each[-1]
    return Run(len(each) * events, spent, tuple(each))


async def decoded(folder: Path, effort: Effort) -> Run:
    """Rows read by position and their JSON decoded, into nothing typed."""
    path = folder / "events.db"
    store = await stocked(path, many(effort.events, 100))
    await store.close()
    count, position = 0, 0
    with closing(sqlite3.connect(path)) as connection:
        began = time.perf_counter()
        while page := connection.execute(
            "SELECT body, hash, position FROM commits WHERE position > ? ORDER BY position LIMIT ?", (position, PAGE)
        ).fetchall():
            count += sum(len(orjson.loads(body)["events"]) for body, _, _ in page)
            position = page[-1][2]
        return Run(count, time.perf_counter() - began)


async def loaded(folder: Path, effort: Effort) -> Run:
    """The hundred rows of a stream read and their JSON decoded, stream after stream."""
    path = folder / "events.db"
    streams = max(1, effort.events // 100)
    store = await stocked(path, many(streams * 100, streams))
    await store.close()
    each: list[float] = []
    with closing(sqlite3.connect(path)) as connection:
        for n in range(streams):
            began = time.perf_counter()
            rows = connection.execute(
                "SELECT body, hash, position FROM commits WHERE stream = ? AND seq > 0 ORDER BY seq", (f"account-{n}",)
            ).fetchall()
            bodies: list[Any] = [orjson.loads(body) for body, _, _ in rows]
            each.append(time.perf_counter() - began)
            assert len(bodies) == 100  # noqa: S101 - a floor that read less would be none
    return Run(len(each), sum(each), tuple(each))


async def upserted(folder: Path, effort: Effort) -> Run:
    """Pages of 500 commits decoded, and each one's document read, changed and written with its guard.

    A transaction a page. A sum cannot be kept without the sum before it, so the document is read first.
    """
    path = folder / "events.db"
    store = await stocked(path, many(effort.events, STREAMS))
    await store.close()
    schema = """
    CREATE TABLE documents (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
    CREATE INDEX by_name ON documents (json_extract(body, '$.name'), id);
    CREATE TABLE places (id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
    """
    count, position = 0, 0
    with (
        closing(sqlite3.connect(path)) as reading,
        _opened(folder / "views.db", schema, "NORMAL") as writing,
    ):
        began = time.perf_counter()
        while page := reading.execute(
            "SELECT body, position FROM commits WHERE position > ? ORDER BY position LIMIT 500", (position,)
        ).fetchall():
            writing.execute("BEGIN IMMEDIATE")
            for body, _ in page:
                commit = orjson.loads(body)
                for event in commit["events"]:
                    _upsert(writing, commit["stream"], commit["seq"], event["data"])
                    count += 1
            position = page[-1][1]
            writing.execute(
                "INSERT INTO places VALUES ('here', ?) ON CONFLICT (id) DO UPDATE SET position = excluded.position",
                (position,),
            )
            writing.execute("COMMIT")
        return Run(count, time.perf_counter() - began)


def _upsert(writing: sqlite3.Connection, name: str, seq: int, told: dict[str, Any]) -> None:
    row = writing.execute("SELECT revision, body FROM documents WHERE id = ?", (name,)).fetchone()
    revision, before = (row[0], orjson.loads(row[1])) if row else (0, {"total": 0})
    document = {"name": name, "total": before["total"] + told["amount"], "v": seq, "on": told["on"]}
    done = writing.execute(
        "INSERT INTO documents VALUES (?, 1, ?)"
        " ON CONFLICT (id) DO UPDATE SET revision = revision + 1, body = excluded.body WHERE revision = ?",
        (name, orjson.dumps(document).decode(), revision),
    )
    assert done.rowcount == 1  # noqa: S101 - nobody else writes here


STREAMS = 1_000
"""Streams of the projection case: in one page of 500 commits no stream comes twice, which is the worst for a view."""
