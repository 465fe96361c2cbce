"""`/`: who is near completion and needs small help; `/how-it-works`: how that is reckoned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import ranked, tables, words
from services.portal.doing.leading import Link, links_for
from services.portal.frame import Frame, asked, day_of, query
from services.portal.language import gettext as _
from services.portal.reading import Unreadable
from services.portal.sentences.lines import line
from services.portal.visitor import Visitor
from services.portal.world import VIEW, on_map

_FILTERS = ("treaty", "duty", "region", "kind", "size", "deadline", "donor")
_MOST_DUE = 14
_MOST_CHANGES = 8
_DAYS = 7
_SHORT = 6
"""A group of so few States stands open."""
_TOLD_AT_LENGTH = (1, 2, 3)
"""Groups whose States are told of one by one; the others are lines of a table."""
_ROWS, _LINES = 12, 50
"""How many of them stand on one page."""
_MOST_ROWS = 500
"""How many the contract answers at most."""


def routes(frame: Frame) -> list[BaseRoute]:
    """The first page, its table as a file, and how it is reckoned."""

    async def overview(request: Request) -> Response:
        wanted, opened = _wanted(request), _opened(request)
        day = day_of(request)
        settings = await frame.read(request, "/insights/settings")
        shown: dict[str, Any] = {
            "wanted": wanted,
            "opened": opened,
            "settings": settings,
            "kinds": [(kind, words.plain(kind)) for kind in ranked.KINDS],
            "duties": [(name, words.duty(*name.split("-"))) for name in ranked.DUTIES],
            "sizes": ranked.sizes(),
            "deadlines": ranked.deadlines(),
        }
        try:
            ranking = await _ranking(frame, request, wanted, opened, day)
        except Unreadable as refusal:
            if refusal.status >= 500:
                raise
            return frame.page(request, "refused.html", refusal.status, refusal=refusal, **shown)
        states = (await frame.read(request, f"/insights/states?{query(day)}"))["states"]
        whole = wanted.narrows or bool(wanted.donor)
        groups = ranked.groups(ranking, wanted) if whole else ranked.groups_in_part(ranking, states)
        due = await _due(frame, request, wanted, day)
        return frame.page(
            request,
            "overview.html",
            ranking=ranking,
            groups=[(group, opened.part(group)) for group in groups],
            on=ranking["on"],
            found=sum(group.count for group in groups),
            nothing_recorded=not any(group.count for group in groups) and not states,
            due=due,
            most_due=_MOST_DUE,
            changes=await _changes(frame, request, day),
            placed=_placed(groups, states),
            without=len({one["state"] for one in states} - {code for group in groups for code, _name in group.states}),
            view=VIEW,
            offers=offering(frame.visitor(request)),
            **shown,
        )

    async def download(request: Request) -> Response:
        wanted = _wanted(request)
        day = day_of(request)
        ranking = await frame.read(request, f"/insights/near-completion?{query({**wanted.asked, **day})}")
        table = ranked.table(ranked.groups(ranking, wanted))
        return tables.as_file([table], str(request.path_params["kind"]), f"near-completion-{ranking['on']}")

    async def how(request: Request) -> Response:
        settings = await frame.read(request, "/insights/settings")
        return frame.page(request, "method.html", settings=settings)

    return [
        Route("/", overview),
        Route("/near-completion.{kind:str}", _only_files(frame, download)),
        Route("/how-it-works", how),
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """What is shown of a group: a closed one shows nothing but its name."""

    rows: Sequence[Mapping[str, Any]]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Which group stands open, and at which part of it: `?group=3&page=2`. 0: the nearest, and the short ones."""

    group: int
    page: int

    def shows(self, number: int, count: int) -> bool:
        """Whether the group stands open."""
        return number == self.group or (self.group == 0 and (number == 1 or count <= _SHORT))

    def part(self, group: ranked.Group) -> Part | None:
        """What is shown of it; None where it is closed."""
        if not self.shows(group.number, group.count):
            return None
        at_once = _ROWS if group.number in _TOLD_AT_LENGTH else _LINES
        pages = max(1, -(-group.count // at_once))
        page = min(pages, self.page) if group.number == (self.group or 1) else 1
        return Part(group.rows[(page - 1) * at_once : page * at_once], page, pages)


def _opened(request: Request) -> Opened:
    said = asked(request, ("group", "page"))
    group = int(said["group"]) if said["group"] in ("1", "2", "3", "4", "5") else 0
    page = said["page"][:4]
    return Opened(group, max(1, int(page)) if page.isascii() and page.isdigit() else 1)


async def _ranking(
    frame: Frame, request: Request, wanted: ranked.Filter, opened: Opened, day: dict[str, str]
) -> dict[str, Any]:
    """The ranking: whole where it is cut here, else no more of it than is shown."""

    async def read(**part: Any) -> dict[str, Any]:
        found: dict[str, Any] = await frame.read(
            request, f"/insights/near-completion?{query({**wanted.asked, **day, **part})}"
        )
        return found

    if wanted.narrows or wanted.donor:
        return await read()
    first = opened.group or 1
    at_once = _ROWS if first in _TOLD_AT_LENGTH else _LINES
    ranking = await read(group=first, limit=min(_MOST_ROWS, at_once * opened.page))
    others = [one for one in ranking["groups"] if one["group"] != first and one["states"]]
    short = [one["group"] for one in others if opened.shows(one["group"], one["states"])]
    if short:
        ranking["rows"] += (await read(group=short))["rows"]
    return ranking


def offering(visitor: Visitor | None) -> Callable[[Mapping[str, Any]], Sequence[Link]]:
    """The link with which a donor offers help for a row; none for anybody else."""

    def offers(row: Mapping[str, Any]) -> Sequence[Link]:
        return links_for(visitor, "obligation", row)[:1] if visitor and visitor.role == "donor" else ()

    return offers


def _only_files(frame: Frame, download: Any) -> Any:
    async def checked(request: Request) -> Response:
        if request.path_params["kind"] not in tables.FILES:
            return frame.message(request, _("No such file"), _("Tables are there as .csv and as .xlsx."), 404)
        answer: Response = await download(request)
        return answer

    return checked


def _wanted(request: Request) -> ranked.Filter:
    said = asked(request, _FILTERS)
    said["treaty"] = said["treaty"].upper()
    return ranked.Filter(**said)


async def _due(frame: Frame, request: Request, wanted: ranked.Filter, day: dict[str, str]) -> list[dict[str, Any]]:
    treaty = wanted.asked.get("treaty", "")
    page = await frame.read(request, f"/insights/calendar?{query({**day, 'treaty': treaty, 'months': '18'})}")
    due: list[dict[str, Any]] = page["due"]
    return due


async def _changes(frame: Frame, request: Request, day: dict[str, str]) -> dict[str, Any]:
    """What changed lately, each as a sentence out of its history."""
    found: dict[str, Any] = await frame.read(
        request, f"/insights/changes?{query({**day, 'days': _DAYS, 'limit': _MOST_CHANGES})}"
    )
    told = []
    for change in found["changes"]:
        topic, _slash, rest = change["link"].partition("/")
        stream, _at, place = rest.partition("@")
        begin = int(place.partition(".")[0]) - 1
        path = f"/{topic}/history/{stream}?from_commit={begin}&limit=1"
        try:
            entries = (await frame.read(request, path))["events"]
        except Unreadable:
            continue
        told += [(change, line(entry)) for entry in entries if entry["link"] == change["link"]]
    return {**found, "told": told}


def _placed(groups: Sequence[ranked.Group], states: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """The class of each group with the names of its States in the drawing; class g0 is of all other parties."""
    ranked_in = {code: group.number for group in groups for code, _name in group.states}
    drawn: dict[str, list[str]] = {}
    places = on_map()
    for one in states:
        if (names := places.get(one["state"])) is not None:
            group = ranked_in.get(one["state"], 0)
            # The ring that makes a small State seen is kept for those that the page speaks of.
            drawn.setdefault(f"g{group}", []).extend(names[: None if group else 1])
    return sorted(drawn.items())
