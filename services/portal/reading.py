"""How the pages speak to the services: over their HTTP contracts, and nothing else."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.types import ASGIApp

from services.portal.language import gettext as _

_LOOKS_EVERY = 2.0
_WORTH_SAYING = 3.0
"""Seconds; what is fresher than that is there before anybody has read a line."""


class Unreadable(Exception):
    """The service answered with a problem document (RFC 9457) instead; `status` is its HTTP status."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status}: {problem.get('detail', '')}")

    @property
    def words(self) -> str:
        """What went wrong, for people."""
        faults = self.problem.get("errors") or []
        said = "; ".join(_said(fault) for fault in faults if "message" in fault)
        return said or str(self.problem.get("detail") or _("It could not be read."))

    @property
    def number(self) -> str:
        """What to quote where something broke; else blank."""
        return str(self.problem.get("instance") or "")


class NotYetPublic(Unreadable):
    """What the page is about was not public on the earlier day that its address asks about."""

    def __init__(self, said: str) -> None:
        super().__init__(404, {"detail": said})


def _said(fault: Mapping[str, Any]) -> str:
    field = str(fault["field"]).removeprefix("query.").removeprefix("path.").replace("_", " ")
    allowed = " " + _("(allowed: %(values)s)") % {"values": fault["allowed"]} if fault.get("allowed") else ""
    return f"{field}: {fault['message']}{allowed}"


@dataclass(frozen=True, slots=True)
class Behind:
    """The figures lag behind what was recorded: by so many seconds at most, or (None) nobody knows by how many."""

    seconds: int | None

    @property
    def again_in(self) -> int:
        """In how many seconds it is worth looking again: as long as it has taken so far, within reason."""
        return min(60, max(5, self.seconds or 30))


class Lag:
    """How far the services' answers lag, as they say themselves; asked at most every two seconds."""

    def __init__(self, services: httpx2.AsyncClient) -> None:
        self._services = services
        self._known: dict[str, tuple[float, Behind | None]] = {}

    async def look(self, service: str) -> None:
        """Ask the service again, where the last answer is old. One that says nothing changes nothing."""
        now = time.monotonic()
        if service in self._known and now - self._known[service][0] < _LOOKS_EVERY:
            return
        before = self._known[service][1] if service in self._known else None
        # Whoever comes meanwhile is answered with what was known before.
        self._known[service] = (now, before)
        try:
            answer = await self._services.get(f"/{service}/operations/freshness")
        except httpx2.HTTPError:
            return
        if answer.status_code == 200:
            self._known[service] = (now, _behind(answer.json()["behind_seconds"]))

    def of(self, services: Iterable[str]) -> Behind | None:
        """The furthest behind of these; None where the answers are as fresh as anybody can tell by looking."""
        found = [known for one in services if (known := self._known.get(one, (0.0, None))[1])]
        return max(found, key=lambda one: float("inf") if one.seconds is None else one.seconds, default=None)


def _behind(seconds: float | None) -> Behind | None:
    if seconds is None:
        return Behind(None)
    return Behind(round(seconds)) if seconds >= _WORTH_SAYING else None


def in_process(app: ASGIApp) -> httpx2.AsyncClient:
    """Speaks to an ASGI application without a socket: a service, or the gateway before all of them."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://portal.internal")


def over_network(address: str) -> httpx2.AsyncClient:
    """Speaks to a gateway at that address, such as `http://gateway:8000`."""
    return httpx2.AsyncClient(base_url=address, timeout=20)
