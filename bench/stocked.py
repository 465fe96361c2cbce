"""Stores with many commits in them, filled faster than any caller could: before the clock starts."""

import itertools
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from shared.commits import Commit
from shared.eventstore.sqlite import SqliteEventStore

_AT_ONCE = 10_000


async def stocked(path: Path, commits: Iterable[Commit]) -> SqliteEventStore:
    """A store that holds these sealed commits, given in the order of their streams' numbers."""
    store = SqliteEventStore(path)
    remaining = iter(commits)
    while page := list(itertools.islice(remaining, _AT_ONCE)):
        rows = [(one.stream, one.seq, one.command_id, one.hash, one.body()) for one in page]

        def insert(connection: sqlite3.Connection, rows: list[tuple[object, ...]] = rows) -> None:  # type: ignore[assignment]
            connection.executemany(
                "INSERT INTO commits (stream, seq, command_id, hash, body) VALUES (?, ?, ?, ?, ?)", rows
            )

        await store.database.write(insert)
    return store
