"""`/all/meetings` and `/meeting/<id>`: the meetings that decide, and when they were and will be."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import expected, words
from services.portal.doing.leading import links_for
from services.portal.frame import Frame, asked
from services.portal.language import gettext as _
from services.portal.pages import lists
from services.portal.pages.things import everything, history_of, thing_at
from services.portal.tables import Cell, Column, Row, Table

_KINDS = ("msp", "rc", "ism", "informal")


def routes(frame: Frame) -> list[BaseRoute]:
    """The list, its files, and one meeting."""

    async def found(request: Request) -> Table:
        return table(await everything(frame, request, "/deadlines/meetings", asked(request, ("treaty", "kind"))))

    async def one(request: Request) -> Response:
        thing = await thing_at(frame, request, "/deadlines/meetings")
        name = request.path_params["id"]
        return frame.page(
            request,
            "meeting.html",
            thing=thing,
            title=f"{thing['treaty']} {thing['name']}",
            next=expected.of_meeting(thing),
            entries=await history_of(frame, request, "deadlines", f"meeting-{name}"),
            ways=links_for(frame.visitor(request), "meeting", thing),
        )

    async def filters(request: Request) -> list[lists.Choice]:
        said = asked(request, ("treaty", "kind"))
        return [
            lists.Choice(
                "treaty", _("Treaty"), [(code, _(name)) for code, name in words.TREATIES.items()], said["treaty"]
            ),
            lists.Choice("kind", _("Kind"), [(kind, words.plain(kind)) for kind in _KINDS], said["kind"]),
        ]

    page = lists.List(
        section="meetings",
        path="/all/meetings",
        title=lambda: _("Meetings"),
        lead=lambda: _(
            "Meetings of States Parties, review conferences and others. "
            "Requests for more time are due nine months before the meeting that decides."
        ),
        empty=lambda: _("No meeting stands here. The ISU or a coordinator puts it in the calendar."),
        found=found,
        filters=filters,
    )
    return [*lists.routes(frame, page), Route("/meeting/{id}", one)]


def table(items: list[dict[str, Any]]) -> Table:
    """One line for each meeting, the latest first."""
    columns = (
        Column("meeting", _("Meeting")),
        Column("treaty", _("Treaty")),
        Column("kind", _("Kind")),
        Column("starts_on", _("From"), "day"),
        Column("ends_on", _("To"), "day"),
        Column("place", _("Place")),
        Column("sources", _("Sources"), "number"),
    )
    rows: list[Row] = [
        {
            "meeting": Cell(one["name"], to=f"/meeting/{one['id']}"),
            "treaty": Cell(one["treaty"]),
            "kind": Cell(words.plain(one["kind"])),
            "starts_on": Cell(one["starts_on"], words.day(one["starts_on"]), note=_("moved") if one["moved"] else ""),
            "ends_on": Cell(one["ends_on"], words.day(one["ends_on"])),
            "place": Cell(one["place"]),
            "sources": Cell(len(one["stated"])),
        }
        for one in sorted(items, key=lambda item: str(item["starts_on"] or ""), reverse=True)
    ]
    return Table("meetings", _("Meetings"), columns, rows)
