"""Whom to write to about a request: sealed on the way in, opened for the State itself and the ISU."""

from datetime import date, datetime

from fastapi import APIRouter

from services.requests.api.commands import Requests, must_own_in
from services.requests.domain.messages import NameContact, NoSuchRequest
from services.requests.domain.request import REQUESTS
from services.requests.views.private import ContactKept
from shared.http.problems import problems
from shared.http.reading import Reader
from shared.http.writing import Write
from shared.messages import Forbidden, NotFound, Value
from shared.privacy.people import Opened, People, was_removed
from shared.privacy.routes import Unechoed
from shared.receipts import Receipt
from shared.text import Identity, Line, Words
from shared.views import View

SLOT = "contact"
"""A request has one contact at a time."""


class ContactToName(Value):
    """Whom to write to about this request. Kept sealed, under a key of its own; never published."""

    name: Line
    email: Words = ""
    phone: Words = ""


class ContactShown(Value):
    """Whom to write to about a request; blank until somebody is named.

    Blank too where the person was removed (`removed_on`, a day in UTC) or cannot be read: `note` says why.
    """

    id: str
    state: str
    name: str = ""
    email: str = ""
    phone: str = ""
    named_at: datetime | None = None
    removed_on: date | None = None
    note: str = ""


def routes(requests: Requests, contacts: View[ContactKept], people: People) -> APIRouter:
    """Naming and reading the contact."""
    router = APIRouter(tags=["requests"], route_class=Unechoed)

    @router.post("/{id}/contact", status_code=201, responses=problems(NoSuchRequest))
    async def name_contact(id: Identity, body: ContactToName, write: Write) -> Receipt:
        """Whom to write to; never published."""
        await must_own_in(requests, id, write.caller)
        person = await people.seal(REQUESTS.stream(id), SLOT, body.model_dump(), write.named())
        return await write.send(requests, id, NameContact(person=person))

    @router.get("/{id}/contact")
    async def contact(id: Identity, read: Reader) -> ContactShown:
        """Whom to write to, for the State itself and the ISU."""
        found = await contacts.peek(id, after=read.after)
        if found is not None and read.caller.acts_for(found.state):
            return await shown(found)
        if read.caller.role in ("isu", "system"):
            raise NotFound(f"There is no request named {id!r}.")
        # The same whether there is one or not: to name the State would tell of its draft.
        allowed = "the State concerned or the ISU"
        raise Forbidden(f"Only {allowed} may read whom to write to.", field="state", allowed=allowed)

    async def shown(kept: ContactKept) -> ContactShown:
        opened = Opened()
        if kept.person is not None:
            (opened,) = await people.open(REQUESTS.stream(kept.id), SLOT, kept.person)
        elif kept.forgotten_at is not None and kept.forgotten_because is not None:
            opened = was_removed(kept.forgotten_because, kept.forgotten_at)
        return ContactShown(
            id=kept.id,
            state=kept.state,
            name=opened.details.get("name", ""),
            email=opened.details.get("email", ""),
            phone=opened.details.get("phone", ""),
            named_at=kept.named_at,
            removed_on=opened.removed_on,
            note=opened.note,
        )

    return router
