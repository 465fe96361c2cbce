"""The event store on SQLite: a row per commit, in one file of one service."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.commits import GENESIS, LARGEST_COMMIT, MOST_EVENTS, Commit, commit_from, digest
from shared.eventstore import CommandDone, SeqTaken, StoreUnavailable
from shared.failpoints import failpoint
from shared.sqlite.database import Database, DatabaseUnavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS commits (
    position   INTEGER PRIMARY KEY,
    stream     TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    command_id TEXT NOT NULL UNIQUE,
    hash       TEXT NOT NULL,
    body       BLOB NOT NULL,
    UNIQUE (stream, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;
"""
_COLUMNS = "body, hash, position"


class SqliteEventStore:
    """The one writer draws positions inside the write lock, so their order is the order of visibility."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.database = Database(path, _SCHEMA, synchronous="FULL", read_only=read_only)
        self._listeners: list[Callable[[], None]] = []

    def on_append(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` after each append: a hint for followers in this process, never relied on.

        What comes back ends this when it is called.
        """
        self._listeners.append(wake)

        def forget() -> None:
            if wake in self._listeners:
                self._listeners.remove(wake)

        return forget

    async def append(self, commit: Commit) -> Commit:
        """Stored durably once this returns, with its position. Refusals as in `EventStore.append`; ADR 0001."""
        body = commit.body()
        if commit.hash != digest(body):
            raise ValueError("the commit is not sealed, or was changed since")
        if commit.seq < 1:
            raise ValueError(f"commits count from 1, not {commit.seq}")
        if not 1 <= len(commit.events) <= MOST_EVENTS:
            raise ValueError(f"a commit has 1 to {MOST_EVENTS} events, not {len(commit.events)}")
        if len(body) > LARGEST_COMMIT:
            raise ValueError(f"a commit has at most {LARGEST_COMMIT} bytes, not {len(body)}")

        def insert(connection: sqlite3.Connection) -> int:
            if commit.seq > 1:
                before = connection.execute(
                    "SELECT hash FROM commits WHERE stream = ? AND seq = ?", (commit.stream, commit.seq - 1)
                ).fetchone()
                if before is None or before[0] != commit.previous:
                    raise SeqTaken(commit.stream, commit.seq)
            elif commit.previous != GENESIS:
                raise SeqTaken(commit.stream, commit.seq)
            cursor = connection.execute(
                "INSERT INTO commits (stream, seq, command_id, hash, body) VALUES (?, ?, ?, ?, ?)",
                (commit.stream, commit.seq, commit.command_id, commit.hash, body),
            )
            return int(cursor.lastrowid or 0)

        try:
            position = await self.database.write(insert)
        except (sqlite3.IntegrityError, SeqTaken) as error:
            # Which index refused is not asked of the error: the command id decides what it means.
            done = await self.find_command(commit.command_id)
            if done is not None:
                raise CommandDone(done) from None
            raise SeqTaken(commit.stream, commit.seq) from error
        except DatabaseUnavailable as error:
            raise StoreUnavailable(str(error)) from error
        failpoint("appended")
        for wake in tuple(self._listeners):
            wake()
        return replace(commit, position=position)

    async def read(self, stream: str, after: int = 0) -> list[Commit]:
        """The stream's commits numbered above `after`, in order; StoreUnavailable where that fails."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM commits WHERE stream = ? AND seq > ? ORDER BY seq", (stream, after))
        return [commit_from(*row) for row in rows]

    async def find_command(self, command_id: str) -> Commit | None:
        """The commit of that command; None where it was never done."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM commits WHERE command_id = ?", (command_id,))
        return commit_from(*rows[0]) if rows else None

    async def scan(self, after: int = 0, limit: int = 500) -> Sequence[Commit]:
        """At most `limit` commits of all streams behind position `after`, by position."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM commits WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
        )
        return [commit_from(*row) for row in rows]

    async def end(self) -> int:
        """The position of the newest commit; 0 where there is none."""
        rows = self._rows("SELECT coalesce(max(position), 0) FROM commits")
        return int(rows[0][0]) if rows else 0

    async def probe(self) -> None:
        """Write one row beside the commits. StoreUnavailable where that fails."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO probe (id, times) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1"
            )

        try:
            await self.database.write(write)
        except DatabaseUnavailable as error:
            raise StoreUnavailable(str(error)) from error

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await self.database.close()

    def _rows(self, sql: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        try:
            return self.database.read(sql, parameters)
        except DatabaseUnavailable as error:
            raise StoreUnavailable(str(error)) from error
