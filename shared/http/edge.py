"""What every request passes through: a bound on its size, an id that travels along, a measurement."""

import re
import time

import structlog
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import metrics, tracing
from shared.http.calling import SESSION_COOKIE
from shared.http.problems import Problem, answer
from shared.ids import new_id
from shared.logs import says

LARGEST_BODY = 1024 * 1024
_HEARD_OUT = 16 * LARGEST_BODY
"""Bytes. A browser that is cut off while it sends shows a broken connection: so much is taken, and thrown away."""
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_NO_STORE = (b"cache-control", b"no-store")
_COOKIE = f"{SESSION_COOKIE}=".encode()
log = structlog.get_logger(__name__)


class _TooLarge(Exception):
    pass


async def _heard_out(receive: Receive) -> None:
    """Take the rest of the body, within reason, and keep nothing of it."""
    heard = 0
    while heard < _HEARD_OUT:
        message = await receive()
        heard += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


class Edge:
    """ASGI middleware around one service.

    `too_large`: what answers people whose form is larger than is read; without it programs get a problem document.
    """

    def __init__(self, app: ASGIApp, service: str, too_large: ASGIApp | None = None) -> None:
        self._app = app
        self._service = service
        self._too_large = too_large
        self._seconds: dict[tuple[str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Where a header came twice, the first one counts.
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        given = headers.get(b"x-correlation-id", b"").decode("latin-1")
        traceparent = headers.get(b"traceparent", b"").decode("latin-1")
        if not _PLAIN_ID.fullmatch(given):
            given = tracing.correlation_from(traceparent)
        correlation_id = given or new_id()
        scope["correlation_id"] = correlation_id
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id, service=self._service)
        added = [(b"x-correlation-id", correlation_id.encode("latin-1"))]
        # What one caller may see stays in no shared cache (RFC 9111, 5.2.2.5).
        if b"authorization" in headers or _COOKIE in headers.get(b"cookie", b""):
            added.append(_NO_STORE)
        began, status, started, too_large = time.perf_counter(), 500, False, False

        async def sending(message: Message) -> None:
            nonlocal status, started
            if too_large and not started:
                return  # what the application made of the broken-off body; the edge answers below
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                ours = {name for name, _ in added}
                out = [one for one in message.get("headers", ()) if one[0] not in ours] + added
                said = {name for name, _ in out}
                out += [one for one in _SECURITY if one[0] not in said]
                message["headers"] = out
            await send(message)

        received = 0

        async def receiving() -> Message:
            nonlocal received, too_large
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                too_large = True
                raise _TooLarge
            return message

        try:
            length = headers.get(b"content-length", b"0")
            if length.isdigit() and int(length[:12]) > LARGEST_BODY:
                raise _TooLarge
            with tracing.answering(self._service, scope["method"], scope["path"], correlation_id, traceparent):
                await self._app(scope, receiving, sending)
            if too_large and not started:
                raise _TooLarge
        except _TooLarge:
            if started:
                raise
            too_large = False
            if self._too_large is not None:
                await _heard_out(receive)
                await self._too_large(scope, _nothing_more, sending)
                return
            title = f"A request has at most {LARGEST_BODY} bytes."
            problem = Problem(type="urn:article6:too-large", title=title, status=413, detail=title)
            await answer(problem, {"Connection": "close"})(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            self._measure(scope["method"], status, seconds)
            if says("debug"):
                log.debug(
                    "request_answered", method=scope["method"], path=scope["path"], status=status, seconds=seconds
                )
            structlog.contextvars.unbind_contextvars("correlation_id", "service")

    def _measure(self, method: str, status: int, seconds: float) -> None:
        # Methods are the client's words: unbounded, each would be a series of its own.
        kind = (method if method in _METHODS else "OTHER", status)
        if (measured := self._seconds.get(kind)) is None:
            measured = self._seconds[kind] = metrics.REQUEST_SECONDS.labels(self._service, kind[0], str(status))
        measured.observe(seconds)
