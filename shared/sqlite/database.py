"""One SQLite file: one writer thread that commits everybody's waiting work in one transaction.

Why so: a thread hop for each statement costs more than the disk, and a read-then-write under plain
BEGIN fails at once when two do it (docs/adr/0002). Checkpoints run on the writing connection only,
which also keeps clear of the WAL-reset fault of SQLite before 3.51.3.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from shared.failpoints import failpoint

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]
_Waiting = tuple[Work, bool, "asyncio.Future[Any]"]
_Outcome = tuple["asyncio.Future[Any]", Any, BaseException | None]

_SYNCHRONOUS = {"FULL": 2, "NORMAL": 1}
_MOST_IN_A_TRANSACTION = 512


class DatabaseUnavailable(Exception):
    """The file could not be written: disk full, write error, or another writer holds it."""


class NotDurable(Exception):
    """SQLite did not take the durability that was asked of it."""


class Database:
    """A file with one writer. Writes from any coroutine; reads on the event loop's own thread."""

    def __init__(self, path: Path, schema: str, synchronous: str = "FULL", read_only: bool = False) -> None:
        self.path = path
        self.synchronous = synchronous
        self._schema = schema
        self._work: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._reader: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self.read_only = read_only
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            ready: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
            self._thread = threading.Thread(target=self._run, args=(ready,), name=f"writer {path.name}", daemon=True)
            self._thread.start()
            if (fault := ready.get()) is not None:
                raise fault

    # reading

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a short query. Keep pages small: a long reader stops checkpoints.

        A reader beside a service that has not written yet finds nothing. DatabaseUnavailable where
        the file cannot be read, or was closed.
        """
        try:
            return self._reading().execute(sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if self.read_only and ("no such table" in str(error) or not self.path.exists()):
                return []
            raise DatabaseUnavailable(f"{self.path.name}: {error}") from error

    def _reading(self) -> sqlite3.Connection:
        if self._closed:
            raise DatabaseUnavailable(f"{self.path.name} is closed")
        if self._reader is None:
            self._reader = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            self._reader.execute("PRAGMA query_only=ON")
        return self._reader

    # writing

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in the next transaction; returns once that transaction is on the disk.

        If `work` raises, what it wrote is taken back and the others' work stands.
        DatabaseUnavailable where the transaction as a whole could not be written.
        """
        return await self._enqueue(work, alone=False)

    async def write_one(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `write`, for work of one statement that changes something, which SQLite itself takes back as
        a whole where it fails. `work` must not raise after that statement has changed anything."""
        return await self._enqueue(work, alone=True)

    def _enqueue(self, work: Callable[[sqlite3.Connection], T], alone: bool) -> "asyncio.Future[T]":
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._thread is None:
            raise DatabaseUnavailable(f"{self.path.name} is open for reading only")
        if self._closed:
            # The writer may have taken its last batch already: nobody would ever answer.
            raise DatabaseUnavailable(f"{self.path.name} is closed")
        self._work.put((work, alone, future))
        return future

    async def durability(self) -> tuple[str, str]:
        """Journal mode and synchronous level as the writing connection itself reports them."""

        def ask(connection: sqlite3.Connection) -> tuple[str, str]:
            level = connection.execute("PRAGMA synchronous").fetchone()[0]
            names = {number: name for name, number in _SYNCHRONOUS.items()}
            return connection.execute("PRAGMA journal_mode").fetchone()[0], names.get(level, str(level))

        return await self.write(ask)

    async def close(self) -> None:
        """Write what waits, then close. Whoever comes after this is refused, not kept waiting."""
        if self._thread is not None:
            if not self._closed:
                self._closed = True
                self._work.put(None)
            while self._thread.is_alive():
                await asyncio.sleep(0.005)
        self._closed = True
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=5.0)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={self.synchronous}")
        connection.execute("PRAGMA journal_size_limit=67108864")
        connection.executescript(self._schema)
        found = connection.execute("PRAGMA synchronous").fetchone()[0]
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        if found != _SYNCHRONOUS[self.synchronous] or mode != "wal":
            connection.close()
            raise NotDurable(f"asked for WAL and {self.synchronous}, got {mode} and synchronous={found}")
        return connection

    def _run(self, ready: "queue.SimpleQueue[BaseException | None]") -> None:
        try:
            connection = self._connect()
        except BaseException as fault:
            ready.put(fault)
            return
        ready.put(None)
        stopping = False
        while not stopping:
            batch = []
            item = self._work.get()
            while True:
                if item is None:
                    stopping = True
                    break
                batch.append(item)
                if len(batch) >= _MOST_IN_A_TRANSACTION:
                    break
                try:
                    item = self._work.get_nowait()
                except queue.Empty:
                    break
            if batch:
                connection = self._commit_together(connection, batch)
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def _commit_together(self, connection: sqlite3.Connection, batch: list["_Waiting"]) -> sqlite3.Connection:
        outcomes: list[_Outcome] = []
        try:
            connection.execute("BEGIN IMMEDIATE")
            for work, alone, future in batch:
                if not alone:
                    connection.execute("SAVEPOINT one")
                try:
                    result = work(connection)
                except sqlite3.OperationalError:
                    raise
                except Exception as error:
                    if not alone:
                        connection.execute("ROLLBACK TO one")
                    outcomes.append((future, None, error))
                else:
                    outcomes.append((future, result, None))
                if not alone:
                    connection.execute("RELEASE one")
                failpoint("between-works", self.path.stem)
            failpoint("before-commit", self.path.stem)
            connection.execute("COMMIT")
            failpoint("after-commit", self.path.stem)
        except Exception as error:
            # Nothing of the whole batch is acknowledged. After a failed write the connection's view of
            # the file is unknown: start again on a new one.
            fault = DatabaseUnavailable(f"{self.path.name}: {error}")
            connection = self._reopened(connection)
            outcomes = [(future, None, fault) for _, _, future in batch]
        _settle(outcomes)
        return connection

    def _reopened(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        with contextlib.suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        try:
            fresh = self._connect()
        except (sqlite3.Error, NotDurable):
            return connection
        with contextlib.suppress(sqlite3.Error):
            connection.close()
        return fresh


def _settle(outcomes: Sequence[_Outcome]) -> None:
    """Answer everybody; each loop is woken once for all that wait in it, for a wake-up is a system call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0].get_loop(), []).append(outcome)
    for loop, theirs in by_loop.items():
        # The loop may be gone when the process is ending; the work stands nevertheless.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_answer, theirs)


def _answer(outcomes: Sequence[_Outcome]) -> None:
    for future, result, failure in outcomes:
        if future.done():
            continue
        if failure is None:
            future.set_result(result)
        else:
            future.set_exception(failure)
