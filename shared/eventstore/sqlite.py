"""The event store on SQLite: a row per commit, in one file of one service."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from shared.commits import GENESIS, Commit, commit_from, storable
from shared.eventstore import CommandDone, SeqTaken, StoreUnavailable
from shared.eventstore.listening import Listeners, Wake
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
# One statement: each hands the interpreter to the other threads and has to wait until it gets it back.
_CONTINUE = """
INSERT INTO commits (stream, seq, command_id, hash, body) SELECT ?, ?, ?, ?, ?
WHERE EXISTS (SELECT 1 FROM commits WHERE stream = ? AND seq = ? AND hash = ?)
"""
_BEGIN = "INSERT INTO commits (stream, seq, command_id, hash, body) VALUES (?, ?, ?, ?, ?)"
_THERE = "SELECT hash FROM commits WHERE stream = ? AND seq = ?"
_Row = tuple[str, int, str, str, bytes]


class SqliteEventStore:
    """The one writer draws positions inside the write lock, so their order is the order of visibility."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.database = Database(path, _SCHEMA, synchronous="FULL", read_only=read_only)
        self._listeners = Listeners()

    def on_append(self, wake: Wake) -> Callable[[], None]:
        """Call `wake` after each append: a hint for followers in this process, never relied on.

        What comes back ends this when it is called.
        """
        return self._listeners.add(wake)

    async def append(self, commit: Commit) -> Commit:
        """Stored durably once this returns, with its position. Refusals as in `EventStore.append`; ADR 0001."""
        row = _row_of(commit)

        try:
            position = await self.database.write_one(lambda connection: _insert(connection, commit, row))
        except (sqlite3.IntegrityError, SeqTaken) as error:
            # Which index refused is not asked of the error: the command id decides what it means.
            done = await self.find_command(commit.command_id)
            if done is not None:
                raise CommandDone(done) from None
            raise SeqTaken(commit.stream, commit.seq) from error
        except DatabaseUnavailable as error:
            raise StoreUnavailable(str(error)) from error
        failpoint("appended")
        stored = commit.at_position(position)
        self._listeners.tell(stored)
        return stored

    async def adopt(self, commits: Sequence[Commit]) -> None:
        """Take commits of another store over. As `Adopting.adopt`; all of them in one transaction."""
        rows = [_row_of(commit) for commit in commits]
        taking: list[Commit] = []

        def insert(connection: sqlite3.Connection) -> None:
            for commit, row in zip(commits, rows, strict=True):
                taking[:] = [commit]
                there = connection.execute(_THERE, (commit.stream, commit.seq)).fetchone()
                if there is None:
                    _insert(connection, commit, row)
                elif there[0] != commit.hash:
                    raise SeqTaken(commit.stream, commit.seq)

        failpoint("adopting")
        try:
            await self.database.write(insert)
        except sqlite3.IntegrityError as error:
            done = await self.find_command(taking[0].command_id)
            if done is not None:
                raise CommandDone(done) from None
            raise SeqTaken(taking[0].stream, taking[0].seq) from error
        except DatabaseUnavailable as error:
            raise StoreUnavailable(str(error)) from error
        failpoint("adopted")
        self._listeners.tell()

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

    async def durability(self) -> str:
        """As the writing connection reports it. StoreUnavailable where nothing is written from here."""
        try:
            journal, synchronous = await self.database.durability()
        except DatabaseUnavailable as error:
            raise StoreUnavailable(str(error)) from error
        return f"SQLite {sqlite3.sqlite_version}: journal {journal}, synchronous {synchronous}"

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await self.database.close()

    def _rows(self, sql: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        try:
            return self.database.read(sql, parameters)
        except DatabaseUnavailable as error:
            raise StoreUnavailable(str(error)) from error


def _row_of(commit: Commit) -> _Row:
    """As it is stored. ValueError where it must not be."""
    return commit.stream, commit.seq, commit.command_id, commit.hash, storable(commit)


def _insert(connection: sqlite3.Connection, commit: Commit, row: _Row) -> int:
    """Its position. SeqTaken where it does not continue its stream, IntegrityError where its place is taken."""
    if commit.seq == 1:
        if commit.previous != GENESIS:
            raise SeqTaken(commit.stream, commit.seq)
        cursor = connection.execute(_BEGIN, row)
    else:
        cursor = connection.execute(_CONTINUE, (*row, commit.stream, commit.seq - 1, commit.previous))
        if cursor.rowcount != 1:
            raise SeqTaken(commit.stream, commit.seq)
    return int(cursor.lastrowid or 0)
