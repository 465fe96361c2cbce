"""`/all/pledges` and `/pledge/<id>`: what donors promised, and how far it has come."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import expected, words
from services.portal.addresses import page_of
from services.portal.doing.leading import links_for
from services.portal.frame import Frame, asked
from services.portal.language import gettext as _
from services.portal.pages import lists
from services.portal.pages.requests import sum_cell
from services.portal.pages.things import everything, history_of, thing_at
from services.portal.sentences.pieces import who
from services.portal.sentences.pledges import target
from services.portal.tables import Cell, Column, Row, Rows, Table

_STATUSES = ("announced", "confirmed", "disbursing", "fulfilled", "cancelled")


def routes(frame: Frame) -> list[BaseRoute]:
    """The list, its files, and one pledge."""

    async def found(request: Request) -> Table:
        items = await everything(frame, request, "/pledges", asked(request, ("donor", "status", "state", "treaty")))
        return table(items)

    async def one(request: Request) -> Response:
        thing = await thing_at(frame, request, "/pledges")
        name = request.path_params["id"]
        return frame.page(
            request,
            "pledge.html",
            thing=thing,
            title=_("Pledge of %(donor)s") % {"donor": who(thing["donor"])},
            next=expected.of_pledge(thing),
            toward=target(thing["target"]),
            toward_page=target_page(thing["target"]),
            paid={one["tranche"]: one for one in thing["disbursements"] if one.get("tranche")},
            entries=await history_of(frame, request, "pledges", f"pledge-{name}"),
            ways=links_for(frame.visitor(request), "pledge", thing),
        )

    async def filters(request: Request) -> list[lists.Choice]:
        said = asked(request, ("donor", "status", "treaty"))
        return [
            lists.Choice(
                "status", _("Standing"), [(code, words.standing(code).word) for code in _STATUSES], said["status"]
            ),
            lists.Choice(
                "treaty", _("Treaty"), [(code, _(name)) for code, name in words.TREATIES.items()], said["treaty"]
            ),
        ]

    page = lists.List(
        section="pledges",
        path="/all/pledges",
        title=lambda: _("Pledges"),
        lead=lambda: _("What donors have announced in public, from the announcement to the last payment."),
        empty=lambda: _("No pledge stands here. A donor announces its pledge itself, or the ISU records it."),
        found=found,
        filters=filters,
    )
    return [*lists.routes(frame, page), Route("/pledge/{id}", one)]


def target_page(named: dict[str, Any]) -> str:
    """The page of what a pledge is for; blank where it has none."""
    for kind in ("request", "coalition", "state"):
        if named.get(kind):
            return page_of(kind, str(named[kind]))
    return ""


def table(items: list[dict[str, Any]]) -> Table:
    """One line for each pledge."""
    columns = (
        Column("pledge", _("Pledge of")),
        Column("donor", _("Donor"), seen=False),
        Column("id", _("Name here"), seen=False),
        Column("standing", _("Standing")),
        Column("for", _("For")),
        Column("currency", _("Currency"), seen=False),
        Column("announced", _("Announced"), "number"),
        Column("confirmed", _("Confirmed"), "number"),
        Column("paid", _("Paid"), "number"),
        Column("in_kind", _("In kind")),
        Column("announced_on", _("On"), "day"),
    )

    def row(one: dict[str, Any]) -> Row:
        ladder = one["ladder"] or {}
        return {
            "pledge": Cell(who(one["donor"]), to=f"/pledge/{one['id']}"),
            "donor": Cell(one["donor"]),
            "id": Cell(one["id"]),
            "standing": Cell(words.standing(one["status"]).word, code=one["status"]),
            "for": Cell(target(one["target"]), to=target_page(one["target"])),
            "currency": Cell(ladder["announced"]["currency"] if ladder else ""),
            "announced": sum_cell(ladder.get("announced")),
            "confirmed": sum_cell(ladder.get("confirmed")),
            "paid": sum_cell(ladder.get("disbursed")),
            "in_kind": Cell(one["in_kind"]),
            "announced_on": Cell(one["announced_on"], words.day(one["announced_on"])),
        }

    newest = sorted(items, key=lambda item: (str(item["announced_on"]), item["id"]), reverse=True)
    return Table("pledges", _("Pledges"), columns, Rows(newest, row))
