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
            app = self._apps.get(scope["path"].split("/", 2)[1], self._otherwise)
        await app(scope, receive, send)
