"""All services in one process, on SQLite files in one folder. The default way to run."""

import asyncio
import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from secrets import token_bytes
from types import TracebackType
from typing import IO, Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from deploy.catalogue import SERVICES, builder
from deploy.folder import is_exercise
from deploy.kept import OpenedLater
from shared.auth.tokens import OwnTokens, SignInCodes
from shared.clock import Clock, SystemClock
from shared.documents import Documents
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.handling import Handler
from shared.http.app import service_app
from shared.kit import Kit, Service
from shared.log.embedded import EmbeddedLog
from shared.privacy.people import People
from shared.privacy.sqlite import FILE, SqliteKeyring


class FolderInUse(Exception):
    """Another article6 process has this folder open for writing: stop it, or ask it."""


class EmbeddedSystem:
    """Every service with its own store and documents below `folder`.

    One process writes a folder at a time (FolderInUse). With `read_only` the stores are opened beside
    a running one: documents show what that one has folded so far, and nothing is followed. `exercise`:
    fictional States are taken, and every page says so; as the folder is marked where it is not given.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock | None = None,
        names: Sequence[str] = SERVICES,
        read_only: bool = False,
        exercise: bool | None = None,
    ) -> None:
        self.folder = folder
        self.exercise = is_exercise(folder) if exercise is None else exercise
        self.clock = clock or SystemClock()
        self.read_only = read_only
        self._lock = None if read_only else locked(folder)
        self.stores = {name: SqliteEventStore(folder / name / "events.db", read_only) for name in SERVICES}
        # A reader signs nobody in, and leaves no trace in a folder that is not its own.
        secret = folder / "token-secret"
        self.tokens = OwnTokens(token_bytes(32), self.clock) if read_only else OwnTokens.from_file(secret, self.clock)
        self.sign_in = SignInCodes(self.clock)
        self.kept = OpenedLater(self._open_kept)
        self.services: dict[str, Service] = {}
        self.applications: dict[str, FastAPI] = {}
        self.apps: dict[str, ASGIApp] = {}
        for name in names:
            documents = SqliteDocuments(folder / name / "views.db", read_only)
            log, keyring = EmbeddedLog(self.stores, documents), SqliteKeyring(folder / name / FILE, read_only)
            kit = Kit(name, self.stores[name], log, documents, self.clock, keyring=keyring)
            service = builder(name)(kit)
            self.services[name] = service
            self.applications[name], self.apps[name] = service_app(service, self.tokens, self.exercise)

    @property
    def handlers(self) -> dict[str, Handler[Any, Any, Any]]:
        """Every service's handlers, by the category of their streams."""
        return {
            category: handler
            for service in self.services.values()
            for category, handler in service.kit.handlers.items()
        }

    @property
    def people(self) -> dict[str, People]:
        """Every service's people, by the category of the streams that name them."""
        return {category: s.kit.people for s in self.services.values() for category in s.kit.handlers}

    async def start(self, sweep_every: float = 30.0) -> None:
        """Bring every service to life."""
        for service in self.services.values():
            if self.read_only:
                await service.kit.open()
            else:
                await service.kit.start(sweep_every)

    async def stop(self) -> None:
        """Stop following, write what waits, let go of the folder."""
        for service in self.services.values():
            await service.kit.stop_following()
        for service in self.services.values():
            await service.kit.stop()
        for name, store in self.stores.items():
            if name not in self.services:
                await store.close()
        await self.kept.close()
        if self._lock is not None:
            self._lock.close()

    async def _open_kept(self) -> Documents:
        return SqliteDocuments(self.folder / "portal" / "kept.db", self.read_only)

    def answers_at(self, address: str) -> None:
        """Leave word in the folder where this system is served, for commands that are called beside it."""
        if self._lock is not None:
            self._lock.write(f"\n{address}")
            self._lock.flush()

    async def settle(self) -> None:
        """Wait until every service has taken everything that the others have told."""
        quiet = 0
        while quiet < 2:
            caught_up = [await service.kit.caught_up() for service in self.services.values()]
            quiet = quiet + 1 if all(caught_up) else 0
            await asyncio.sleep(0 if quiet else 0.005)

    async def sweep(self) -> int:
        """Fire the timers that are due by the clock; how many."""
        return sum([await service.kit.timers.sweep() for service in self.services.values()])

    async def __aenter__(self) -> "EmbeddedSystem":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def served_at(folder: Path) -> str | None:
    """The address of the server that runs on this folder; None where it has not said so (yet)."""
    try:
        lines = (folder / "lock").read_text().splitlines()
    except OSError:
        return None
    return lines[1] if len(lines) > 1 else None


def locked(folder: Path) -> IO[str]:
    """The lock on a folder, made where it is not there; held until the file is closed. FolderInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    # The name says who holds it; the lock itself is the kernel's and goes with the process.
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.readline().strip() or "another process"
        lock.close()
        raise FolderInUse(f"{folder} is in use by {holder}: stop it first, or ask it over HTTP") from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}")
    lock.flush()
    return lock
