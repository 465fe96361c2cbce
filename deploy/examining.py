"""Whether an installation is in order: versions, durability read back, disk, clock, lock, what lags or waits."""

import os
import platform
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import orjson

from deploy.embedded import EmbeddedSystem, FolderInUse
from deploy.folder import holds_something
from deploy.settings import product_version
from shared.documents import Collection
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.kit import Service
from shared.sqlite.database import Database, NotDurable

Verdict = Literal["ok", "look", "wrong"]
MENDED_SQLITE = (3, 51, 3)
"""Before this a write that races a checkpoint of another connection could damage a file in WAL mode."""
_LITTLE_DISK = 1_000_000_000
_NO_DISK = 100_000_000
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_PLACES = Collection("places")


@dataclass(frozen=True, slots=True)
class Finding:
    """`look`: works, but somebody should know. `wrong`: mend it before relying on this installation."""

    name: str
    verdict: Verdict
    words: str


async def examine(folder: Path) -> list[Finding]:
    """Everything worth knowing about this machine and this folder. Writes nothing but a test file."""
    found = [*_versions(), *_disk(folder)]
    if not holds_something(folder):
        found.append(
            Finding("data", "look", f"nothing in {folder} yet: `article6 import` or `article6 serve` fills it")
        )
        return [*found, *_clock(None)]
    try:
        system = EmbeddedSystem(folder)
        found.append(Finding("folder lock", "ok", "free: no server is running on it"))
    except FolderInUse as use:
        system = EmbeddedSystem(folder, read_only=True)
        found.append(Finding("folder lock", "ok", f"held: {str(use).partition(':')[0]}"))
    except (sqlite3.Error, NotDurable, OSError) as error:
        return [*found, Finding("data", "wrong", f"{folder} cannot be opened: {error}"), *_clock(None)]
    try:
        for service in system.services.values():
            await service.kit.open()
        found.extend([finding async for finding in _databases(system)])
        found.extend(_clock(_newest(system)))
        found.extend([finding async for finding in _followers(system)])
    finally:
        await system.stop()
    return found


def packages(*names: str) -> Iterator[Finding]:
    """The versions of this software, of Python, and of these packages."""
    yield Finding("Article Six", "ok", product_version())
    yield Finding("Python", "ok", f"{platform.python_version()} on {platform.platform(terse=True)}")
    yield Finding("packages", "ok", ", ".join(f"{name} {version(name)}" for name in names))


def _versions() -> Iterator[Finding]:
    yield from packages("fastapi", "uvicorn", "pydantic", "orjson")
    if sqlite3.sqlite_version_info < MENDED_SQLITE:
        words = (
            f"{sqlite3.sqlite_version}, before 3.51.3 and its mended WAL reset; each file is written and checkpointed "
            "on one connection here, which keeps clear of the fault: let no other program write to these files"
        )
        yield Finding("SQLite", "look", words)
    else:
        yield Finding("SQLite", "ok", sqlite3.sqlite_version)


def _disk(folder: Path) -> Iterator[Finding]:
    place = folder
    while not place.exists():
        place = place.absolute().parent
    free = shutil.disk_usage(place).free
    verdict: Verdict = "wrong" if free < _NO_DISK else "look" if free < _LITTLE_DISK else "ok"
    yield Finding("free disk", verdict, f"{free / 1e9:,.1f} GB at {place.absolute()}")
    try:
        with tempfile.NamedTemporaryFile(dir=place) as file:
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took = (time.perf_counter() - began) * 1000
    except OSError as error:
        yield Finding("writing", "wrong", f"{place}: {error.strerror}")
    else:
        yield Finding("writing", "look" if took > 100 else "ok", f"4 KiB are on the disk after {took:.1f} ms (fsync)")


async def _databases(system: EmbeddedSystem) -> AsyncIterator[Finding]:
    for name, store in system.stores.items():
        for database, wanted in ((store.database, "FULL"), (_views(system, name), "NORMAL")):
            if database is None:
                continue
            label = f"{name}/{database.path.name}"
            if system.read_only:
                # The level belongs to the writer's connection, which refuses to start without it.
                journal, synchronous = database.read("PRAGMA journal_mode")[0][0], wanted
                whose = "as its server demands"
            else:
                journal, synchronous = await database.durability()
                whose = "read back"
            sound = database.read("PRAGMA quick_check(1)")[0][0]
            right = journal == "wal" and synchronous == wanted and sound == "ok"
            words = f"journal {journal}, synchronous {synchronous} ({whose}), pages {sound}"
            yield Finding(label, "ok" if right else "wrong", words)


def _views(system: EmbeddedSystem, name: str) -> Database | None:
    service = system.services.get(name)
    documents = service.kit.documents if service else None
    return documents.database if isinstance(documents, SqliteDocuments) else None


def _newest(system: EmbeddedSystem) -> datetime | None:
    newest = [_newest_of(store) for store in system.stores.values()]
    return max((moment for moment in newest if moment), default=None)


def _newest_of(store: SqliteEventStore) -> datetime | None:
    rows = store.database.read("SELECT body FROM commits ORDER BY position DESC LIMIT 1")
    return datetime.fromisoformat(orjson.loads(rows[0][0])["at"]) if rows else None


def _clock(newest: datetime | None) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if now < _BEGINNING:
        yield Finding("clock", "wrong", f"says {now:%Y-%m-%d %H:%M} UTC, before this software was written")
    elif newest and newest > now + timedelta(minutes=5):
        yield Finding(
            "clock", "wrong", f"says {now:%Y-%m-%d %H:%M} UTC, but something was recorded at {newest:%Y-%m-%d %H:%M}"
        )
    else:
        since = f"; newest record of {newest:%Y-%m-%d %H:%M}" if newest else ""
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC{since}")


async def _followers(system: EmbeddedSystem) -> AsyncIterator[Finding]:
    for name, service in system.services.items():
        parked = service.kit.parking.all()
        lags = await _lags(system, service)
        behind = ", ".join(f"{lag:,} of {topic}" for topic, lag in lags.items() if lag)
        words = f"behind by {behind} (caught up when it is started)" if behind else "caught up"
        if parked:
            first = parked[0]
            words += (
                f"; {len(parked)} streams parked, the oldest {first.stream} for {first.follower}: {first.error[:200]} "
                f"(retry: POST /{name}/parked/{first.follower}/{first.stream}/retry)"
            )
        yield Finding(name, "wrong" if parked else "look" if behind and not system.read_only else "ok", words)


async def _lags(system: EmbeddedSystem, service: Service) -> dict[str, int]:
    """Commits not yet taken, by the places that the service has remembered."""
    await service.kit.documents.declare(_PLACES)
    places = {one.id: one.body["position"] for one in await service.kit.documents.find(_PLACES.name, limit=1_000)}
    return {
        topic: await store.end() - int(places[f"{service.name}.{topic}"])
        for topic, store in system.stores.items()
        if f"{service.name}.{topic}" in places
    }
