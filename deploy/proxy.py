"""A service in another process, as if it were in this one: each request is handed on and its answer back."""

from collections.abc import AsyncIterator

import httpx2
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from shared import tracing
from shared.http.problems import Problem, answer

log = structlog.get_logger(__name__)

_HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade",
}  # fmt: skip
"""Of one connection only (RFC 9110, 7.6.1)."""
_OURS = {"date", "server"}
"""Said anew by whoever answers last."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST = 300.0
_CONNECTS_IN = 5.0


def client() -> httpx2.AsyncClient:
    """For all services of one gateway. Streams that send little for a while are not cut off."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(_LONGEST, connect=_CONNECTS_IN, pool=_CONNECTS_IN),
        limits=httpx2.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=4.0),
        follow_redirects=False,
    )


class Proxy:
    """An ASGI application that asks the service at `address` (`http://requests:8606`)."""

    def __init__(self, name: str, address: str, calling: httpx2.AsyncClient) -> None:
        self._name = name
        self._address = address.rstrip("/")
        self._calling = calling

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        try:
            theirs = await self._asked(request, body)
        except httpx2.HTTPError as error:
            log.warning("service_unreachable", to=self._name, error=type(error).__name__)
            await self._not_now(scope, receive, send)
            return
        try:
            await self._pass_back(theirs, send)
        finally:
            await theirs.aclose()

    async def _asked(self, request: Request, body: bytes) -> httpx2.Response:
        try:
            return await self._calling.send(self._handed_on(request, body), stream=True)
        except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
            # A connection that was kept may have ended meanwhile. What has no effect, or one effect however
            # often it is sent (Idempotency-Key), is sent once more; the rest is for its sender to decide.
            if request.method not in _SAFE and "idempotency-key" not in request.headers:
                raise
            return await self._calling.send(self._handed_on(request, body), stream=True)

    def _handed_on(self, request: Request, body: bytes) -> httpx2.Request:
        headers = [(name, value) for name, value in request.headers.items() if name not in _HOP_BY_HOP]
        if correlation_id := request.scope.get("correlation_id"):
            headers = [(name, value) for name, value in headers if name != "x-correlation-id"]
            headers.append(("x-correlation-id", correlation_id))
        if here := tracing.traceparent():
            headers = [(name, value) for name, value in headers if name != "traceparent"]
            headers.append(("traceparent", here))
        # As it came: what was escaped stays escaped, so that both ends read the same path.
        path = request.scope.get("raw_path", b"").decode("ascii", "replace") or request.url.path
        query = request.scope.get("query_string", b"").decode("ascii", "replace")
        url = f"{self._address}{path.partition('?')[0]}" + (f"?{query}" if query else "")
        return self._calling.build_request(request.method, url, headers=headers, content=body or None)

    async def _pass_back(self, theirs: httpx2.Response, send: Send) -> None:
        dropped = _HOP_BY_HOP | _OURS
        headers = [(name.lower(), value) for name, value in theirs.headers.raw if name.lower().decode() not in dropped]
        await send({"type": "http.response.start", "status": theirs.status_code, "headers": headers})
        async for part in _parts(theirs):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _not_now(self, scope: Scope, receive: Receive, send: Send) -> None:
        title = f"The service {self._name} does not answer at the moment. Nothing that was acknowledged is lost."
        detail = "Try again in a moment; a command with the same Idempotency-Key is done once."
        problem = Problem(type="urn:article6:service-unreachable", title=title, status=503, detail=detail)
        await answer(problem, {"Retry-After": "1"})(scope, receive, send)


async def _parts(theirs: httpx2.Response) -> AsyncIterator[bytes]:
    # Still compressed, if it was: the headers that say so are passed on.
    async for part in theirs.aiter_raw():
        if part:
            yield part
