"""A partnership with everything that sources say about it, side by side."""

from services.coalitions.domain.partnership import Called, PartnershipRecorded
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection
from shared.provenance import Statement


class Said(Value):
    """What one source says."""

    partners: str
    established: str
    purpose: str
    outcome: str
    called: Called
    statement: Statement
    link: str


class PartnershipPage(Value):
    """A partnership by the newest statement recorded, with all of them; `state` blank: no State is named."""

    partnership: str
    name: str
    state: str
    called: Called
    said: tuple[Said, ...] = ()


def fold(page: PartnershipPage | None, heard: Heard[PartnershipRecorded]) -> PartnershipPage | None:
    """The page with one more statement."""
    event = heard.event
    said = Said(
        partners=event.partners,
        established=event.established,
        purpose=event.purpose,
        outcome=event.outcome,
        called=event.called,
        statement=event.statement,
        link=heard.link,
    )
    return PartnershipPage(
        partnership=heard.identity,
        name=event.name,
        state=event.state or "",
        called=event.called,
        said=(*(page.said if page else ()), said),
    )


PARTNERSHIP_PAGES = Projection(
    "partnership_pages",
    version=1,
    category="partnership",
    events=(PartnershipRecorded,),
    document=PartnershipPage,
    fold=fold,
    fields=("state", "called"),
)
