"""`/all/requests` and `/request/<id>`: what States ask for, and what covers it."""

from collections.abc import Mapping
from decimal import Decimal
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
from services.portal.ranked import KINDS
from services.portal.tables import Cell, Column, Row, Rows, Table, named
from shared.countries import country_name

_STATUSES = ("submitted", "partly_met", "met", "closed", "withdrawn")


def routes(frame: Frame) -> list[BaseRoute]:
    """The list, its files, and one request."""

    async def found(request: Request) -> Table:
        said = asked(request, ("state", "status", "treaty", "kind"))
        items = await everything(frame, request, "/requests", said)
        return table(items)

    async def one(request: Request) -> Response:
        thing = await thing_at(frame, request, "/requests")
        name = request.path_params["id"]
        entries = await history_of(frame, request, "requests", f"request-{name}")
        return frame.page(
            request,
            "request.html",
            thing=thing,
            title=_("Request of %(state)s") % {"state": country_name(thing["state"])},
            next=expected.of_request(thing),
            lines=[{**line, "bar": bar(line)} for line in thing["lines"]],
            entries=entries,
            ways=links_for(frame.visitor(request), "request", thing),
        )

    async def filters(request: Request) -> list[lists.Choice]:
        said = asked(request, ("state", "status", "treaty", "kind"))
        return [
            lists.Choice(
                "status", _("Standing"), [(code, words.standing(code).word) for code in _STATUSES], said["status"]
            ),
            lists.Choice(
                "treaty", _("Treaty"), [(code, _(name)) for code, name in words.TREATIES.items()], said["treaty"]
            ),
            lists.Choice("kind", _("Kind of help"), [(kind, words.plain(kind)) for kind in KINDS], said["kind"]),
        ]

    page = lists.List(
        section="requests",
        path="/all/requests",
        title=lambda: _("Requests for help"),
        lead=lambda: _("What States have asked for in public, line by line, and how much of it is covered."),
        empty=lambda: _("No request stands here. A State publishes its request itself, or the ISU records it."),
        found=found,
        filters=filters,
    )
    return [*lists.routes(frame, page), Route("/request/{id}", one)]


def table(items: list[dict[str, Any]]) -> Table:
    """One line for each need of each request."""
    columns = (
        Column("request", _("Request")),
        Column("state", _("ISO code"), seen=False),
        Column("standing", _("Standing")),
        Column("duty", _("Duty")),
        Column("need", _("Need")),
        Column("kind", _("Kind of help")),
        Column("currency", _("Currency"), seen=False),
        Column("asked", _("Asked"), "number"),
        Column("allocated", _("Covered"), "number"),
        Column("open", _("Open"), "number"),
        Column("published", _("Published"), "day"),
    )

    def row(one: tuple[dict[str, Any], dict[str, Any]]) -> Row:
        item, line = one
        need = line["need"]
        return {
            "request": Cell(country_name(item["state"]), to=f"/request/{item['id']}"),
            "state": Cell(item["state"]),
            "standing": Cell(words.standing(item["status"]).word, code=item["status"]),
            "duty": Cell(_duty(item, need)),
            "need": Cell(need["description"]),
            "kind": Cell(words.plain(need["kind"])),
            "currency": Cell(need["amount"]["currency"] if need["amount"] else ""),
            "asked": sum_cell(need["amount"], _("not stated")),
            "allocated": sum_cell(line["allocated"]),
            "open": sum_cell(line["open"]),
            "published": Cell(str(item["submitted_at"])[:10], words.day(str(item["submitted_at"])[:10])),
        }

    newest = sorted(items, key=lambda one: str(one["submitted_at"]), reverse=True)
    lines = [(item, line) for item in newest for line in item["lines"]]
    return Table("requests", _("Requests for help"), columns, Rows(lines, row))


def _duty(item: Mapping[str, Any], need: Mapping[str, Any]) -> str:
    if need.get("treaty") and need.get("article"):
        return named(need["treaty"], need["article"])
    return ", ".join(named(one["treaty"], one["article"], one["clock"]) for one in item["content"]["obligations"])


def sum_cell(amount: Mapping[str, str] | None, otherwise: str = "") -> Cell:
    """A sum as a number in files, with its currency on the page."""
    return Cell(Decimal(amount["amount"]), words.money(dict(amount))) if amount else Cell(None, otherwise)


def bar(line: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The parts of a line's bar: what is allocated of what is asked; the rest is open."""
    amount = line["need"]["amount"]
    if not amount or Decimal(amount["amount"]) == 0:
        return []
    allocated = Decimal(line["allocated"]["amount"]) if line["allocated"] else Decimal(0)
    return [("allocated", float(allocated / Decimal(amount["amount"])))]
