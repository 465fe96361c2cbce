"""`/states`: every State Party, by name."""

from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute

from services.portal import words
from services.portal.frame import Frame, asked, day_of, query
from services.portal.language import gettext as _
from services.portal.pages import lists
from services.portal.state_tables import day_cell
from services.portal.tables import Cell, Column, Row, Rows, Table


def routes(frame: Frame) -> list[BaseRoute]:
    """The list of States, and its files."""

    async def found(request: Request) -> Table:
        said = {**asked(request, ("treaty",)), **day_of(request)}
        listed = await frame.read(request, f"/insights/states?{query(said)}")
        return table(listed["states"], str(listed["as_of"]))

    async def filters(request: Request) -> list[lists.Choice]:
        options = [(one, _(name)) for one, name in words.TREATIES.items()]
        return [lists.Choice("treaty", _("Treaty"), options, asked(request, ("treaty",))["treaty"])]

    page = lists.List(
        section="states",
        path="/states",
        title=lambda: _("States Parties"),
        lead=lambda: _("Every State bound by one or both treaties. No known open duty is no proof that none is open."),
        empty=lambda: _("No State Party is recorded by that day."),
        found=found,
        filters=filters,
        at_once=200,
    )
    return lists.routes(frame, page)


def table(items: list[dict[str, Any]], on: str) -> Table:
    """One line for each State Party."""
    columns = (
        Column("state", _("State")),
        Column("iso3", _("ISO code"), seen=False),
        Column("treaties", _("Treaties")),
        Column("open", _("Open duties known"), "number"),
        Column("deadline", _("Deadline of the nearest"), "day"),
        Column("place", _("Place in the ranking"), "number"),
    )

    def row(one: dict[str, Any]) -> Row:
        return {
            "state": Cell(one["name"], to=f"/states/{one['state']}"),
            "iso3": Cell(one["state"]),
            "treaties": Cell(", ".join(one["treaties"])),
            "open": Cell(len(one["open_obligations"]) or None),
            "deadline": day_cell(one["deadline_in_force"], words.countdown(one["deadline_in_force"], on)),
            "place": Cell(one["place"]),
        }

    return Table("states", _("States Parties"), columns, Rows(items, row))
