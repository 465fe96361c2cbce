"""Donors as everybody reads them; focal points, sealed, for the donor and the ISU. And pledge drafts."""

from datetime import datetime
from typing import assert_never

from services.pledges.domain.donor import (
    DONORS,
    AgencyAdded,
    CapacityStated,
    DonorEvent,
    DonorProfileChanged,
    DonorRegistered,
    FocalPointNamed,
)
from services.pledges.domain.earlier import UPCASTS
from services.pledges.domain.messages import PledgeAnnounced, PledgeDrafted
from services.pledges.domain.pledge import PLEDGES
from services.pledges.domain.terms import PledgeTerms
from shared.heard import Heard
from shared.messages import Value
from shared.privacy.messages import ForgetReason, Person, PersonForgotten, SealedPerson
from shared.projection import Projection


class DonorShown(Value):
    """A donor: offices, priorities, what it can give each year."""

    id: str
    name: str
    iso3: str | None
    profile: DonorProfileChanged = DonorProfileChanged()
    capacity: tuple[CapacityStated, ...] = ()
    agencies: tuple[AgencyAdded, ...] = ()
    changed_at: datetime
    link: str


class FocalPointKept(Value):
    """Whom to write to in an agency, sealed; nobody once forgotten."""

    agency: str
    person: Person | None
    forgotten_at: datetime | None = None
    forgotten_because: ForgetReason | None = None

    def is_of(self, subject: str) -> bool:
        """Whether that subject stands here."""
        return isinstance(self.person, SealedPerson) and self.person.subject == subject


class FocalPointsKept(Value):
    """Whom to write to inside a donor; the newest one named for each agency."""

    donor: str
    focal_points: tuple[FocalPointKept, ...] = ()


class PledgeDraft(Value):
    """A pledge as its donor prepares it."""

    id: str
    donor: str
    terms: PledgeTerms
    kept_at: datetime


def fold(donor: DonorShown | None, heard: Heard[DonorEvent]) -> DonorShown | None:
    """The donor after the event."""
    event = heard.event
    if isinstance(event, DonorRegistered):
        return DonorShown(id=heard.identity, name=event.name, iso3=event.iso3, changed_at=heard.at, link=heard.link)
    if donor is None:
        return None
    donor = donor.model_copy(update={"changed_at": heard.at})
    match event:
        case DonorProfileChanged():
            return donor.model_copy(update={"profile": event})
        case CapacityStated(year=year):
            others = [one for one in donor.capacity if one.year != year]
            return donor.model_copy(update={"capacity": tuple(sorted([*others, event], key=lambda one: one.year))})
        case AgencyAdded(agency=agency):
            kept = tuple(one for one in donor.agencies if one.agency != agency)
            return donor.model_copy(update={"agencies": (*kept, event)})
        case FocalPointNamed() | PersonForgotten():
            return donor
        case _:
            assert_never(event)


def fold_focal_points(
    points: FocalPointsKept | None, heard: Heard[DonorRegistered | FocalPointNamed | PersonForgotten]
) -> FocalPointsKept | None:
    """The focal points after the event."""
    match heard.event:
        case DonorRegistered():
            return points or FocalPointsKept(donor=heard.identity)
        case FocalPointNamed(agency=agency, person=person):
            kept = tuple(one for one in points.focal_points if one.agency != agency) if points else ()
            named = FocalPointKept(agency=agency, person=person)
            return FocalPointsKept(donor=heard.identity, focal_points=(*kept, named))
        case PersonForgotten(subject=subject, reason=reason):
            if points is None:
                return None
            gone = {"person": None, "forgotten_at": heard.at, "forgotten_because": reason}
            left = (one.model_copy(update=gone) if one.is_of(subject) else one for one in points.focal_points)
            return FocalPointsKept(donor=points.donor, focal_points=tuple(left))


def fold_draft(draft: PledgeDraft | None, heard: Heard[PledgeDrafted | PledgeAnnounced]) -> PledgeDraft | None:
    """The newest draft; none once the pledge is public."""
    match heard.event:
        case PledgeDrafted(terms=terms):
            return PledgeDraft(id=heard.identity, donor=terms.donor, terms=terms, kept_at=heard.at)
        case _:
            return None


DONOR: Projection[DonorShown] = Projection(
    "donor",
    version=1,
    category=DONORS.category,
    events=(DonorRegistered, DonorProfileChanged, CapacityStated, AgencyAdded),
    document=DonorShown,
    fold=fold,
    fields=("iso3",),
)
FOCAL_POINTS: Projection[FocalPointsKept] = Projection(
    "focal_points",
    version=2,
    category=DONORS.category,
    events=(DonorRegistered, FocalPointNamed, PersonForgotten),
    document=FocalPointsKept,
    fold=fold_focal_points,
    upcasts=UPCASTS,
)
DRAFT: Projection[PledgeDraft] = Projection(
    "pledge_draft",
    version=1,
    category=PLEDGES.category,
    events=(PledgeDrafted, PledgeAnnounced),
    document=PledgeDraft,
    fold=fold_draft,
    fields=("donor",),
)
