"""How the pages speak to the services: over their HTTP contracts, and nothing else."""

from collections.abc import Mapping
from typing import Any

import httpx2
from starlette.types import ASGIApp

from services.portal.language import gettext as _


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


def _said(fault: Mapping[str, Any]) -> str:
    field = str(fault["field"]).removeprefix("query.").removeprefix("path.").replace("_", " ")
    allowed = " " + _("(allowed: %(values)s)") % {"values": fault["allowed"]} if fault.get("allowed") else ""
    return f"{field}: {fault['message']}{allowed}"


def in_process(app: ASGIApp) -> httpx2.AsyncClient:
    """Speaks to an ASGI application without a socket: a service, or the gateway before all of them."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://portal.internal")


def over_network(address: str) -> httpx2.AsyncClient:
    """Speaks to a gateway at that address, such as `http://gateway:8000`."""
    return httpx2.AsyncClient(base_url=address, timeout=20)
