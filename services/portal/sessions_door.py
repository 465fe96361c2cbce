"""The door of the site: whoever comes with a good session cookie is known to every page and service behind it.

The services never see the cookie. They see a token of that person which lasts a few minutes, so that a
session which was ended is over everywhere within that time.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

import structlog
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.sessions import LONGEST, Session, Sessions
from services.portal.visitor import Visitor
from shared.auth.caller import Caller
from shared.documents import DocumentsUnavailable
from shared.http.calling import SESSION_COOKIE, same_site

TOKEN_LASTS = timedelta(minutes=5)
"""How long a service still believes in a session that was ended."""
_SESSION, _TOKEN = "article6.session", "article6.token"
_SAFE = {"GET", "HEAD", "OPTIONS"}
log = structlog.get_logger(__name__)


class Issuer(Protocol):
    """Makes tokens that the services accept."""

    def issue(self, caller: Caller, lifetime: timedelta) -> str:
        """A token for that caller."""
        ...


class Door:
    """ASGI middleware before pages and services alike."""

    def __init__(self, app: ASGIApp, sessions: Sessions, issuer: Issuer) -> None:
        self._app = app
        self._sessions = sessions
        self._issuer = issuer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookie = HTTPConnection(scope).cookies.get(SESSION_COOKIE, "")
            session = await self._session(cookie) if cookie else None
            if session is not None:
                scope[_SESSION] = session
                scope[_TOKEN] = self._issuer.issue(session.caller, TOKEN_LASTS)
        await self._app(scope, receive, send)

    async def _session(self, cookie: str) -> Session | None:
        try:
            return await self._sessions.of(cookie)
        except DocumentsUnavailable:
            # Reading is open to everybody, and goes on; what needs a person asks to sign in.
            log.warning("sessions_not_readable")
            return None


class AsCaller:
    """ASGI middleware before the services: a person's own browser may ask them too, also by a page of this site."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "authorization" not in Headers(scope=scope):
            request = Request(scope)
            headers = [(name, _without(value) if name == b"cookie" else value) for name, value in scope["headers"]]
            token = scope.get(_TOKEN)
            # A form of another site brings the cookie along too, and no right with it.
            if token and (request.method in _SAFE or same_site(request)):
                headers.append((b"authorization", f"Bearer {token}".encode()))
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)


def _without(cookies: bytes) -> bytes:
    kept = [one for one in cookies.split(b";") if one.split(b"=", 1)[0].strip() != SESSION_COOKIE.encode()]
    return b";".join(kept)


def session_of(request: Request) -> Session | None:
    """The session with which the request came; None for the public."""
    found = request.scope.get(_SESSION)
    return found if isinstance(found, Session) else None


def visitor_of(request: Request) -> Visitor | None:
    """The person whose session it is; None for the public."""
    session = session_of(request)
    return Visitor(session.caller, request.scope[_TOKEN]) if session else None


def form_values(request: Request) -> Mapping[str, str]:
    """For every page: the token that its forms carry, blank for the public."""
    session = session_of(request)
    return {"form_token": session.form_token if session else ""}


def give(response: Response, request: Request, secret: str, strict: bool) -> None:
    """Set the session's cookie: for this site alone, never for a script.

    `strict`: not even with a link from elsewhere. Signing in at another site comes back by such a link.
    """
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(LONGEST.total_seconds()),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict" if strict else "lax",
    )


def take(response: Response, request: Request) -> None:
    """Remove the cookie."""
    response.delete_cookie(SESSION_COOKIE, secure=request.url.scheme == "https", httponly=True, samesite="lax")
