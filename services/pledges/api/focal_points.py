"""Whom to write to inside a donor: sealed on the way in, opened for the donor itself and the ISU."""

from datetime import date

from fastapi import APIRouter

from services.pledges.domain.donor import (
    DONORS,
    Donor,
    DonorCommand,
    DonorEvent,
    NameFocalPoint,
    NoSuchAgency,
    NoSuchDonor,
    must_have_agency,
)
from services.pledges.views.donor import FocalPointKept, FocalPointsKept
from shared.handling import Handler
from shared.http.problems import problems
from shared.http.reading import Reader
from shared.http.writing import Write
from shared.messages import Value
from shared.privacy.people import Opened, People, was_removed
from shared.privacy.routes import Unechoed
from shared.receipts import Receipt
from shared.text import Identity, Line, Words
from shared.views import View


def slot(agency: str) -> str:
    """An agency has one focal point at a time."""
    return f"focal-point/{agency}"


class FocalPointToName(Value):
    """Whom to write to in an agency. Kept sealed, under a key of its own; never published."""

    agency: Identity
    name: Line
    email: Words = ""


class FocalPointShown(Value):
    """Whom to write to in an agency.

    Blank where the person was removed (`removed_on`, a day in UTC) or cannot be read: `note` says why.
    """

    agency: str
    name: str
    email: str = ""
    removed_on: date | None = None
    note: str = ""


class FocalPoints(Value):
    """Whom to write to inside a donor; the newest one named for each agency."""

    donor: str
    focal_points: tuple[FocalPointShown, ...] = ()


def routes(
    donors: Handler[DonorCommand, DonorEvent, Donor], points: View[FocalPointsKept], people: People
) -> APIRouter:
    """Naming and reading focal points; these come before the routes that take a pledge's name."""
    router = APIRouter(prefix="/donors", tags=["donors"], route_class=Unechoed)

    @router.get("/{donor}/focal-points")
    async def whom_to_write_to(donor: Identity, read: Reader) -> FocalPoints:
        """Focal points, for the donor itself and the ISU."""
        read.caller.must_act_as_donor(donor)
        kept = await points.get(donor, after=read.after)
        return FocalPoints(donor=kept.donor, focal_points=tuple([await shown(donor, one) for one in kept.focal_points]))

    @router.post("/{donor}/focal-points", status_code=201, responses=problems(NoSuchDonor, NoSuchAgency))
    async def name_focal_point(donor: Identity, body: FocalPointToName, write: Write) -> Receipt:
        """Whom to write to in an agency; never published."""
        write.caller.must_act_as_donor(donor)
        # Refused as the command would be, before there is a key for nobody.
        must_have_agency((await donors.load(donor)).state, body.agency)
        details = {"name": body.name, "email": body.email}
        person = await people.seal(DONORS.stream(donor), slot(body.agency), details, write.named())
        return await write.send(donors, donor, NameFocalPoint(agency=body.agency, person=person))

    async def shown(donor: str, kept: FocalPointKept) -> FocalPointShown:
        opened = Opened()
        if kept.person is not None:
            (opened,) = await people.open(DONORS.stream(donor), slot(kept.agency), kept.person)
        elif kept.forgotten_at is not None and kept.forgotten_because is not None:
            opened = was_removed(kept.forgotten_because, kept.forgotten_at)
        return FocalPointShown(
            agency=kept.agency,
            name=opened.details.get("name", ""),
            email=opened.details.get("email", ""),
            removed_on=opened.removed_on,
            note=opened.note,
        )

    return router
