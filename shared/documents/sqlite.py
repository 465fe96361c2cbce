"""Documents on SQLite: a table per collection, indexed by expressions over the JSON.

Written with synchronous=NORMAL: everything here can be folded again from the events, a crash of the
process loses nothing, and a loss of power loses the newest writes together with their checkpoints.
"""

import itertools
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson

from shared.documents import Collection, Delete, DocumentsUnavailable, Numbers, Put, Stored
from shared.sqlite.database import Database, DatabaseUnavailable, Work

_Statement = tuple[str, tuple[str | int, ...]]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class SqliteDocuments:
    """One file of one service."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.database = Database(path, "", synchronous="NORMAL", read_only=read_only)
        self._declared: dict[str, Collection] = {}
        self._numbered: dict[str, tuple[int, dict[str, Numbers]]] = {}

    async def declare(self, collection: Collection) -> None:
        """A table for the collection, an index for each field. ValueError for a name that SQL could misread."""
        for name in (collection.name, *collection.fields, *([collection.number] if collection.number else ())):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot name a collection or field")
        self._declared[collection.name] = collection
        if self.database.read_only:
            return

        def create(connection: sqlite3.Connection) -> None:
            table = f"doc_{collection.name}"
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table}"
                " (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL) STRICT"
            )
            for field in collection.fields:
                connection.execute(
                    f"CREATE INDEX IF NOT EXISTS {table}_{field} ON {table} (json_extract(body, '$.{field}'), id)"
                )

        await self._write(create)

    async def get(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        """Those that exist, by id; asked for 500 at a time. ValueError for an undeclared collection."""
        found = {}
        for start in range(0, len(ids), 500):
            page = ids[start : start + 500]
            marks = ",".join("?" * len(page))
            for row in self._read(
                f"SELECT id, revision, body FROM {self._table(collection)} WHERE id IN ({marks})", page
            ):
                found[row[0]] = Stored(row[0], row[1], orjson.loads(row[2]))
        return found

    async def write(self, changes: Sequence[Put | Delete]) -> list[bool]:
        """All changes in one transaction; False for each whose document is at another revision."""
        prepared = list(zip(changes, self._statements(changes), strict=True))

        def apply(connection: sqlite3.Connection) -> list[bool]:
            if _all_made(connection, [statement for _, statement in prepared]):
                return [True] * len(prepared)
            made = []
            for change, (sql, parameters) in prepared:
                try:
                    made.append(connection.execute(sql, parameters).rowcount == 1)
                except sqlite3.IntegrityError:
                    if isinstance(change, Put) and change.revision == 0:
                        made.append(False)
                    else:
                        raise
            return made

        made: list[bool] = await self._write(apply)
        return made

    def _statements(self, changes: Sequence[Put | Delete]) -> Iterator[_Statement]:
        collection, insert, update, delete = "", "", "", ""
        for change in changes:
            if change.collection != collection:
                # Written once for all that stand together, which is mostly the whole page.
                table, collection = self._table(change.collection), change.collection
                insert = f"INSERT INTO {table} (id, revision, body) VALUES (?, 1, ?)"
                update = f"UPDATE {table} SET revision = revision + 1, body = ? WHERE id = ? AND revision = ?"
                delete = f"DELETE FROM {table} WHERE id = ? AND revision = ?"
            if isinstance(change, Delete):
                yield delete, (change.id, change.revision)
            elif change.revision == 0:
                yield insert, (change.id, orjson.dumps(change.body).decode())
            else:
                yield update, (orjson.dumps(change.body).decode(), change.id, change.revision)

    async def find(
        self,
        collection: str,
        where: Mapping[str, str] | None = None,
        after: str = "",
        limit: int = 100,
        at_most: Mapping[str, str] | None = None,
    ) -> list[Stored]:
        """At most `limit` documents behind id `after`, compared as text. ValueError for an undeclared field."""
        table = self._table(collection)
        clauses, parameters = ["id > ?"], [after]
        for sign, wanted in (("=", where or {}), ("<=", at_most or {})):
            for field, value in wanted.items():
                if field not in self._declared[collection].fields:
                    raise ValueError(f"{collection} cannot be found by {field}: declare it")
                clauses.append(f"json_extract(body, '$.{field}') {sign} ?")
                parameters.append(value)
        rows = self._read(
            f"SELECT id, revision, body FROM {table} WHERE {' AND '.join(clauses)} ORDER BY id LIMIT ?",
            (*parameters, limit),
        )
        return [Stored(row[0], row[1], orjson.loads(row[2])) for row in rows]

    async def numbers(self, collection: str) -> dict[str, Numbers]:
        """By id. Where nothing was written to the file since the last time, nothing is read."""
        table, number = self._table(collection), self._declared[collection].number
        # SQLite counts the commits of others that a connection has seen; all writes are another's than the reader's.
        rows = self._read("PRAGMA data_version", ())
        version = rows[0][0] if rows else 0
        before = self._numbered.get(collection)
        if before is None or before[0] != version:
            what = f"json_extract(body, '$.{number}')" if number else "NULL"
            read = self._read(f"SELECT id, revision, {what} FROM {table}", ())
            found = {row[0]: (row[1], row[2] if isinstance(row[2], int) else None) for row in read}
            before = self._numbered[collection] = (version, found)
        return before[1]

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await self.database.close()

    def _table(self, collection: str) -> str:
        if collection not in self._declared:
            raise ValueError(f"collection {collection!r} was not declared")
        return f"doc_{collection}"

    def _read(self, sql: str, parameters: Sequence[str | int]) -> list[tuple[Any, ...]]:
        try:
            return self.database.read(sql, parameters)
        except DatabaseUnavailable as error:
            raise DocumentsUnavailable(str(error)) from error

    async def _write(self, work: Work) -> Any:
        try:
            return await self.database.write(work)
        except DatabaseUnavailable as error:
            raise DocumentsUnavailable(str(error)) from error


def _all_made(connection: sqlite3.Connection, statements: Sequence[_Statement]) -> bool:
    """Make them in as few calls as can be; whether each changed its row. If not, nothing is changed.

    Almost always nobody else was first, and then one call for a page of documents halves its time.
    """
    if len(statements) == 1:
        return False
    connection.execute("SAVEPOINT many")
    try:
        for sql, same in itertools.groupby(statements, key=itemgetter(0)):
            rows = [parameters for _, parameters in same]
            if connection.executemany(sql, rows).rowcount != len(rows):
                connection.execute("ROLLBACK TO many")
                return False
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO many")
        return False
    finally:
        # Where the whole transaction is gone already (disk full), so is this.
        if connection.in_transaction:
            connection.execute("RELEASE many")
    return True
