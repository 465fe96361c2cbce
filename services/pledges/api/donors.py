"""Donors: their profile, their offices, and their list for a year's report."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import TypeAdapter, ValidationError

from services.pledges.api.checking import must_be_of
from services.pledges.domain.donor import (
    AddAgency,
    AlreadyRegistered,
    ChangeDonorProfile,
    Donor,
    DonorCommand,
    DonorEvent,
    NoSuchDonor,
    RegisterDonor,
    StateCapacity,
)
from services.pledges.views.assistance import AssistanceShown, YearOfAssistance, year_of
from services.pledges.views.donor import DonorShown
from services.pledges.views.pledge import PledgeShown
from shared.countries import Iso3
from shared.handling import Handler
from shared.http.past import NoSuchDay, When
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.messages import Unacceptable
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View

_ISO3: TypeAdapter[str] = TypeAdapter(Iso3)


class OtherDonor(Unacceptable):
    """The donor in the body must be the one in the path."""


def routes(
    donors: Handler[DonorCommand, DonorEvent, Donor],
    shown: View[DonorShown],
    assistance: View[AssistanceShown],
    pledges: View[PledgeShown],
) -> APIRouter:
    """Below `/donors`, so these come before the routes that take a pledge's name."""
    router = APIRouter(prefix="/donors", tags=["donors"])

    @router.get("", responses=problems(NoSuchDay))
    async def donors_found(
        read: Reader, when: When, iso3: Iso3 | None = None, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[DonorShown]:
        """Donors with priorities and capacity, now or as of an earlier day; no contacts."""
        return await shown.find({"iso3": iso3}, cursor, limit, read.after, on=when)

    @router.get("/{donor}", responses=problems(NoSuchDay))
    async def one_donor(donor: Identity, read: Reader, when: When) -> DonorShown:
        """One donor."""
        return await shown.get(donor, after=read.after, on=when)

    @router.get("/{donor}/assistance")
    async def given_in_a_year(
        donor: Identity, read: Reader, year: Annotated[int, Query(ge=1990, le=2200)]
    ) -> YearOfAssistance:
        """What the donor gave in the year, as its report needs it. `donor`: its name here, or a country's code."""
        known = await shown.peek(donor, after=read.after)
        country = known.iso3 if known else _country(donor)
        statements = await assistance.every({"donor": country}, read.after) if country else []
        own = await pledges.every({"donor": donor}, read.after)
        return year_of(donor, year, statements, own)

    @router.post("/{donor}/registration", status_code=201, responses=problems(AlreadyRegistered, OtherDonor))
    async def register(donor: Identity, body: RegisterDonor, write: Write) -> Receipt:
        """Name a donor, by itself or by the ISU. Its country: the ISU, or who signs in under its code."""
        write.caller.must_act_as_donor(donor)
        must_be_of(write.caller, body.iso3)
        if body.donor != donor:
            raise OtherDonor(field="donor", found=body.donor, allowed=donor)
        return await write.send(donors, donor, body)

    @router.post("/{donor}/profile", status_code=201, responses=problems(NoSuchDonor))
    async def change_profile(donor: Identity, body: ChangeDonorProfile, write: Write) -> Receipt:
        """Priorities, criteria and the donor's own weights for the ranking, as a whole."""
        write.caller.must_act_as_donor(donor)
        return await write.send(donors, donor, body)

    @router.post("/{donor}/capacity", status_code=201, responses=problems(NoSuchDonor))
    async def state_capacity(donor: Identity, body: StateCapacity, write: Write) -> Receipt:
        """What the donor can give in a year."""
        write.caller.must_act_as_donor(donor)
        return await write.send(donors, donor, body)

    @router.post("/{donor}/agencies", status_code=201, responses=problems(NoSuchDonor))
    async def add_agency(donor: Identity, body: AddAgency, write: Write) -> Receipt:
        """An office of the donor that sees or acts."""
        write.caller.must_act_as_donor(donor)
        return await write.send(donors, donor, body)

    return router


def _country(donor: str) -> str | None:
    try:
        return _ISO3.validate_python(donor)
    except ValidationError:
        return None
