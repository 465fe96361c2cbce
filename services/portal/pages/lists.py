"""A list of things: filters in the address, a table that sorts, files beside it, parts of fifty."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import tables
from services.portal.frame import Frame
from services.portal.language import gettext as _
from services.portal.tables import Table


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its name in the address, its label, what can be chosen, what is."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


async def no_filters(_request: Request) -> list[Choice]:
    """The list is short."""
    return []


def nothing_beside(_request: Request) -> Sequence[tuple[str, str]]:
    """The list is there as its files alone."""
    return ()


@dataclass(frozen=True)
class List:
    """What one list is. Texts are called when a page is made, so that they are in its language."""

    section: str
    path: str
    title: Callable[[], str]
    lead: Callable[[], str]
    empty: Callable[[], str]
    found: Callable[[Request], Awaitable[Table]]
    filters: Callable[[Request], Awaitable[list[Choice]]] = no_filters
    beside: Callable[[Request], Sequence[tuple[str, str]]] = nothing_beside
    """What else can be fetched of the list: words and addresses, beside its files."""
    at_once: int = tables.PAGE
    """How many rows stand on one page."""


def routes(frame: Frame, wanted: List) -> list[BaseRoute]:
    """The list's page and its files."""

    async def page(request: Request) -> Response:
        found = (await wanted.found(request)).sort(request)
        filters = await wanted.filters(request)
        part = tables.part_of(found, request, wanted.at_once)
        shown = replace(found, rows=part.rows)
        return frame.page(
            request,
            "list.html",
            wanted=wanted,
            section=wanted.section,
            title=wanted.title(),
            lead=wanted.lead(),
            nothing=wanted.empty(),
            filters=filters,
            narrowed=any(one.chosen for one in filters),
            part=part,
            shown=shown,
        )

    async def download(request: Request) -> Response:
        kind = str(request.path_params["kind"])
        if kind not in tables.FILES:
            return frame.message(request, _("No such file"), _("Tables are there as .csv and as .xlsx."), 404)
        found = (await wanted.found(request)).sort(request)
        return tables.as_file([found], kind, found.name)

    return [Route(wanted.path, page), Route(wanted.path + ".{kind}", download)]
