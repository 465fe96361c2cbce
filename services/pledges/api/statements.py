"""Help given and yearly totals, as sources state them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from services.pledges.domain.assistance import Assistance, AssistanceRecorded, RecordAssistance, name_of
from services.pledges.domain.donor import Donor, DonorCommand, DonorEvent
from services.pledges.domain.support import (
    StateDonorTotal,
    StateRecipientTotal,
    StateWorldSupport,
    Support,
    SupportCommand,
    SupportEvent,
    donor_stream,
    recipient_stream,
)
from services.pledges.domain.terms import Treaty
from services.pledges.views.assistance import AssistanceShown
from services.pledges.views.support import SupportShown
from shared.auth.caller import Caller
from shared.countries import Iso3, country_name
from shared.handling import Handler
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.messages import Forbidden
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View


def assistance_routes(
    assistance: Handler[RecordAssistance, AssistanceRecorded, Assistance],
    shown: View[AssistanceShown],
    donors: Handler[DonorCommand, DonorEvent, Donor],
) -> APIRouter:
    """Help given: a donor states its own, the ISU any."""
    router = APIRouter(prefix="/assistance", tags=["assistance"])

    async def must_be_its_own(said: RecordAssistance, caller: Caller) -> None:
        own = (await donors.load(caller.scope)).state.registered if caller.role == "donor" else None
        if own is None or own.iso3 is None or said.donor != own.iso3:
            caller.must_be("isu")
            return
        # "All donors" or another's name would turn it into a statement about others.
        names = ("", own.name, country_name(own.iso3))
        if said.donor_name not in names:
            raise Forbidden(
                "A donor states what it gave itself.",
                field="donor_name",
                found=said.donor_name,
                allowed=f"blank, {own.name} or {country_name(own.iso3)}",
            )

    @router.post("", status_code=201)
    async def record(body: RecordAssistance, write: Write) -> Receipt:
        """Keep a statement of help given; the same one twice is kept once."""
        await must_be_its_own(body, write.caller)
        return await write.send(assistance, name_of(body), body)

    @router.get("")
    async def assistance_found(
        read: Reader,
        donor: Iso3 | None = None,
        recipient: Iso3 | None = None,
        treaty: Treaty | None = None,
        year: Annotated[int | None, Query(ge=1990, le=2200)] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[AssistanceShown]:
        """Statements of help given; editions that revise a year all stand there."""
        where = {"donor": donor, "recipient": recipient, "treaty": treaty}
        return await shown.find(where, cursor, limit, read.after, keep=lambda one: year is None or one.covers(year))

    @router.get("/{id}")
    async def one_statement(id: Identity, read: Reader) -> AssistanceShown:
        """One statement."""
        return await shown.get(id, after=read.after)

    return router


def support_routes(support: Handler[SupportCommand, SupportEvent, Support], shown: View[SupportShown]) -> APIRouter:
    """Yearly totals as printed; the ISU records them."""
    router = APIRouter(prefix="/support", tags=["support"])

    @router.post("/donor-totals", status_code=201)
    async def state_donor_total(body: StateDonorTotal, write: Write) -> Receipt:
        """What a donor gave in a year."""
        write.caller.must_be("isu")
        return await write.send(support, donor_stream(body), body)

    @router.post("/recipient-totals", status_code=201)
    async def state_recipient_total(body: StateRecipientTotal, write: Write) -> Receipt:
        """What an affected State received in a year, and gave itself."""
        write.caller.must_be("isu")
        return await write.send(support, recipient_stream(body), body)

    @router.post("/world-totals", status_code=201)
    async def state_world_support(body: StateWorldSupport, write: Write) -> Receipt:
        """What all donors gave in a year."""
        write.caller.must_be("isu")
        return await write.send(support, "world", body)

    @router.get("")
    async def support_found(
        read: Reader,
        of: Literal["donor", "recipient", "world"] | None = None,
        country: Iso3 | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[SupportShown]:
        """Totals by donor, by recipient, and of the world."""
        return await shown.find({"of": of, "country": country}, cursor, limit, read.after)

    @router.get("/{id}")
    async def totals_of_one(id: Identity, read: Reader) -> SupportShown:
        """The totals of `donor-<code>`, `recipient-<code>` or `world`."""
        return await shown.get(id, after=read.after)

    return router
