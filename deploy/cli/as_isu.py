"""Acting as the ISU from the command line: through the server that runs on a folder, or alone on the folder."""

import ipaddress
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from deploy.cli.asking import must_hold_something, quick_start
from deploy.cli.errors import CannotDo
from deploy.cli.tokens import login
from deploy.settings import HOST, PORT

if TYPE_CHECKING:
    import httpx2

Server = Annotated[
    str | None,
    typer.Option(
        "--server",
        envvar="ARTICLE6_SERVER",
        metavar="URL",
        help="Where the server is that runs on the folder; ARTICLE6_TOKEN may hold a token of the ISU for it.",
        show_default=f"http://{HOST}:{PORT}, if one runs on the folder",
    ),
]
_A_WHILE = timedelta(minutes=10)
_PATIENCE = 60.0


class Isu:
    """Sends what the ISU asks for, and gives back what is answered as JSON."""

    def __init__(self, client: "httpx2.AsyncClient", where: str) -> None:
        self._client = client
        self._where = where

    async def post(self, path: str, body: Any) -> Any:
        """The answer. CannotDo with the problem's own words where it is refused, or nobody answers."""
        import httpx2

        try:
            answer = await self._client.post(path, json=body)
        except httpx2.TransportError as error:
            raise CannotDo(f"nobody answers at {self._where}: name the server with --server ({error})") from None
        if answer.status_code == 401:
            raise CannotDo(f"{self._where} does not know this folder's tokens: name its own folder with --data")
        if answer.status_code >= 400:
            problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            raise CannotDo(problem.get("detail") or f"{self._where} answered {answer.status_code}")
        return answer.json()


@asynccontextmanager
async def as_isu(folder: Path, server: str | None, services: Sequence[str]) -> AsyncIterator[Isu]:
    """Through `server` where one is named, through the one that runs on the folder, or alone on the folder.

    Alone, only these services are brought to life; the others hear of it when they are.
    """
    import httpx2

    if server is not None:
        async with _through(server, folder) as client:
            yield Isu(client, server)
        return
    must_hold_something(folder)
    with quick_start():
        from deploy.embedded import EmbeddedSystem, FolderInUse
        from deploy.gateway import Gateway
        from shared.auth.caller import Caller
    try:
        system = EmbeddedSystem(folder, names=services)
    except FolderInUse:
        address = f"http://{os.environ.get('ARTICLE6_HOST', HOST)}:{os.environ.get('ARTICLE6_PORT', PORT)}"
        async with _through(address, folder) as client:
            yield Isu(client, address)
        return
    async with system:
        await system.settle()
        headers = _bearer(system.tokens.issue(Caller(login(), "isu"), _A_WHILE))
        transport = httpx2.ASGITransport(app=Gateway(system.apps, otherwise=_nothing))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6", headers=headers) as client:
            yield Isu(client, str(folder))


def _through(server: str, folder: Path) -> "httpx2.AsyncClient":
    import httpx2

    if not _is_safe(server):
        raise CannotDo(f"{server} would carry names and a token in the clear: use https, or run this where it runs")
    return httpx2.AsyncClient(base_url=server, headers=_bearer(_token(folder)), timeout=_PATIENCE)


def _is_safe(server: str) -> bool:
    parts = urlsplit(server)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _token(folder: Path) -> str:
    from shared.auth.caller import Caller
    from shared.auth.tokens import OwnTokens
    from shared.clock import SystemClock

    if token := os.environ.get("ARTICLE6_TOKEN"):
        return token
    secret = folder / "token-secret"
    if not secret.exists():
        raise CannotDo(f"{folder} cannot issue a token: name the server's folder with --data, or set ARTICLE6_TOKEN")
    return OwnTokens.from_file(secret, SystemClock()).issue(Caller(login(), "isu"), _A_WHILE)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise LookupError(scope["path"])
