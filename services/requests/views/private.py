"""What only a State and the ISU read: drafts, and whom to write to. Never published."""

from datetime import datetime

from services.requests.domain.content import RequestContent
from services.requests.domain.earlier import UPCASTS
from services.requests.domain.messages import ContactNamed, RequestDrafted, RequestSubmitted
from services.requests.domain.request import REQUESTS
from shared.heard import Heard
from shared.messages import Value
from shared.privacy.messages import ForgetReason, Person, PersonForgotten, SealedPerson
from shared.projection import Projection


class DraftShown(Value):
    """A draft as it was last kept."""

    id: str
    state: str
    content: RequestContent
    kept_at: datetime


class ContactKept(Value):
    """Whom to write to about a request, sealed; nobody until somebody is named, or once forgotten."""

    id: str
    state: str
    person: Person | None = None
    named_at: datetime | None = None
    forgotten_at: datetime | None = None
    forgotten_because: ForgetReason | None = None


def fold_draft(draft: DraftShown | None, heard: Heard[RequestDrafted | RequestSubmitted]) -> DraftShown | None:
    """The newest draft; none once the request is public."""
    match heard.event:
        case RequestDrafted(content=content):
            return DraftShown(id=heard.identity, state=content.state, content=content, kept_at=heard.at)
        case _:
            return None


def fold_contact(
    contact: ContactKept | None, heard: Heard[RequestDrafted | RequestSubmitted | ContactNamed | PersonForgotten]
) -> ContactKept | None:
    """The newest contact, with the State that it belongs to."""
    match heard.event:
        case RequestDrafted(content=content) | RequestSubmitted(content=content):
            return contact or ContactKept(id=heard.identity, state=content.state)
        case ContactNamed(person=person):
            if contact is None:
                return None
            return ContactKept(id=contact.id, state=contact.state, person=person, named_at=heard.at)
        case PersonForgotten(subject=subject, reason=reason):
            # Perhaps somebody who was named before: then the present contact stays.
            if contact is None or not _is(contact.person, subject):
                return contact
            gone = {"person": None, "forgotten_at": heard.at, "forgotten_because": reason}
            return contact.model_copy(update=gone)


def _is(person: Person | None, subject: str) -> bool:
    return isinstance(person, SealedPerson) and person.subject == subject


DRAFT: Projection[DraftShown] = Projection(
    "draft",
    version=1,
    category=REQUESTS.category,
    events=(RequestDrafted, RequestSubmitted),
    document=DraftShown,
    fold=fold_draft,
    fields=("state",),
)
CONTACT: Projection[ContactKept] = Projection(
    "contact",
    version=2,
    category=REQUESTS.category,
    events=(RequestDrafted, RequestSubmitted, ContactNamed, PersonForgotten),
    document=ContactKept,
    fold=fold_contact,
    upcasts=UPCASTS,
)
