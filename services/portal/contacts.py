"""Whom to write to: read anew for each page from the services that keep people's details sealed, and kept nowhere.

Only who may read them is shown any (docs/privacy.md): the State or donor itself, and the ISU. They stand on the
page alone, never in a table that can be downloaded, a feed, a brief or a search.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from services.portal.frame import Frame, query
from services.portal.language import gettext as _
from services.portal.pages.things import named_or_none

_MOST = 30
"""So many requests of a State are asked for their contact, the newest first."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, and for what one writes to it; `page` is of that. `note` says why nobody can be shown any more."""

    about: str
    page: str
    name: str
    email: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """What a visitor is shown. `refused` says, where the visitor may not see them, who may and what to do."""

    people: tuple[Contact, ...] = ()
    refused: str = ""


async def of_state(frame: Frame, request: Request, state: str) -> Contacts | None:
    """The contacts of a State's requests and drafts; None for who is not signed in."""
    visitor = frame.visitor(request)
    if visitor is None:
        return None
    if not visitor.caller.acts_for(state):
        return Contacts(
            refused=_("Only the State itself and the ISU see whom to write to. Ask the ISU to put you in touch.")
        )
    asked = query({"state": state, "limit": _MOST})
    public = (await frame.read(request, f"/requests?{asked}"))["items"]
    drafts = (await frame.read(request, f"/requests/drafts?{asked}"))["items"]
    found = []
    for name, page, about in (
        *((one["id"], f"/request/{one['id']}", _request(one)) for one in public),
        *((one["id"], "", _("a draft that is not public")) for one in drafts),
    ):
        kept = await named_or_none(frame, request, f"/requests/{quote(name, safe='')}/contact")
        if kept and (kept["name"] or kept["note"]):
            found.append(Contact(about, page, kept["name"], kept["email"], kept["phone"], _note(kept)))
    return Contacts(tuple(found))


async def of_donor(frame: Frame, request: Request, donor: str) -> Contacts | None:
    """The focal points of a donor's offices; None for who is not signed in."""
    visitor = frame.visitor(request)
    if visitor is None:
        return None
    if not visitor.caller.acts_as_donor(donor):
        return Contacts(
            refused=_("Only the donor itself and the ISU see whom to write to. Ask the ISU to put you in touch.")
        )
    kept = await named_or_none(frame, request, f"/pledges/donors/{quote(donor, safe='')}/focal-points")
    points = kept["focal_points"] if kept else ()
    return Contacts(tuple(Contact(one["agency"], "", one["name"], one["email"], "", _note(one)) for one in points))


def _request(one: Mapping[str, Any]) -> str:
    needs = [str(line["need"]["description"]) for line in one["lines"] if line["need"]["description"]]
    return needs[0][:120] if needs else _("a request")


def _note(kept: Mapping[str, Any]) -> str:
    return str(kept["note"] or "")
