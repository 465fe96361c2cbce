"""What only a State and the ISU read: drafts, and whom to write to. Never published."""

from datetime import datetime

from services.requests.domain.content import RequestContent
from services.requests.domain.messages import ContactNamed, RequestDrafted, RequestSubmitted
from services.requests.domain.request import REQUESTS
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection


class DraftShown(Value):
    """A draft as it was last kept."""

    id: str
    state: str
    content: RequestContent
    kept_at: datetime


class ContactShown(Value):
    """Whom to write to about a request; blank until somebody is named."""

    id: str
    state: str
    name: str = ""
    email: str = ""
    phone: str = ""
    named_at: datetime | None = None


def fold_draft(draft: DraftShown | None, heard: Heard[RequestDrafted | RequestSubmitted]) -> DraftShown | None:
    """The newest draft; none once the request is public."""
    match heard.event:
        case RequestDrafted(content=content):
            return DraftShown(id=heard.identity, state=content.state, content=content, kept_at=heard.at)
        case _:
            return None


def fold_contact(
    contact: ContactShown | None, heard: Heard[RequestDrafted | RequestSubmitted | ContactNamed]
) -> ContactShown | None:
    """The newest contact, with the State that it belongs to."""
    match heard.event:
        case RequestDrafted(content=content) | RequestSubmitted(content=content):
            return contact or ContactShown(id=heard.identity, state=content.state)
        case ContactNamed(name=name, email=email, phone=phone):
            if contact is None:
                return None
            return contact.model_copy(update={"name": name, "email": email, "phone": phone, "named_at": heard.at})


DRAFT: Projection[DraftShown] = Projection(
    "draft",
    version=1,
    category=REQUESTS.category,
    events=(RequestDrafted, RequestSubmitted),
    document=DraftShown,
    fold=fold_draft,
    fields=("state",),
)
CONTACT: Projection[ContactShown] = Projection(
    "contact",
    version=1,
    category=REQUESTS.category,
    events=(RequestDrafted, RequestSubmitted, ContactNamed),
    document=ContactShown,
    fold=fold_contact,
)
