"""The way in: hands each request to the service that owns the first part of its path."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Gateway:
    """Routes by the first part of the path; what no service owns goes to `otherwise` (pages, health)."""

    def __init__(self, apps: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        self._apps = apps
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._otherwise
        if scope["type"] in ("http", "websocket"):
            # `OPTIONS *` has no path at all (RFC 9110, 9.3.7).
            app = self._apps.get(scope["path"].lstrip("/").partition("/")[0], self._otherwise)
        await app(scope, receive, send)
