"""`/what-if`: how the ranking would stand if a pledge, more time, a report or a declaration came. Nothing is stored.

The whole supposition stands in the address, so that a link shows the same thing.
"""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import words
from services.portal.frame import Frame, asked, day_of, query
from services.portal.language import gettext as _
from services.portal.moves import moves, rows_of
from services.portal.reading import Unreadable

_SAID = ("duty", "kind", "amount", "currency", "in_kind", "until", "year")
_DUTY = re.compile(r"(CCM|APMBC)-([A-Z]{3})-([0-9])(?:-([A-Za-z0-9._~-]{1,100}))?")
_PLACES = {
    "amount": "amount", "currency": "currency", "in_kind": "in_kind", "granted_until": "until", "period_year": "year",
}  # fmt: skip
"""The field of the form that a field of the contract comes from."""
_MOST = 30
_OFFERED = 500
"""Duties in the choice, those nearest to completion first: it would be a page of names otherwise."""
CURRENCIES = ("USD", "EUR", "CHF", "GBP", "NOK", "SEK", "CAD", "AUD", "JPY")


def routes(frame: Frame) -> list[BaseRoute]:
    """The page with the form of a supposition and what would follow from it."""

    async def what_if(request: Request) -> Response:
        said = asked(request, _SAID)
        day = query(day_of(request))
        before = await frame.read(request, f"/insights/near-completion?{day}")
        there = list(rows_of(before))
        # Whoever comes from the page of a duty finds it here, however far it is from completion.
        offered = [*there[:_OFFERED], *(row for row in there[_OFFERED:] if row["id"] == said["duty"])]
        shown: dict[str, Any] = {
            "said": said,
            "duties": [(row["id"], _title(row)) for row in sorted(offered, key=_title)],
            "offered": len(offered) if len(offered) < len(there) else 0,
            "kinds": kinds(),
            "currencies": [(one, one) for one in CURRENCIES],
            "now": None,
            "then": None,
            "moved": (),
            "more": 0,
            "on": before["on"],
        }
        if not (said["duty"] and said["kind"]):
            return frame.page(request, "what_if.html", faults={}, **shown)
        supposed = supposition(said)
        if supposed is None:
            name = "kind" if _DUTY.fullmatch(said["duty"]) else "duty"
            faults = {name: _("Choose a duty and what is supposed of it.")}
            return frame.page(request, "what_if.html", 422, faults=faults, **shown)
        answer = await frame.write(request, "POST", f"/insights/what-if?{day}", {"suppositions": [supposed]})
        if not answer.done:
            if answer.status >= 500:
                raise Unreadable(answer.status, answer.problem or {})
            return frame.page(request, "what_if.html", 422, faults=_faults(answer.problem or {}), **shown)
        after = answer.body
        others = [one for one in moves(before, after) if one.duty != said["duty"]]
        found = {
            "now": next((row for row in rows_of(before) if row["id"] == said["duty"]), None),
            "then": next((row for row in rows_of(after) if row["id"] == said["duty"]), None),
            "moved": others[:_MOST],
            "more": len(others[_MOST:]),
        }
        return frame.page(request, "what_if.html", faults={}, **{**shown, **found})

    return [Route("/what-if", what_if)]


def kinds() -> list[tuple[str, str]]:
    """What can be supposed."""
    return [
        ("pledge", _("A pledge answers what is needed")),
        ("extension", _("More time is granted")),
        ("report", _("Its yearly report comes in")),
        ("declaration", _("Completion is declared")),
    ]


def supposition(said: Mapping[str, str]) -> dict[str, Any] | None:
    """What the address supposes, as insights is asked; None where it names no duty, or nothing to suppose."""
    named = _DUTY.fullmatch(said["duty"])
    if named is None:
        return None
    treaty, state, article, clock = named.groups()
    whole = {"kind": said["kind"], "treaty": treaty, "state": state}
    duty = {**whole, "article": article, "clock": clock or ""}
    match said["kind"]:
        case "pledge":
            money = {"amount": said["amount"], "currency": said["currency"] or "USD"} if said["amount"] else None
            return {**duty, "amount": money, "in_kind": said["in_kind"]}
        case "extension":
            return {**duty, "granted_until": said["until"]}
        case "report":
            return {**whole, "report": "annual", "period_year": said["year"] or None}
        case "declaration":
            return duty
        case _other:
            return None


def _faults(problem: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, by the field of the form."""
    found: dict[str, str] = {}
    for fault in problem.get("errors") or []:
        parts = str(fault["field"]).split(".")
        name = next((_PLACES[part] for part in reversed(parts) if part in _PLACES), "duty")
        allowed = " " + _("(allowed: %(values)s)") % {"values": fault["allowed"]} if fault.get("allowed") else ""
        found.setdefault(name, f"{str(fault['message'])[:300]}{allowed}")
    return found or {"duty": str(problem.get("detail") or _("That cannot be supposed."))}


def _title(row: Mapping[str, Any]) -> str:
    duty = words.title_of(words.duty(row["treaty"], row["article"]), row["clock"])
    return f"{row['state_name']}: {duty}"
