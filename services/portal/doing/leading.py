"""Where one goes from a thing or after a command: links to forms, and to the pages that show what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from services.portal import words
from services.portal.addresses import page_of
from services.portal.doing.catalogue import form_of
from services.portal.doing.describing import Form, Ids
from services.portal.frame import Frame
from services.portal.language import gettext as _
from services.portal.reading import Unreadable
from services.portal.visitor import Visitor
from shared.countries import country_name

_LISTS = {
    "request": ("/requests?limit=1", "/insights/states"),
    "pledge": ("/pledges?limit=1", "/requests?limit=1", "/insights/states"),
    "donor": ("/pledges/donors?limit=1", "/insights/states"),
    "obligation": ("/deadlines/obligations?limit=1", "/insights/states"),
    "reporting": ("/deadlines/reporting?limit=1", "/insights/states"),
    "party": ("/deadlines/parties?limit=1", "/insights/states"),
    "meeting": ("/deadlines/meetings?limit=1", "/insights/states"),
    "coalition": ("/coalitions?limit=1", "/insights/states"),
    "ambassador": ("/coalitions/ambassadors?limit=1", "/insights/states"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words; `main` for the one most people want."""

    to: str
    words: str
    main: bool = False


async def is_shown(frame: Frame, request: Request, form: Form, token: str) -> bool:
    """Whether every page shows the change already; waits a moment for it."""
    for path in _LISTS.get(form.thing, ()):
        joined = f"{path}{'&' if '?' in path else '?'}after={token}"
        try:
            await frame.read(request, joined)
        except Unreadable as refused:
            if refused.status == 503:
                return False
    return True


def named(form: Form, ids: Ids, body: Mapping[str, Any]) -> str:
    """What a new thing is called, for its receipt."""
    state = body.get("state") or (body.get("content") or {}).get("state")
    if form.thing in ("request", "pledge", "coalition") and ids:
        return next(iter(ids.values()))
    return country_name(str(state)) if state else ""


def onward(
    form: Form, ids: Ids, body: Mapping[str, Any], visitor: Visitor, receipt: Mapping[str, Any]
) -> Sequence[Link]:
    """After a command: its thing, the State concerned, the likely next command, the desk."""
    found = []
    stream = str(receipt.get("stream", ""))
    category, _dash, name = stream.partition("-")
    is_public = not (form.path.endswith("/draft") or form.path in ("/requests", "/pledges"))
    if is_public and (to := page_of(category, name)):
        found.append(Link(to, _("See it as everybody does"), main=True))
    elif not is_public and category == "request":
        to = form_of("/requests/{id}/submission").address(id=name)
        found.append(Link(to, _("Check and publish the request"), main=True))
    elif not is_public and category == "pledge":
        to = form_of("/pledges/{id}/announcement").address(id=name)
        found.append(Link(to, _("Check and announce the pledge"), main=True))
    state = str(body.get("state") or (body.get("content") or {}).get("state") or "")
    if len(state) == 3:
        found.append(Link(f"/states/{state}", _("The page of %(state)s") % {"state": country_name(state)}))
    if form.path.endswith("/submission"):
        found.append(Link(form_of("/requests/{id}/contact").address(id=name), _("Say whom to write to")))
    if form.path.endswith("/announcement"):
        found.append(Link(form_of("/pledges/{id}/confirmations").address(id=name), _("Confirm the pledge")))
    if form.path == "/coalitions":
        found.append(Link(form_of("/coalitions/{id}/members").address(id=name), _("Invite a member")))
    if form.path in ("/deadlines/reporting/{id}/reports", "/deadlines/obligations/{id}/figures"):
        treaty = body["treaty"]
        for article in ("4",) if treaty == "CCM" else ("5",):
            to = form_of("/deadlines/obligations/{id}/figures").address(id=f"{treaty}-{state}-{article}")
            duty = words.duty(treaty, article)
            found.append(Link(to, _("Report another figure: %(duty)s") % {"duty": duty}))
    return [*found, Link("/desk", _("Your desk"))]


def links_for(visitor: Visitor | None, kind: str, thing: Mapping[str, Any]) -> Sequence[Link]:
    """The commands that this person can give to that thing, as links to forms; none for the public.

    `kind`: state, request, pledge, donor, coalition, obligation, meeting or reporting. `thing`: its JSON as
    the service that keeps it shows it (of a State: `{"state": "LAO"}`; of an obligation its `id`).
    """
    if visitor is None or kind not in _OF_KIND:
        return ()
    return [
        Link(form_of(path).address(**ids) + query, _(form_of(path).title), main=number == 0)
        for number, (path, ids, query) in enumerate(_OF_KIND[kind](visitor, thing))
        if visitor.role in form_of(path).roles
    ]


_DATED = {("CCM", "3"), ("CCM", "4"), ("APMBC", "4"), ("APMBC", "5")}
"""Duties with a deadline; the others go on."""
_Ways = Sequence[tuple[str, dict[str, str], str]]


