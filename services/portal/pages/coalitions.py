"""`/all/coalitions` and `/coalition/<id>`: who works together for a State, the State's consent first."""

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
from services.portal.sentences.pieces import who
from services.portal.tables import Cell, Column, Row, Table, named
from shared.countries import country_name

_STATUSES = ("proposed", "consented", "active", "suspended", "concluded", "abandoned")


def routes(frame: Frame) -> list[BaseRoute]:
    """The list, its files, and one coalition."""

    async def found(request: Request) -> Table:
        said = asked(request, ("state", "status"))
        items = await everything(frame, request, "/coalitions", said)
        told = (
            []
            if said["status"]
            else await everything(frame, request, "/coalitions/partnerships", {"state": said["state"]})
        )
        return table(items, told)

    async def one(request: Request) -> Response:
        thing = await thing_at(frame, request, "/coalitions")
        name = request.path_params["id"]
        return frame.page(
            request,
            "coalition.html",
            thing=thing,
            title=_("Coalition for %(state)s") % {"state": country_name(thing["state"])},
            next=expected.of_coalition(thing),
            who=who,
            entries=await history_of(frame, request, "coalitions", f"coalition-{name}"),
            ways=links_for(frame.visitor(request), "coalition", thing),
        )

    async def filters(request: Request) -> list[lists.Choice]:
        said = asked(request, ("status",))
        options = [(code, words.standing(code).word) for code in _STATUSES]
        return [lists.Choice("status", _("Standing"), options, said["status"])]

    page = lists.List(
        section="coalitions",
        path="/all/coalitions",
        title=lambda: _("Coalitions"),
        lead=lambda: _(
            "Affected States with the donors and operators that help them to finish; "
            "and partnerships as sources tell of them."
        ),
        empty=lambda: _("No coalition stands here. A coordinator proposes one, and the affected State must consent."),
        found=found,
        filters=filters,
    )
    return [*lists.routes(frame, page), Route("/coalition/{id}", one)]


def table(items: list[dict[str, Any]], told: list[dict[str, Any]]) -> Table:
    """One line for each coalition, then the partnerships that sources tell of."""
    columns = (
        Column("coalition", _("Coalition")),
        Column("state", _("State")),
        Column("standing", _("Standing")),
        Column("duties", _("Duties")),
        Column("purpose", _("What for")),
        Column("members", _("Members"), "number"),
        Column("proposed_on", _("Proposed"), "day"),
    )
    rows: list[Row] = []
    for one in sorted(items, key=lambda item: str(item["proposed_on"] or ""), reverse=True):
        members = [member for member in one["members"] if member["answer"] == "accepted"]
        duties = ", ".join(named(duty["treaty"], duty["article"], duty["clock"]) for duty in one["obligations"])
        rows.append(
            {
                "coalition": Cell(country_name(one["state"]), to=f"/coalition/{one['coalition']}"),
                "state": Cell(one["state"]),
                "standing": Cell(words.standing(one["status"]).word, code=one["status"]),
                "duties": Cell(duties),
                "purpose": Cell(one["purpose"]),
                "members": Cell(len(members)),
                "proposed_on": Cell(one["proposed_on"], words.day(one["proposed_on"])),
            }
        )
    for one in told:
        newest = one["said"][-1]
        rows.append(
            {
                "coalition": Cell(one["name"], proof=newest["link"]),
                "state": Cell(one["state"] or ""),
                "standing": Cell(_("as a source tells: %(called)s") % {"called": words.plain(one["called"])}),
                "purpose": Cell(newest["purpose"]),
            }
        )
    return Table("coalitions", _("Coalitions"), columns, rows)
