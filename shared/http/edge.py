"""What every request passes through: a bound on its size, an id that travels along, a measurement."""

import re
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import metrics
from shared.http.calling import SESSION_COOKIE
from shared.http.problems import Problem, answer
from shared.ids import new_id

LARGEST_BODY = 1024 * 1024
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
log = structlog.get_logger(__name__)


class _TooLarge(Exception):
    pass


class Edge:
    """ASGI middleware around one service."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-correlation-id", "")
        correlation_id = given if _PLAIN_ID.fullmatch(given) else new_id()
        scope["correlation_id"] = correlation_id
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id, service=self._service)
        # What one caller may see stays in no shared cache (RFC 9111, 5.2.2.5).
        is_authenticated = "authorization" in headers or f"{SESSION_COOKIE}=" in headers.get("cookie", "")
        began, status, started, too_large = time.perf_counter(), 500, False, False

        async def sending(message: Message) -> None:
            nonlocal status, started
            if too_large and not started:
                return  # what the application made of the broken-off body; the edge answers below
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                out = MutableHeaders(scope=message)
                out["X-Correlation-ID"] = correlation_id
                if is_authenticated:
                    out["Cache-Control"] = "no-store"
                for name, value in _SECURITY.items():
                    out.setdefault(name, value)
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
            length = headers.get("content-length", "0")
            if length.isascii() and length.isdigit() and int(length[:12]) > LARGEST_BODY:
                raise _TooLarge
            await self._app(scope, receiving, sending)
            if too_large and not started:
                raise _TooLarge
        except _TooLarge:
            if started:
                raise
            too_large = False
            title = f"A request has at most {LARGEST_BODY} bytes."
            problem = Problem(type="urn:article6:too-large", title=title, status=413, detail=title)
            await answer(problem, {"Connection": "close"})(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            # Methods are the client's words: unbounded, each would be a series of its own.
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            metrics.REQUEST_SECONDS.labels(self._service, method, str(status)).observe(seconds)
            log.debug("request_answered", method=scope["method"], path=scope["path"], status=status, seconds=seconds)
            structlog.contextvars.unbind_contextvars("correlation_id", "service")
