"""`/search`, `/sources`, `/changes`, `/calendar`: looking over everything alike."""

from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import words
from services.portal.addresses import page_of
from services.portal.frame import Frame, asked, day_of, query
from services.portal.language import gettext as _
from services.portal.pages import lists
from services.portal.sentences.telling import told
from services.portal.tables import Cell, Column, Row, Rows, Table
from services.portal.told import said

DATE_FILTERS = ("treaty", "region", "kind")
"""What a list of dates can be narrowed to, as its address and the calendar's name it."""
_MOST_CHANGES = 100
_MONTHS = 120


def routes(frame: Frame) -> list[BaseRoute]:
    """The pages that look around."""

    async def search(request: Request) -> Response:
        q = request.query_params.get("q", "").strip()[:100]
        found = await frame.read(request, f"/insights/search?{query({**day_of(request), 'q': q})}") if q else None
        return frame.page(request, "search.html", q=q, found=found, kinds=_kinds(), pages=_pages(found))

    async def changes(request: Request) -> Response:
        days = request.query_params.get("days", "7")
        days = days if days.isascii() and days.isdigit() and 1 <= int(days[:4]) <= 366 else "7"
        asked_ = {**day_of(request), "days": days, "limit": _MOST_CHANGES}
        found = await frame.read(request, f"/insights/changes?{query(asked_)}")
        lines = await told(frame, request, found["changes"])
        return frame.page(request, "changes.html", found=found, lines=lines, days=int(days))

    async def sources(request: Request) -> Table:
        found = await frame.read(request, f"/insights/sources?{query(day_of(request))}")
        return _sources(found["sources"])

    async def dates(request: Request) -> Table:
        found = await frame.read(request, f"/insights/calendar?{query(asked_dates(request))}")
        return _dates(found["due"])

    async def date_filters(request: Request) -> list[lists.Choice]:
        return await calendar_filters(frame, request)

    listed_sources = lists.List(
        section="",
        path="/sources",
        title=lambda: _("Sources"),
        lead=lambda: _("Who is quoted here, how often, and when last. A figure’s own source stands beside it."),
        empty=lambda: _("No source is quoted yet. Load the facts that ship with the product: article6 import"),
        found=sources,
    )
    listed_dates = lists.List(
        section="",
        path="/calendar",
        title=lambda: _("Dates of the next ten years"),
        lead=lambda: _("Deadlines, last days to ask for more time, reports, meetings and steps of work plans."),
        empty=lambda: _("No date is known."),
        found=dates,
        filters=date_filters,
        beside=lambda request: [(_("In my calendar"), f"/subscribe?{query(asked(request, DATE_FILTERS))}".rstrip("?"))],
    )
    return [
        Route("/search", search),
        Route("/changes", changes),
        *lists.routes(frame, listed_sources),
        *lists.routes(frame, listed_dates),
    ]


def asked_dates(request: Request) -> dict[str, Any]:
    """What the address says of the dates wanted, as insights is asked for them."""
    return {**asked(request, DATE_FILTERS), **day_of(request), "months": _MONTHS}


async def calendar_filters(frame: Frame, request: Request) -> list[lists.Choice]:
    """What a list of dates can be narrowed to."""
    said = asked(request, DATE_FILTERS)
    kinds = ("deadline", "lodging", "annual_report", "initial_report", "meeting", "milestone")
    regions = (await frame.read(request, "/insights/settings"))["regions"]
    return [
        lists.Choice("treaty", _("Treaty"), [(one, _(name)) for one, name in words.TREATIES.items()], said["treaty"]),
        lists.Choice("region", _("Region"), [(one, one) for one in regions], said["region"]),
        lists.Choice("kind", _("Kind"), [(one, words.plain(one)) for one in kinds], said["kind"]),
    ]


def _kinds() -> list[tuple[str, str]]:
    return [
        ("state", _("States")),
        ("request", _("Requests")),
        ("pledge", _("Pledges")),
        ("donor", _("Donors")),
        ("coalition", _("Coalitions")),
        ("meeting", _("Meetings")),
        ("need", _("Needs that sources tell of")),
        ("source", _("Sources")),
    ]


def _pages(found: dict[str, Any] | None) -> dict[str, str]:
    """Where each thing found has its page, by its kind and name."""
    if found is None:
        return {}
    pages = {}
    for one in found["found"]:
        to = page_of(one["kind"], one["id"])
        if one["kind"] == "source":
            to = one["id"] if words.is_address(one["id"]) else "/sources"
        elif one["kind"] == "need":
            to = f"/states/{one['state']}#needs"
        pages[f"{one['kind']}:{one['id']}"] = to
    return pages


def _sources(found: list[dict[str, Any]]) -> Table:
    columns = (
        Column("source", _("Source")),
        Column("statements", _("Statements"), "number"),
        Column("pages", _("Pages quoted"), "number"),
        Column("states", _("States"), "number"),
        Column("first", _("First said"), "day"),
        Column("last", _("Last said"), "day"),
    )
    rows: list[Row] = [
        {
            "source": Cell(one["name"]),
            "statements": Cell(Decimal(one["statements"]), words.whole(one["statements"])),
            "pages": Cell(Decimal(one["pages"]), words.whole(one["pages"])),
            "states": Cell(Decimal(one["states"])),
            "first": Cell(one["first_stated_on"], words.day(one["first_stated_on"])),
            "last": Cell(one["last_stated_on"], words.day(one["last_stated_on"])),
        }
        for one in found
    ]
    return Table("sources", _("Sources"), columns, rows)


def _dates(due: list[dict[str, Any]]) -> Table:
    columns = (
        Column("what", _("What")),
        Column("on", _("When"), "day"),
        Column("days_left", _("Days left"), "number"),
        Column("kind", _("Kind")),
        Column("treaty", _("Treaty")),
        Column("states", _("States"), seen=False),
    )

    def row(one: dict[str, Any]) -> Row:
        return {
            "what": Cell(said(one, "title"), to=page_of("state", one["states"][0]) if len(one["states"]) == 1 else ""),
            "on": Cell(one["on"], words.day(one["said"])),
            "days_left": Cell(Decimal(one["days_left"]), words.whole(one["days_left"])),
            "kind": Cell(words.plain(one["kind"])),
            "treaty": Cell(one["treaty"]),
            "states": Cell(", ".join(one["states"])),
        }

    return Table("calendar", _("Dates"), columns, Rows(due, row))
