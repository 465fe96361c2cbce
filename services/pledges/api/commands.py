"""What a donor, or the ISU for it, does with its pledges."""

from fastapi import APIRouter

from services.pledges.domain.messages import (
    AlreadyAnnounced,
    AlreadyConfirmed,
    AnnouncePledge,
    CancelPledge,
    ConfirmPledge,
    Disburse,
    DisbursementDiffers,
    DonorFixed,
    DraftPledge,
    FulfilPledge,
    InKindOnly,
    MoreThanConfirmed,
    MoreThanStands,
    NoSuchPledge,
    NotAllDisbursed,
    NotAnnounced,
    NothingMoved,
    NothingPromised,
    OtherCurrency,
    PledgeCommand,
    PledgeEnded,
    PledgeEvent,
    RedirectPledge,
    ReducePledge,
    UnknownTranche,
)
from services.pledges.domain.pledge import Pledge
from shared.auth.caller import Caller
from shared.clock import Clock
from shared.handling import Handler
from shared.http.days import NotYet, happened
from shared.http.problems import problems
from shared.http.writing import Write
from shared.messages import Refused
from shared.receipts import Receipt
from shared.text import Identity


class NameTaken(Refused):
    """That name is in use: take another."""


Pledges = Handler[PledgeCommand, PledgeEvent, Pledge]
_MONEY = (NoSuchPledge, NotAnnounced, PledgeEnded, InKindOnly, OtherCurrency, NothingMoved)


def routes(pledges: Pledges, clock: Clock) -> APIRouter:
    """Every command of a pledge; a donor acts as itself, the ISU for any."""
    router = APIRouter(tags=["pledges"])

    def owned(pledge: Pledge, caller: Caller) -> bool:
        # Whose it is stays the same for ever (DonorFixed).
        return pledge.donor is not None and caller.acts_as_donor(pledge.donor)

    async def must_own(id: str, caller: Caller) -> None:
        pledge = (await pledges.load(id, settled=lambda known: owned(known, caller))).state
        # Nobody else learns that there is a draft, nor whose it is.
        if pledge.donor is None or (pledge.life == "drafted" and not caller.acts_as_donor(pledge.donor)):
            raise NoSuchPledge(field="id", found=id)
        caller.must_act_as_donor(pledge.donor)

    async def must_own_if_there(id: str, caller: Caller) -> None:
        pledge = (await pledges.load(id, settled=lambda known: owned(known, caller))).state
        if pledge.life == "drafted" and pledge.donor is not None and not caller.acts_as_donor(pledge.donor):
            raise NameTaken(field="id", found=id)
        if pledge.donor is not None:
            caller.must_act_as_donor(pledge.donor)

    @router.post("", status_code=201, responses=problems(AlreadyAnnounced))
    async def draft_new(body: DraftPledge, write: Write) -> Receipt:
        """Begin a draft under a fresh name; the receipt's stream is `pledge-<name>`."""
        write.caller.must_act_as_donor(body.terms.donor)
        return await write.send(pledges, write.fresh("pledge"), body)

    @router.post("/{id}/draft", status_code=201, responses=problems(AlreadyAnnounced, PledgeEnded, DonorFixed))
    async def draft(id: Identity, body: DraftPledge, write: Write) -> Receipt:
        """Keep a draft, in place of an earlier one; nobody else sees it."""
        write.caller.must_act_as_donor(body.terms.donor)
        await must_own_if_there(id, write.caller)
        return await write.send(pledges, id, body)

    @router.post(
        "/{id}/announcement",
        status_code=201,
        responses=problems(AlreadyAnnounced, PledgeEnded, NothingPromised, DonorFixed, NoSuchPledge, NotYet),
    )
    async def announce(id: Identity, body: AnnouncePledge, write: Write) -> Receipt:
        """Make it public: the terms given, else the draft. A need line's answer follows by itself."""
        happened(body.announced_on, "announced_on", clock)
        if body.terms is None:
            await must_own(id, write.caller)
        else:
            write.caller.must_act_as_donor(body.terms.donor)
            await must_own_if_there(id, write.caller)
        return await write.send(pledges, id, body)

    @router.post(
        "/{id}/confirmations", status_code=201, responses=problems(*_MONEY, AlreadyConfirmed, MoreThanStands, NotYet)
    )
    async def confirm(id: Identity, body: ConfirmPledge, write: Write) -> Receipt:
        """Commit firmly and in writing, all or a part."""
        happened(body.confirmed_on, "confirmed_on", clock)
        await must_own(id, write.caller)
        return await write.send(pledges, id, body)

    @router.post(
        "/{id}/disbursements",
        status_code=201,
        responses=problems(*_MONEY, MoreThanConfirmed, DisbursementDiffers, UnknownTranche, NotYet),
    )
    async def disburse(id: Identity, body: Disburse, write: Write) -> Receipt:
        """Record a payment; the same disbursement twice is kept once."""
        happened(body.disbursed_on, "disbursed_on", clock)
        await must_own(id, write.caller)
        return await write.send(pledges, id, body)

    @router.post(
        "/{id}/fulfilment",
        status_code=201,
        responses=problems(NoSuchPledge, NotAnnounced, PledgeEnded, NotAllDisbursed, NotYet),
    )
    async def fulfil(id: Identity, body: FulfilPledge, write: Write) -> Receipt:
        """Say that everything that stands has been given."""
        happened(body.fulfilled_on, "fulfilled_on", clock)
        await must_own(id, write.caller)
        return await write.send(pledges, id, body)

    @router.post("/{id}/reductions", status_code=201, responses=problems(*_MONEY, MoreThanStands))
    async def reduce(id: Identity, body: ReducePledge, write: Write) -> Receipt:
        """Take so much off; the request gives back what it holds of it."""
        await must_own(id, write.caller)
        return await write.send(pledges, id, body)

    @router.post("/{id}/redirections", status_code=201, responses=problems(*_MONEY, MoreThanStands))
    async def redirect(id: Identity, body: RedirectPledge, write: Write) -> Receipt:
        """Put so much behind another target: what is free first, then from the latest target."""
        await must_own(id, write.caller)
        return await write.send(pledges, id, body)

    @router.post(
        "/{id}/cancellation",
        status_code=201,
        responses=problems(NoSuchPledge, NotAnnounced, PledgeEnded, MoreThanStands),
    )
    async def cancel(id: Identity, body: CancelPledge, write: Write) -> Receipt:
        """Take back all that has not been disbursed."""
        await must_own(id, write.caller)
        return await write.send(pledges, id, body)

    return router
