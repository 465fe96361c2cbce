"""`/forget`: who is known by an address or a name, and destroying the keys of what is kept of them (docs/privacy.md).

What was looked for travels in the body of a form and stands in no address, draft or session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal import words
from services.portal.addresses import page_of_link
from services.portal.doing import entering, refusing
from services.portal.doing.filling import Values
from services.portal.frame import Frame, Written
from services.portal.language import gettext as _
from services.portal.language import marked
from services.portal.visitor import Visitor

ROLES = ("isu",)
NAMING = ("requests", "pledges")
"""The services that name people: contacts of requests, focal points of donors."""
KINDS = ("emails", "names", "phones")
REASONS = {
    "person_asked": marked("the person asked for it"),
    "no_longer_needed": marked("it is no longer needed"),
    "recorded_in_error": marked("it was recorded in error"),
}
FOUND_BY = {"email": marked("e-mail address"), "name": marked("name"), "phone": marked("telephone number")}
_SHOWN_BEFORE = 50


@dataclass
class Search:
    """What was looked for, as it was typed, and who is known by it."""

    sought: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(KINDS, ""))
    matching: list[Mapping[str, Any]] = field(default_factory=list)
    others: list[Mapping[str, Any]] = field(default_factory=list)
    unsealed: list[str] = field(default_factory=list)
    done: bool = False


def routes(frame: Frame) -> list[Route]:
    """The page, for the ISU alone."""

    def whose(request: Request) -> Visitor | Response:
        said = _(
            "What is kept of a person is removed by the ISU, for every State and donor. If you are that person, "
            "or want a contact of yours to be removed, write to the ISU."
        )
        return refusing.whose(frame, request, ROLES, said)

    async def shown(request: Request, search: Search, status: int = 200, **more: Any) -> Response:
        before = [
            one
            for service in NAMING
            for one in (await frame.read(request, f"/{service}/people/forgotten?limit={_SHOWN_BEFORE}"))["items"]
        ]
        before.sort(key=lambda one: str(one["forgotten_at"]), reverse=True)
        values = {"fault": "", "chosen": None, "reason": "", "forgotten": (), **more}
        return frame.page(
            request,
            "forget.html",
            status,
            search=search,
            before=before[:_SHOWN_BEFORE],
            reasons=REASONS,
            kinds=FOUND_BY,
            page_at=page_of_link,
            **values,
        )

    async def begin(request: Request) -> Response:
        visitor = whose(request)
        return visitor if isinstance(visitor, Response) else await shown(request, Search())

    async def take(request: Request) -> Response:
        visitor = whose(request)
        if isinstance(visitor, Response):
            return visitor
        came = await entering.sent(request)
        if not entering.is_meant(request, came.own):
            return refusing.foreign(frame, request)
        search, refused = await _searched(frame, request, came.values)
        if refused is not None:
            return await shown(request, search, refused.status, fault=_said(refused))
        if came.step != "forget":
            return await shown(request, search)
        known = {one["subject"] for one in search.matching}
        chosen = [one for one in came.values.get("subject", []) if one in known]
        reason = came.values.get("reason", [""])[0]
        fault = _missing(chosen, reason, came.values)
        if fault:
            return await shown(request, search, 422, fault=fault, chosen=chosen, reason=reason)
        forgotten, refused = await _forgotten(frame, request, search, chosen, reason)
        if refused is not None:
            return await shown(
                request, search, refused.status, fault=_said(refused), chosen=chosen, forgotten=forgotten
            )
        # Looked for once more, so that the page says what is still known and not what was asked for.
        search, _refused = await _searched(frame, request, came.values)
        return await shown(request, search, forgotten=forgotten)

    return [Route("/forget", begin, methods=["GET"]), Route("/forget", take, methods=["POST"])]


async def _searched(frame: Frame, request: Request, values: Values) -> tuple[Search, Written | None]:
    """Who is known by what was typed, a line each; or what kept a service from saying so."""
    sought = {kind: values.get(kind, [""])[0] for kind in KINDS}
    search = Search(sought)
    body = {kind: [line.strip() for line in typed.splitlines() if line.strip()] for kind, typed in sought.items()}
    for service in NAMING:
        found = await frame.write(request, "POST", f"/{service}/people/search", body)
        if not found.done:
            return search, found
        search.matching += [{**one, "service": service} for one in found.body["matching"]]
        search.others += found.body["others"]
        search.unsealed += found.body["unsealed"]
    search.done = True
    return search, None


async def _forgotten(
    frame: Frame, request: Request, search: Search, chosen: Sequence[str], reason: str
) -> tuple[list[Mapping[str, Any]], Written | None]:
    """The receipts; and where a service refused, why. What the others forgot before stays forgotten."""
    receipts: list[Mapping[str, Any]] = []
    for service in NAMING:
        subjects = [one["subject"] for one in search.matching if one["service"] == service and one["subject"] in chosen]
        if subjects:
            done = await frame.write(
                request, "POST", f"/{service}/people/forgetting", {"subjects": subjects, "reason": reason}
            )
            if not done.done:
                return receipts, done
            receipts += done.body
    return receipts, None


def _missing(chosen: Sequence[str], reason: str, values: Values) -> str:
    if not chosen:
        return _("Nothing is ticked: say which of these are to go.")
    if reason not in REASONS:
        return _("Choose why. The history will say it, in these words only.")
    if not values.get("sure"):
        return _("Tick that you know that it cannot be undone.")
    return ""


def _said(refused: Written) -> str:
    if refused.status == 422:
        return _("Enter at least one address, name or number, a line each: at most 20 of each kind.")
    return words.refused(refused.status, "")[1]
