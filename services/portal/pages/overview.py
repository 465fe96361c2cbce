"""`/`: who is near completion and needs small help; `/how-it-works`: how that is reckoned."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import ranked, tables, words
from services.portal.doing.leading import Link, links_for
from services.portal.frame import Frame, asked, kept, query
from services.portal.language import gettext as _
from services.portal.reading import Unreadable
from services.portal.sentences.lines import line
from services.portal.visitor import Visitor
from services.portal.world import VIEW, on_map

_FILTERS = ("treaty", "duty", "region", "kind", "size", "deadline", "donor")
_MOST_DUE = 14
_MOST_CHANGES = 8
_DAYS = 7


def routes(frame: Frame) -> list[BaseRoute]:
    """The first page, its table as a file, and how it is reckoned."""

    async def overview(request: Request) -> Response:
        wanted = _wanted(request)
        day = _day(request)
        settings = await frame.read(request, "/insights/settings")
        shown: dict[str, Any] = {
            "wanted": wanted,
            "settings": settings,
            "kinds": [(kind, words.plain(kind)) for kind in ranked.KINDS],
            "duties": [(name, words.duty(*name.split("-"))) for name in ranked.DUTIES],
            "sizes": ranked.sizes(),
            "deadlines": ranked.deadlines(),
        }
        try:
            ranking = await frame.read(request, f"/insights/near-completion?{query({**wanted.asked, **day})}")
        except Unreadable as refusal:
            if refusal.status >= 500:
                raise
            return frame.page(request, "refused.html", refusal.status, refusal=refusal, **shown)
        groups = ranked.groups(ranking, wanted)
        states = (await frame.read(request, f"/insights/states?{query(day)}"))["states"]
        due = await _due(frame, request, wanted, day)
        return frame.page(
            request,
            "overview.html",
            ranking=ranking,
            groups=groups,
            on=ranking["on"],
            found=sum(len(group.rows) for group in groups),
            nothing_recorded=not ranking["rows"] and not states,
            due=due,
            most_due=_MOST_DUE,
            changes=await _changes(frame, request, day),
            placed=_placed(groups, states),
            without=len({one["state"] for one in states} - {row["state"] for group in groups for row in group.rows}),
            view=VIEW,
            offers=offering(frame.visitor(request)),
            **shown,
        )

    async def download(request: Request) -> Response:
        wanted = _wanted(request)
        day = _day(request)
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


def _day(request: Request) -> dict[str, str]:
    return {name: value for name, value in kept(request).items() if name != "lang"}


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


def _placed(groups: list[ranked.Group], states: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """The class of each group with the names of its States in the drawing; class g0 is of all other parties."""
    ranked_in = {row["state"]: group.number for group in groups for row in group.rows}
    drawn: dict[str, list[str]] = {}
    for one in states:
        group = ranked_in.get(one["state"], 0)
        # The ring that makes a small State seen is kept for those that the page speaks of.
        drawn.setdefault(f"g{group}", []).extend(on_map(one["state"])[: None if group else 1])
    return sorted(drawn.items())
