"""How the pages read: over the services' HTTP contracts, and nothing else."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2
from starlette.types import ASGIApp

Read = Callable[[str], Awaitable[Any]]
"""Reads the JSON at a path such as `/insights/near-completion?as_of=2017-12-20`; Unreadable where it is refused."""


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
        return said or str(self.problem.get("detail") or "It could not be read.")


def _said(fault: Mapping[str, Any]) -> str:
    field = str(fault["field"]).removeprefix("query.").removeprefix("path.").replace("_", " ")
    allowed = f" (allowed: {fault['allowed']})" if fault.get("allowed") else ""
    return f"{field}: {fault['message']}{allowed}"


def reading_from(app: ASGIApp) -> Read:
    """Reads in process from an ASGI application: a service, or the gateway before all of them."""
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://portal.internal"
    )

    async def read(path: str) -> Any:
        answer = await client.get(path)
        if answer.status_code >= 400:
            is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
            raise Unreadable(answer.status_code, answer.json() if is_problem else {})
        return answer.json()

    return read
