"""The pages as one ASGI application. It is given a way to read, and reaches nothing else."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal import words
from services.portal.reading import Read, Unreadable

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SERVICES = ("deadlines", "requests", "pledges", "coalitions", "insights")
"""Whose API pages the footer links to."""
_STREAM = re.compile(r"[a-z_]{1,40}-[A-Za-z0-9._~-]{1,160}")
SHOWN = ("treaty", "region", "as_of", "as_recorded", "donor")
"""What the address of the ranking can say; the page passes it on and adds nothing."""


Who = Callable[[Request], str]
"""Says in words as whom the visitor is signed in; blank for the public."""


def _nobody(_: Request) -> str:
    return ""


def pages(read: Read, who: Who = _nobody, exercise: bool = False) -> ASGIApp:
    """The pages, reading through `read` (see `reading.reading_from`); of an exercise, each says so."""
    portal = _Portal(read, who, exercise)
    return _WithPolicy(
        Starlette(
            routes=[
                Route("/", portal.overview),
                Route("/states", portal.states),
                Route("/states/{iso3}", portal.state),
                Route("/history/{topic}/{stream}", portal.history),
                Mount("/assets", StaticFiles(directory=_HERE / "assets")),
                Route("/{anything:path}", portal.nothing_here),
            ]
        )
    )


class _Portal:
    def __init__(self, read: Read, who: Who, exercise: bool) -> None:
        self._read = read
        self._who = who
        self._exercise = exercise
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for name in (
            "day", "countdown", "quantity", "money", "dollars", "number", "confidence", "metric", "plain", "duty",
            "history", "is_address", "host", "happened", "moment",
        ):  # fmt: skip
            self._templates.globals[name] = getattr(words, name)
        self._templates.globals.update(treaties=words.TREATIES, services=SERVICES)

    async def overview(self, request: Request) -> Response:
        """The question of the product, and its answer on a day."""
        asked = _asked(request, SHOWN)
        asked = {**asked, "treaty": asked["treaty"].upper()}
        settings = await self._read("/insights/settings")
        try:
            ranking = await self._read(f"/insights/near-completion?{_query(asked)}")
        except Unreadable as refusal:
            shown = {"asked": asked, "query": _query(asked), "settings": settings, "refusal": refusal}
            return self._page(request, "refused.html", refusal.status, **shown)
        empty = not ranking["rows"] and not (await self._read("/insights/states"))["states"]
        return self._page(
            request,
            "overview.html",
            asked=asked,
            query=_query(asked),
            settings=settings,
            ranking=ranking,
            is_now=ranking["on"] == settings["today"] and not ranking["as_recorded"],
            nothing_recorded=empty,
        )

    async def states(self, request: Request) -> Response:
        """Every State Party, by name."""
        asked = _asked(request, ("as_of",))
        try:
            found = await self._read(f"/insights/states?{_query(asked)}")
        except Unreadable as refusal:
            return self._page(
                request, "message.html", asked=asked, title="That cannot be shown", words=refusal.words, status=422
            )
        return self._page(request, "states.html", asked=asked, query=_query(asked), found=found)

    async def state(self, request: Request) -> Response:
        """One State on one page."""
        asked = _asked(request, ("as_of", "as_recorded"))
        code = str(request.path_params["iso3"])
        if not (len(code) == 3 and code.isascii() and code.isalnum()):
            return await self.nothing_here(request)
        try:
            profile = await self._read(f"/insights/states/{code.upper()}?{_query(asked)}")
        except Unreadable as refusal:
            title = "Nothing is known here of that State" if refusal.status == 404 else "That cannot be shown"
            return self._page(request, "message.html", refusal.status, title=title, words=refusal.words)
        return self._page(request, "state.html", asked=asked, query=_query(asked), profile=profile)

    async def history(self, request: Request) -> Response:
        """What was recorded about one thing, oldest first, as it was recorded."""
        topic, stream = str(request.path_params["topic"]), str(request.path_params["stream"])
        begin = request.query_params.get("from", "0")
        if topic not in SERVICES or not _STREAM.fullmatch(stream) or not (begin.isascii() and begin.isdigit()):
            return await self.nothing_here(request)
        path = f"/{topic}/history/{stream}"
        try:
            found = await self._read(f"{path}?limit={words.LONGEST_HISTORY}&from_commit={begin[:9]}")
        except Unreadable as refusal:
            return self._page(
                request, "message.html", refusal.status, title="There is no such history", words=refusal.words
            )
        return self._page(request, "history.html", topic=topic, path=path, found=found)

    async def nothing_here(self, request: Request) -> Response:
        """Any other address."""
        said = "There is no page at this address. The overview leads to everything that there is."
        return self._page(request, "message.html", 404, title="No such page", words=said)

    def _page(self, request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
        who = self._who(request)
        text = self._templates.get_template(template).render(who=who, exercise=self._exercise, **shown)
        # What names a person stays in no shared cache.
        return HTMLResponse(text, status, headers={"Cache-Control": "no-store"} if who else {})


def _asked(request: Request, names: tuple[str, ...]) -> Mapping[str, str]:
    """What the address says for each setting that this page knows; blank where it says nothing."""
    return {name: request.query_params.get(name, "").strip()[:200] for name in names}


def _query(asked: Mapping[str, str]) -> str:
    """The same settings for another address, without the blank ones."""
    return urlencode({name: value for name, value in asked.items() if value})


class _WithPolicy:
    """Sends with every answer what the browser may load: our own style and images, no script at all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(b"content-security-policy", _POLICY.encode()), (b"x-content-type-options", b"nosniff")]
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._app(scope, receive, sending)
