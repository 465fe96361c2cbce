"""What every page stands in: reading and writing as the visitor, rendering, language, messages for hard moments.

A page is a module with `routes(frame)`; it asks the frame for everything and keeps nothing of its own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.portal import addresses, language, tables, told, words
from services.portal.assets import Assets
from services.portal.reading import Lag, NotYetPublic, Unreadable
from services.portal.visitor import Visitor, Who, nobody
from shared.clock import Clock, SystemClock, today

TEMPLATES = Path(__file__).parent / "templates"
SERVICES = ("deadlines", "requests", "pledges", "coalitions", "insights")
"""Whose API pages the footer links to."""
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Overrides and isolates of direction can make a page read other than it is (Unicode TR 36)."""
_PASSED_ON = ("as_of", "as_recorded", "lang")
"""What a link from any page to any other keeps."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a service answered to a command. `problem` (RFC 9457) is None where it was done."""

    status: int
    body: Any
    etag: str
    problem: Mapping[str, Any] | None

    @property
    def done(self) -> bool:
        """Whether the command was taken."""
        return self.problem is None


class Frame:
    """Given a client of the services and a way to find the visitor, it renders pages; nothing else is global."""

    def __init__(
        self, services: httpx2.AsyncClient, who: Who = nobody, exercise: bool = False, clock: Clock | None = None
    ) -> None:
        self._services = services
        self._who = who
        self.is_exercise = exercise
        self._clock = clock or SystemClock()
        self._everywhere: list[Callable[[Request], Mapping[str, Any]]] = []
        self._lag = Lag(services)
        self.assets = Assets()
        self.sign_in_at = ""
        """Where one signs in; blank where no page for it is there."""
        self.templates = _environment(self.assets)

    def show_everywhere(self, more: Callable[[Request], Mapping[str, Any]]) -> None:
        """Give these values to every page as well: a form token, a count of messages."""
        self._everywhere.append(more)

    def visitor(self, request: Request) -> Visitor | None:
        """The person signed in; None for the public."""
        return self._who(request)

    def today(self) -> date:
        """The calendar day in UTC."""
        return today(self._clock)

    def _headers(self, request: Request) -> dict[str, str]:
        visitor = self.visitor(request)
        return {"Authorization": f"Bearer {visitor.token}"} if visitor else {}

    async def read(self, request: Request, path: str) -> Any:
        """The JSON at a path such as `/insights/settings`, as the visitor may see it. Unreadable where refused."""
        answer = await self.fetch(request, path)
        return orjson.loads(answer.content)

    async def read_with_tag(self, request: Request, path: str) -> tuple[Any, str]:
        """The same with its entity tag (RFC 9110, 8.8.3), for `If-Match`; blank where there is none."""
        answer = await self.fetch(request, path)
        return answer.json(), answer.headers.get("etag", "")

    async def fetch(self, request: Request, path: str) -> httpx2.Response:
        """The answer as it is, for a file that is handed on. Unreadable where refused."""
        answer = await self._services.get(path, headers=self._headers(request))
        if answer.status_code >= 400:
            raise Unreadable(answer.status_code, _problem(answer))
        service = path.lstrip("/").partition("/")[0].partition("?")[0]
        _read_from(request).add(service)
        await self._lag.look(service)
        return answer

    async def write(
        self, request: Request, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Written:
        """Send a command as the visitor. A refusal is an answer, not an exception: the form shows it."""
        sent = {**self._headers(request), **(headers or {})}
        answer = await self._services.request(method, path, json=body, headers=sent)
        refused = answer.status_code >= 400
        content = None if refused or not answer.content else answer.json()
        etag = answer.headers.get("etag", "")
        return Written(answer.status_code, content, etag, _problem(answer) if refused else None)

    def page(self, request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """The page of that template. What names a person or is for one stays in no shared cache."""
        visitor = self.visitor(request)
        values: dict[str, Any] = {
            "request": request,
            "visitor": visitor,
            "exercise": self.is_exercise,
            "sign_in_at": self.sign_in_at,
            "here": request.url.path,
            "kept": {**dict.fromkeys(_PASSED_ON, ""), **kept(request)},
            "link": linking(request),
            "today": self.today().isoformat(),
            "is_past": bool(day_of(request)),
            "shown_day": next(iter(day_of(request).values()), self.today().isoformat()),
            "behind": self._lag.of(_read_from(request)),
            "lang": language.current(),
            "dir": language.direction(),
        }
        for more in self._everywhere:
            values.update(more(request))
        # No service keeps such characters; an address may bring them along.
        text = _REORDERING.sub("", self.templates.get_template(template).render({**values, **shown}))
        headers = {"Vary": "Cookie, Accept-Language"}
        if visitor:
            headers["Cache-Control"] = "no-store"
        return HTMLResponse(text, status, headers=headers)

    def message(self, request: Request, title: str, said: str, status: int = 200, number: str = "") -> HTMLResponse:
        """A page that says one thing and what to do next."""
        return self.page(request, "message.html", status, title=title, said=said, number=number, code=status)

    def refusal(self, request: Request, refused: Unreadable) -> HTMLResponse:
        """The page for what a service refused: missing, forbidden, signed out, not now, broken."""
        title, said = words.refused(refused.status, refused.words)
        if isinstance(refused, NotYetPublic):
            title = language.gettext("Not public on that day")
        return self.message(request, title, said, refused.status, refused.number)


def _read_from(request: Request) -> set[str]:
    """The services out of which this page was read so far."""
    found: set[str] = request.scope.setdefault("article6.read_from", set())
    return found


def kept(request: Request) -> dict[str, str]:
    """What the address says for every page alike: the day asked about, and the language where it stands there."""
    found = {name: request.query_params.get(name, "").strip()[:40] for name in _PASSED_ON}
    return {name: value for name, value in found.items() if value}


def day_of(request: Request) -> dict[str, str]:
    """The day that the address asks about, as every service is asked; empty for today."""
    return {name: value for name, value in kept(request).items() if name != "lang"}


def linking(request: Request) -> Callable[..., str]:
    """Makes `link(path, name=value…)`: the path with what every page keeps, and with what is given beside."""
    always = kept(request)

    def link(path: str, **more: Any) -> str:
        path, _, place = path.partition("#")
        values = {**always, **{name: value for name, value in more.items() if value not in (None, "", [], ())}}
        query = urlencode(values, doseq=True)
        joined = f"{path}{'&' if '?' in path else '?'}{query}" if query else path
        return f"{joined}#{place}" if place else joined

    return link


def asked(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    """What the address says for each setting that a page knows; blank where it says nothing."""
    return {name: request.query_params.get(name, "").strip()[:200] for name in names}


def query(values: Mapping[str, Any]) -> str:
    """The settings as the query of an address, without the blank ones."""
    return urlencode({name: value for name, value in values.items() if value not in ("", None, [], ())}, doseq=True)


def _problem(answer: httpx2.Response) -> Mapping[str, Any]:
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return {"status": answer.status_code}
    problem: Mapping[str, Any] = answer.json()
    return problem


def _environment(assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext, language.ngettext, newstyle=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["plainly"] = words.plain
    environment.filters["zipped"] = lambda values: [(value, value) for value in values]
    environment.globals.update({name: getattr(words, name) for name in words.IN_PAGES})
    environment.filters["begun"] = words.begun
    environment.filters["said"] = told.said
    environment.globals.update(sentence=told.said, places=told.places)
    environment.globals.update(treaties=words.TREATIES, services=SERVICES, asset=assets.path, query=query)
    environment.globals.update(download=tables.download, turned=tables.turned, history_page=words.history)
    environment.globals.update(page_of=addresses.page_of, page_of_link=addresses.page_of_link)
    return environment
