"""The keyring on SQLite: `keys.db` of one service, readable by its owner only.

Apart from `events.db` and `views.db`, so that no copy, export or view of these holds a key. Rollback
journal and secure_delete, then VACUUM: a key that was destroyed is in no page and in no file beside it,
and that is read back. A connection for each piece of work: nothing is written often here, and a file
that nobody holds open can always be vacuumed.
"""

import asyncio
import contextlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from shared.privacy import Gone, KeyringUnavailable, KeyStillThere, SubjectKey

T = TypeVar("T")
FILE = "keys.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    subject  TEXT PRIMARY KEY,
    place    TEXT NOT NULL,
    key      BLOB NOT NULL,
    mark     TEXT NOT NULL,
    found_by TEXT NOT NULL,
    made_at  TEXT NOT NULL,
    UNIQUE (place, mark)
) STRICT;
CREATE TABLE IF NOT EXISTS gone (
    subject  TEXT PRIMARY KEY,
    place    TEXT NOT NULL,
    at       TEXT NOT NULL,
    by       TEXT NOT NULL,
    reason   TEXT NOT NULL,
    recorded INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS secret (id INTEGER PRIMARY KEY CHECK (id = 1), value BLOB NOT NULL) STRICT;
"""
_KEY = "subject, place, key, mark, found_by, made_at"
_GONE = "subject, place, at, by, reason, recorded"
_PATIENCE = 10.0
_PAGE = 500


class SqliteKeyring:
    """One file. It is made with the first key, so a service without people has none."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        self._closed = False
        self._one_at_a_time = threading.Lock()

    async def secret(self) -> bytes:
        """32 bytes, made on first use."""
        return await self.adopt_secret(secrets.token_bytes(32))

    async def adopt_secret(self, secret: bytes) -> bytes:
        """This one, unless there is one already; the one there is now."""

        def ask(connection: sqlite3.Connection) -> bytes:
            connection.execute("INSERT INTO secret (id, value) VALUES (1, ?) ON CONFLICT (id) DO NOTHING", (secret,))
            return bytes(connection.execute("SELECT value FROM secret").fetchone()[0])

        return await self._write(ask)

    async def keep(self, fresh: SubjectKey) -> SubjectKey:
        """Keep it, or give the one that is there. ValueError for a subject that was forgotten."""

        def insert(connection: sqlite3.Connection) -> SubjectKey:
            if connection.execute("SELECT 1 FROM gone WHERE subject = ?", (fresh.subject,)).fetchone():
                raise ValueError(f"{fresh.subject} was forgotten")
            found_by = orjson.dumps(dict(fresh.found_by)).decode()
            connection.execute(
                f"INSERT INTO keys ({_KEY}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # noqa: S608 - ours
                (fresh.subject, fresh.place, fresh.key, fresh.mark, found_by, fresh.made_at.isoformat()),
            )
            row = connection.execute(
                f"SELECT {_KEY} FROM keys WHERE subject = ? OR (place = ? AND mark = ?)",  # noqa: S608 - ours
                (fresh.subject, fresh.place, fresh.mark),
            ).fetchone()
            return _key_in(row)

        return await self._write(insert)

    async def held(self, subjects: Sequence[str]) -> dict[str, SubjectKey | Gone]:
        """By subject; asked for 500 at a time."""

        def ask(connection: sqlite3.Connection) -> dict[str, SubjectKey | Gone]:
            found: dict[str, SubjectKey | Gone] = {}
            for start in range(0, len(subjects), _PAGE):
                page = list(subjects[start : start + _PAGE])
                those = f"WHERE subject IN ({','.join('?' * len(page))})"
                for row in connection.execute(f"SELECT {_KEY} FROM keys {those}", page):  # noqa: S608 - ours
                    found[row[0]] = _key_in(row)
                for row in connection.execute(f"SELECT {_GONE} FROM gone {those}", page):  # noqa: S608 - ours
                    found[row[0]] = _gone_in(row)
            return found

        return await self._read(ask, {})

    async def living(self, after: str = "", limit: int = _PAGE) -> list[SubjectKey]:
        """A page of subjects whose key is there."""
        page = f"SELECT {_KEY} FROM keys WHERE subject > ? ORDER BY subject LIMIT ?"  # noqa: S608 - ours
        return await self._read(lambda c: [_key_in(row) for row in c.execute(page, (after, limit))], [])

    async def gone(self, after: str = "", limit: int = _PAGE) -> list[Gone]:
        """A page of subjects that were forgotten."""
        page = f"SELECT {_GONE} FROM gone WHERE subject > ? ORDER BY subject LIMIT ?"  # noqa: S608 - ours
        return await self._read(lambda c: [_gone_in(row) for row in c.execute(page, (after, limit))], [])

    async def forget(self, gone: Gone) -> Gone:
        """Destroy the key, clear the file, and look whether it is clear. KeyStillThere where it is not."""

        def destroy(connection: sqlite3.Connection) -> tuple[bytes | None, Gone]:
            key = connection.execute("SELECT key FROM keys WHERE subject = ?", (gone.subject,)).fetchone()
            connection.execute("DELETE FROM keys WHERE subject = ?", (gone.subject,))
            connection.execute(
                f"INSERT INTO gone ({_GONE}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subject) DO NOTHING",  # noqa: S608
                (gone.subject, gone.place, gone.at.isoformat(), gone.by, gone.reason, int(gone.recorded)),
            )
            row = connection.execute(
                f"SELECT {_GONE} FROM gone WHERE subject = ?",  # noqa: S608 - ours
                (gone.subject,),
            ).fetchone()
            return (key[0] if key else None), _gone_in(row)

        key, remembered = await self._write(destroy, then=self._clear)
        if key is not None and await asyncio.to_thread(self._is_in_a_file, key):
            raise KeyStillThere(f"{self.path.name}: the key of {gone.subject} did not leave the file; repeat it")
        return remembered

    async def recorded(self, subject: str) -> None:
        """Note that its event is in the history."""
        await self._write(lambda c: c.execute("UPDATE gone SET recorded = 1 WHERE subject = ?", (subject,)))

    async def close(self) -> None:
        """Nothing is held open between two pieces of work."""
        self._closed = True

    def _clear(self, connection: sqlite3.Connection) -> None:
        # secure_delete has overwritten the row; what stale pages might still hold goes with them.
        connection.execute("VACUUM")

    def _is_in_a_file(self, key: bytes) -> bool:
        beside = [self.path, *self.path.parent.glob(f"{self.path.name}-*")]
        return any(key in file.read_bytes() for file in beside if file.exists())

    async def _write(
        self, work: Callable[[sqlite3.Connection], T], then: Callable[[sqlite3.Connection], None] | None = None
    ) -> T:
        if self._read_only:
            raise KeyringUnavailable(f"{self.path.name} is open for reading only")

        def run() -> T:
            with self._one_at_a_time, self._connected(writing=True) as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    result = work(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
                if then is not None:
                    then(connection)
                return result

        return await asyncio.to_thread(run)

    async def _read(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        if not self.path.exists():
            return nothing

        def run() -> T:
            with self._connected(writing=False) as connection:
                return work(connection)

        return await asyncio.to_thread(run)

    @contextmanager
    def _connected(self, writing: bool) -> Iterator[sqlite3.Connection]:
        if self._closed:
            raise KeyringUnavailable(f"{self.path.name} is closed")
        try:
            if writing:
                self._for_its_owner_only()
            # Who may write also clears away what a crash left half done, when it only reads.
            mode = "ro" if self._read_only else "rw"
            address = f"{self.path.absolute().as_uri()}?mode={mode}"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as connection:
                connection.isolation_level = None
                if writing:
                    _prepare(connection)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise KeyringUnavailable(f"{self.path.name}: {error}") from error

    def _for_its_owner_only(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Before SQLite opens it: the journal beside it takes over its mode.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        if self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=EXTRA")
    connection.execute("PRAGMA secure_delete=ON")
    # VACUUM writes everything once more meanwhile: not into the machine's folder for temporary files.
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.executescript(_SCHEMA)


def _key_in(row: Sequence[Any]) -> SubjectKey:
    subject, place, key, mark, found_by, made_at = row
    return SubjectKey(subject, place, bytes(key), mark, orjson.loads(found_by), datetime.fromisoformat(made_at))


def _gone_in(row: Sequence[Any]) -> Gone:
    subject, place, at, by, reason, recorded = row
    return Gone(subject, place, datetime.fromisoformat(at), by, reason, bool(recorded))
