"""The pages as one ASGI application."""

from collections.abc import Sequence

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal import language, words
from services.portal.frame import Frame
from services.portal.language import gettext as _
from services.portal.pages import (
    calendars,
    coalitions,
    donors,
    feeds,
    history,
    looking,
    meetings,
    obligation,
    overview,
    pledges,
    requests,
    state,
    states,
    style,
    tell_us,
    what_if,
)
from services.portal.policy import WithPolicy
from services.portal.reading import Unreadable
from shared.documents import DocumentsUnavailable
from shared.ids import new_id

_PAGES = (
    # Before the tables of the same places, whose addresses take any kind of file.
    calendars, feeds,
    overview, states, state, obligation, requests, pledges, donors, coalitions, meetings, looking, history, style,
    tell_us, what_if,
)  # fmt: skip
log = structlog.get_logger(__name__)
_SMALLEST_PACKED = 1_000
"""Answers below so many bytes are not worth packing."""


def pages(frame: Frame, more: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Every page, reading and writing through the frame; `more`: those that need somebody signed in."""
    routes: list[BaseRoute] = [Route("/assets/{name}", frame.assets.serve), *more]
    for page in _PAGES:
        routes.extend(page.routes(frame))

    async def nothing_here(request: Request) -> Response:
        said = _("There is no page at this address. The overview leads to everything that there is.")
        return frame.message(request, _("No such page"), said, 404)

    async def unreadable(request: Request, refused: Exception) -> Response:
        assert isinstance(refused, Unreadable)  # noqa: S101 - registered for it
        return frame.refusal(request, refused)

    async def broken(request: Request, error: Exception) -> Response:
        number = new_id()
        log.error("page_failed", number=number, path=request.url.path, error=type(error).__name__, exc_info=error)
        title, said = words.refused(500, "")
        return frame.message(request, title, said, 500, number)

    async def unkept(request: Request, _fault: Exception) -> Response:
        said = _("Sessions and drafts cannot be reached just now; what was recorded is not touched. Try again soon.")
        return frame.message(request, _("Not just now"), said, 503)

    routes.append(Route("/{anything:path}", nothing_here))
    site = Starlette(
        routes=routes,
        exception_handlers={Unreadable: unreadable, DocumentsUnavailable: unkept, Exception: broken},
        middleware=[Middleware(GZipMiddleware, minimum_size=_SMALLEST_PACKED), Middleware(InLanguage)],
    )
    return WithPolicy(site)


def too_large(frame: Frame) -> ASGIApp:
    """What answers a form, or a file in one, that is larger than is read at all."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        said = _(
            "That is more than this site takes at once: a megabyte. Split the table, or enter less, and try again."
        )
        answer = frame.message(Request(scope), _("Too large"), said, 413)
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)

    return WithPolicy(InLanguage(told))


class InLanguage:
    """Sets the language of the request for everything that answers it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with language.speaking(language.chosen(Request(scope))):
            await self._app(scope, receive, send)
