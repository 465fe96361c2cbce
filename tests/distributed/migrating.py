"""Installations to migrate from and to, for the tests of it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from deploy.catalogue import SERVICES
from deploy.cli import app
from deploy.migrating import Plan, Progress, migrated, planned
from deploy.migrating_sides import Databases, databases, folder
from shared.commits import Commit
from shared.eventstore import EventStore
from shared.eventstore.sqlite import SqliteEventStore
from shared.ids import new_id
from shared.mongodb.connection import MongoConnection
from tests import servers

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def own_prefix() -> AsyncIterator[str]:
    """A prefix of databases that nobody has; they are dropped afterwards."""
    prefix = f"a6_test_{new_id().replace('-', '')}"
    try:
        yield prefix
    finally:
        connection = await MongoConnection.open(servers.mongodb())
        for name in await connection.names():
            if name.startswith(prefix):
                await connection.drop(name)
        await connection.close()


async def written(path: Path, history: Mapping[str, Iterable[Commit]]) -> Path:
    """A folder that holds these commits, by service."""
    for name in SERVICES:
        store = SqliteEventStore(path / name / "events.db")
        await store.adopt(list(history.get(name, ())))
        await store.close()
    return path


async def held(store: EventStore) -> list[tuple[str, int, str, bytes]]:
    """Every commit of a store as it is stored, by stream and number."""
    found: list[Commit] = []
    while page := await store.scan(found[-1].position if found else 0, 500):
        found += page
    return sorted((one.stream, one.seq, one.hash, one.body()) for one in found)


async def held_in_folder(path: Path) -> dict[str, list[tuple[str, int, str, bytes]]]:
    """Everything in a folder, by service."""
    async with folder(path, "it") as one:
        return {name: await held(store) for name, store in one.side.stores.items()}


async def held_in_databases(prefix: str) -> dict[str, list[tuple[str, int, str, bytes]]]:
    """Everything under a prefix, by service."""
    async with databases(servers.mongodb(), prefix) as one:
        return {name: await held(store) for name, store in one.side.stores.items()}


def unseen(words: str) -> AbstractContextManager[Progress]:
    """Nobody watches."""
    del words
    return nullcontext(lambda done, total: None)


async def copied(source: Path, target: Databases) -> Plan:
    """From the folder into the databases."""
    async with folder(source, str(source)) as one:
        plan = await planned(one.side, target.side, unseen)
        await target.begin(one.exercise, one.shipped)
        await migrated(one.side, target.side, plan, unseen)
        await target.finish()
        return plan


@dataclass(frozen=True)
class Ended:
    """What came of a command; killed, its code is that of the signal, below zero."""

    code: int
    out: str
    err: str


async def article6(*words: object) -> Ended:
    """The command, as people call it."""
    result = await asyncio.to_thread(CliRunner().invoke, app, [str(word) for word in words], catch_exceptions=False)
    return Ended(result.exit_code, result.stdout, result.stderr)


async def killed(*words: object, at: str) -> Ended:
    """The command in a process of its own, which dies at that failpoint."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.cli", *map(str, words),
        cwd=ROOT, env={**os.environ, "ARTICLE6_FAILPOINT": at}, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


def to(data: Path, prefix: str, *more: str) -> tuple[object, ...]:
    """The words of a command that migrates the folder."""
    return ("migrate", "to-distributed", "--data", data, "--mongodb", servers.mongodb(), "--prefix", prefix, *more)


def fro(prefix: str, data: Path, *more: str) -> tuple[object, ...]:
    """The words of a command that migrates into the folder."""
    return ("migrate", "to-folder", "--mongodb", servers.mongodb(), "--prefix", prefix, "--data", data, *more)