def _of_state(visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    state = str(thing["state"])
    if visitor.role == "state" and visitor.scope != state:
        return ()
    found: list[tuple[str, dict[str, str], str]] = [
        ("/requests/{id}/submission", {}, "" if visitor.role == "state" else f"?content.state={state}"),
        ("/pledges/{id}/announcement", {}, f"?state={state}"),
        ("/coalitions", {}, f"?state={state}"),
    ]
    for treaty in thing.get("treaties", ()):
        code = treaty if isinstance(treaty, str) else treaty["treaty"]
        found.append(("/deadlines/reporting/{id}/reports", {"id": f"{code}-{state}"}, ""))
    return found


def _of_request(visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    id_ = {"id": str(thing["id"])}
    if thing["status"] in ("closed", "withdrawn") or (visitor.role == "state" and visitor.scope != thing["state"]):
        return ()
    if visitor.role == "donor":
        open_ = [one for one in thing["lines"] if not one["met"]]
        return [
            ("/pledges/{id}/announcement", {}, f"?request={thing['id']}&line={one['need']['line']}")
            for one in open_[:1]
        ]
    names = ("revisions", "contact", "closure", "withdrawal")
    return [(f"/requests/{{id}}/{name}", id_, "") for name in names]


def _of_pledge(visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    id_ = {"id": str(thing["id"])}
    if thing["status"] in ("fulfilled", "cancelled") or (visitor.role == "donor" and visitor.scope != thing["donor"]):
        return ()
    money = thing.get("ladder") is not None
    names = ["confirmations", *(["disbursements"] if money and thing["status"] != "announced" else [])]
    names += [*(["reductions", "redirections"] if money else []), "fulfilment", "cancellation"]
    return [(f"/pledges/{{id}}/{name}", id_, "") for name in names]


def _of_donor(visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    if visitor.role == "donor" and visitor.scope != thing["id"]:
        return ()
    names = ("profile", "capacity", "agencies", "focal-points")
    return [(f"/pledges/donors/{{donor}}/{name}", {"donor": str(thing["id"])}, "") for name in names]


def _of_coalition(visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    id_ = {"id": str(thing["coalition"])}
    if thing["status"] in ("concluded", "abandoned"):
        return ()
    members = {one["member"]: one["answer"] for one in thing["members"]}
    found: list[tuple[str, dict[str, str], str]] = []
    own = visitor.scope
    if visitor.role == "state" and own == thing["state"]:
        found.append(("/coalitions/{id}/consent" + ("/withdrawal" if thing["consent"] else ""), id_, ""))
    if own in members and own != thing["state"]:
        accepted = members[own] == "accepted"
        names = ["departures"] if accepted else ["acceptances", "refusals"]
        found += [(f"/coalitions/{{id}}/{name}", id_, "") for name in names]
        found.append(("/pledges/{id}/announcement", {}, f"?coalition={thing['coalition']}"))
    if visitor.role in ("coordinator", "isu") or own == thing["state"]:
        active = thing["status"] == "active"
        names = ["members", *(["milestones", "reviews", "conclusion"] if active else ["activation", "milestones"])]
        found += [(f"/coalitions/{{id}}/{name}", id_, "") for name in (*names, "abandonment")]
    return found


def _of_obligation(visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    state = str(thing["state"])
    parts = (thing["treaty"], state, thing["article"], thing.get("clock") or "")
    id_ = {"id": "-".join(part for part in parts if part)}
    if visitor.role == "state" and visitor.scope != state:
        return ()
    if visitor.role == "donor":
        query = f"?state={state}&treaty={thing['treaty']}&article={thing['article']}"
        return [("/pledges/{id}/announcement", {}, query)]
    if visitor.role == "coordinator":
        query = f"?state={state}&treaty={thing['treaty']}&article={thing['article']}"
        return [("/coalitions", {}, query), ("/deadlines/obligations/{id}/questions", id_, "")]
    if (thing["treaty"], thing["article"]) not in _DATED:
        return [(f"/deadlines/obligations/{{id}}/{name}", id_, "") for name in ("measures", "statuses")]
    names = ["figures", "statuses", "extension-requests", "work-finished", "declaration", "later-finds", "answers"]
    if visitor.role == "isu":
        names += ["decisions", "questions", "extension-statements", "completion-statements", "original-deadline"]
    return [(f"/deadlines/obligations/{{id}}/{name}", id_, "") for name in names]


def _of_meeting(_visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    names = ("statements",) if thing.get("held") else ("move", "held", "statements")
    return [(f"/deadlines/meetings/{{id}}/{name}", {"id": str(thing["id"])}, "") for name in names]


def _of_reporting(visitor: Visitor, thing: Mapping[str, Any]) -> _Ways:
    if visitor.role == "state" and visitor.scope != thing["state"]:
        return ()
    names = ("reports", "explanations", "statements")
    id_ = {"id": f"{thing['treaty']}-{thing['state']}"}
    return [(f"/deadlines/reporting/{{id}}/{name}", id_, "") for name in names]


_OF_KIND = {
    "state": _of_state,
    "request": _of_request,
    "pledge": _of_pledge,
    "donor": _of_donor,
    "coalition": _of_coalition,
    "obligation": _of_obligation,
    "meeting": _of_meeting,
    "reporting": _of_reporting,
}
