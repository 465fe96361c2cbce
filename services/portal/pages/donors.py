"""`/all/donors` and `/donor/<id>`: who gives, what it looks for, what it promised."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import contacts, words
from services.portal.doing.leading import links_for
from services.portal.frame import Frame
from services.portal.language import gettext as _
from services.portal.pages import lists, pledges
from services.portal.pages.things import everything, history_of, thing_at
from services.portal.tables import PAGE, Cell, Column, Row, Table, part_of

_PROMISES = PAGE


def routes(frame: Frame) -> list[BaseRoute]:
    """The list, its files, and one donor."""

    async def found(request: Request) -> Table:
        return table(await everything(frame, request, "/pledges/donors", {}))

    async def one(request: Request) -> Response:
        thing = await thing_at(frame, request, "/pledges/donors")
        name = request.path_params["id"]
        promised = pledges.table(await everything(frame, request, "/pledges", {"donor": name})).sort(request)
        part = part_of(promised, request, _PROMISES)
        return frame.page(
            request,
            "donor.html",
            thing=thing,
            title=thing["name"],
            next=None,
            part=part,
            promised=replace(promised, rows=part.rows),
            entries=await history_of(frame, request, "pledges", f"donor-{name}"),
            ways=links_for(frame.visitor(request), "donor", thing),
            people=await contacts.of_donor(frame, request, name),
        )

    page = lists.List(
        section="donors",
        path="/all/donors",
        title=lambda: _("Donors"),
        lead=lambda: _("Who gives, what each looks for, and what it can give in a year."),
        empty=lambda: _(
            "No donor stands here. A donor names itself, or the ISU records it. "
            "Help that sources tell of stands on the pages of the States."
        ),
        found=found,
    )
    return [*lists.routes(frame, page), Route("/donor/{id}", one)]


def table(items: list[dict[str, Any]]) -> Table:
    """One line for each donor."""
    columns = (
        Column("donor", _("Donor")),
        Column("id", _("Name here"), seen=False),
        Column("priorities", _("Priorities")),
        Column("kinds", _("Kinds of help")),
        Column("treaties", _("Treaties")),
        Column("capacity", _("Can give")),
    )
    rows: list[Row] = []
    for one in sorted(items, key=lambda item: str(item["name"])):
        profile = one["profile"] or {}
        rows.append(
            {
                "donor": Cell(one["name"], to=f"/donor/{one['id']}"),
                "id": Cell(one["id"]),
                "priorities": Cell("; ".join(profile.get("priorities", ()))),
                "kinds": Cell(", ".join(words.plain(kind) for kind in profile.get("kinds", ()))),
                "treaties": Cell(", ".join(profile.get("treaties", ()))),
                "capacity": Cell(
                    "; ".join(f"{year['year']}: {words.money(year['amount'])}" for year in one["capacity"])
                ),
            }
        )
    return Table("donors", _("Donors"), columns, rows)
