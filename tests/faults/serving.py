"""The server of a fault run: what `article6 serve` runs, with a way to turn its clock and to spoil its disk."""

import asyncio
import functools
import resource
import socket
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.cli.answering import answer
from deploy.embedded import EmbeddedSystem
from deploy.serving import application
from shared import failpoints
from shared.heard import Heard
from shared.kit import Kit
from shared.logs import configure
from shared.projection import Projection
from shared.sqlite.database import Database, DatabaseUnavailable

CONTROL = "/-/"
_SETTLES_IN = 30.0
_NO_LIMIT = 1_073_741_823


class ShiftedClock:
    """The machine's clock, so far off as the run says."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


class Trouble:
    """What is wrong with this process at the moment, by order of the run."""

    def __init__(self, raised: int) -> None:
        self.raised = raised
        """How many versions the projections are ahead of the code."""
        self.full: dict[str, int] = {}
        """Pages that a file may have at most, by `service/file`."""
        self.sick: set[str] = set()
        """Streams on which every follower fails."""

    def install(self) -> None:
        """Before the system is built: the kit and the files know nothing of this."""
        view, listen, connect = Kit.view, Kit.listen, Database._connect

        def raised_view(kit: Kit, projection: Projection[Any], *more: Any) -> Any:
            fold = self._failing(projection.fold)
            return view(kit, replace(projection, fold=fold, version=projection.version + self.raised), *more)

        def failing_listen(kit: Kit, topic: str, events: Any, react: Any, *, to: Any, **more: Any) -> None:
            listen(kit, topic, events, self._failing(react), to=to, **more)

        def limited_connect(database: Database) -> sqlite3.Connection:
            connection = connect(database)
            if pages := self.full.get(_name(database)):
                connection.execute(f"PRAGMA max_page_count={pages}")
            return connection

        for owner, name, made in (
            (Kit, "view", raised_view),
            (Kit, "listen", failing_listen),
            (Database, "_connect", limited_connect),
        ):
            setattr(owner, name, made)

    def _failing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def failing(*arguments: Any) -> Any:
            heard = arguments[-1]
            if isinstance(heard, Heard) and heard.stream in self.sick:
                raise LookupError(f"nobody can deal with {heard.stream} today")
            return function(*arguments)

        return failing


class Controlled:
    """The application, with the run's orders below `/-/`."""

    def __init__(self, system: EmbeddedSystem, clock: ShiftedClock, trouble: Trouble) -> None:
        self._system = system
        self._clock = clock
        self._trouble = trouble
        self._app: ASGIApp = application(system)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(CONTROL):
            answer = await self._obey(scope["path"].removeprefix(CONTROL), Request(scope, receive))
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _obey(self, order: str, request: Request) -> Response:
        match order:
            case "failpoint":
                failpoints.arm(await request.json())
            case "clock":
                self._clock.by = timedelta(seconds=await request.json())
            case "sick":
                self._trouble.sick = set(await request.json())
            case "full":
                await self._fill_up(await request.json())
            case "largest-file":
                _allow(await request.json())
            case "sweep":
                return JSONResponse(await self._system.sweep())
            case "settled":
                async with asyncio.timeout(_SETTLES_IN):
                    await self._system.settle()
            case _:
                return Response(status_code=404)
        return JSONResponse(None)

    async def _fill_up(self, files: Iterable[str]) -> None:
        """Not a page more for these files, also on connections that are opened later; none: room again."""
        wanted = set(files)
        for database in self._databases():
            name = _name(database)
            if name in wanted:
                self._trouble.full[name] = int(database.read("PRAGMA page_count")[0][0])
                await _limit(database, self._trouble.full[name])
            elif self._trouble.full.pop(name, 0):
                await _limit(database, _NO_LIMIT)

    def _databases(self) -> Iterable[Database]:
        for store in self._system.stores.values():
            yield store.database
        for service in self._system.services.values():
            documents: Any = service.kit.documents
            yield documents.database


async def _limit(database: Database, pages: int) -> None:
    # Who shares a transaction with a write that finds no room fails with it; the next connection has the limit too.
    with suppress(DatabaseUnavailable):
        await database.write(lambda connection: connection.execute(f"PRAGMA max_page_count={pages}").fetchone())


def _name(database: Database) -> str:
    return f"{database.path.parent.name}/{database.path.stem}"


def _allow(largest: int) -> None:
    """No file of this process may grow beyond so many bytes (RLIMIT_FSIZE); 0: as large as it likes."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest or hard, hard))


async def serve(folder: Path, port: int, raised: int, sweep_every: float) -> None:
    """Until SIGTERM, which drains as `article6 serve` does."""
    configure("json", "warning")
    clock, trouble = ShiftedClock(), Trouble(raised)
    trouble.install()
    system = EmbeddedSystem(folder, clock, exercise=True)
    await system.start(sweep_every)
    # Bound only now: who can connect is answered.
    listening = socket.create_server(("127.0.0.1", port), backlog=1024)
    await answer(Controlled(system, clock, trouble), listening)
    await system.stop()
