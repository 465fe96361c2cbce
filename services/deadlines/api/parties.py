"""States Parties over HTTP: who joined when, who withdrew, and every date that follows from a deposit."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.deadlines.api.checking import EARLIEST, LATEST, AnotherThing, ImplausibleDay, same
from services.deadlines.computing import DatedDuty, SuccessionNeedsItsDate, compute
from services.deadlines.domain import party as rules
from services.deadlines.domain.party import PostponeWithdrawal, RecordWithdrawal, RegisterStateParty
from services.deadlines.policies import Parties
from services.deadlines.treaty import Action, FirstAnnual
from services.deadlines.treaty_rules import Treaty
from services.deadlines.views.cited import Cited
from services.deadlines.views.parties import PartyDocument
from shared.clock import Clock, today
from shared.countries import Iso3, country_name
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.messages import Value
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View


class PartyAnswer(Value):
    """A State under a treaty. `bound`: whether the treaty binds it today; dates None where not known here."""

    id: str
    treaty: Treaty
    state: Iso3
    name: str
    bound: bool
    entry_into_force: date | None
    deposited_on: date | None
    withdrawal_received_on: date | None
    withdrawal_effective_on: date | None
    registered: tuple[Cited[rules.StatePartyRegistered], ...]
    restated: tuple[Cited[rules.StatePartyRestated], ...]
    withdrawals: tuple[Cited[rules.WithdrawalReceived], ...]
    postponements: tuple[Cited[rules.WithdrawalPostponed], ...]


def answer(document: PartyDocument, on: date) -> PartyAnswer:
    """The party as of that day."""
    party = document.folded
    left = party.withdrawal
    return PartyAnswer(
        id=rules.identity(document.treaty, document.state),
        treaty=document.treaty,
        state=document.state,
        name=document.name or country_name(document.state),
        bound=party.bound_on(on),
        entry_into_force=party.entry_into_force,
        deposited_on=party.deposited_on,
        withdrawal_received_on=left.received_on if left else None,
        withdrawal_effective_on=left.effective_on if left else None,
        registered=document.registered,
        restated=document.restated,
        withdrawals=document.withdrawals,
        postponements=document.postponements,
    )


def routes(parties: Parties, documents: View[PartyDocument], clock: Clock) -> APIRouter:
    """Everything about membership. Only the ISU records it, from the depositary's notices."""
    router = APIRouter(tags=["parties"])

    @router.get("/parties")
    async def all_parties(
        read: Reader,
        treaty: Treaty | None = None,
        state: Iso3 | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[PartyAnswer]:
        """States Parties, past ones included."""
        page = await documents.find({"treaty": treaty, "state": state}, cursor, limit, read.after)
        return Page(items=[answer(one, today(clock)) for one in page.items], next=page.next)

    @router.get("/parties/{id}")
    async def one_party(id: Identity, read: Reader) -> PartyAnswer:
        """One State under one treaty."""
        return answer(await documents.get(id, after=read.after), today(clock))

    @router.post(
        "/parties/{id}",
        status_code=201,
        responses=problems(
            AnotherThing,
            ImplausibleDay,
            rules.SuccessionUndated,
            rules.SignedAfterDeposit,
            rules.InForceTooSoon,
            rules.NotByTheRule,
        ),
    )
    async def register_state_party(id: Identity, body: RegisterStateParty, write: Write) -> Receipt:
        """A State became a party (ISU)."""
        same(id, rules.identity(body.treaty, body.state), "state", body)
        write.caller.must_be("isu")
        return await write.send(parties, id, body)

    @router.post(
        "/parties/{id}/withdrawal",
        status_code=201,
        responses=problems(AnotherThing, ImplausibleDay, rules.WithdrawalUndated, rules.EffectBeforeReceipt),
    )
    async def record_withdrawal(id: Identity, body: RecordWithdrawal, write: Write) -> Receipt:
        """The depositary received a withdrawal (ISU)."""
        same(id, rules.identity(body.treaty, body.state), "state", body)
        write.caller.must_be("isu")
        return await write.send(parties, id, body)

    @router.post(
        "/parties/{id}/postponement",
        status_code=201,
        responses=problems(AnotherThing, ImplausibleDay, rules.NoWithdrawal, rules.NotPostponed),
    )
    async def postpone_withdrawal(id: Identity, body: PostponeWithdrawal, write: Write) -> Receipt:
        """The withdrawal takes effect later, while an armed conflict lasts (ISU)."""
        same(id, rules.identity(body.treaty, body.state), "state", body)
        write.caller.must_be("isu")
        return await write.send(parties, id, body)

    @router.get("/dates", tags=["rules"], responses=problems(SuccessionNeedsItsDate))
    async def dates_from_deposit(
        _: Reader,
        treaty: Treaty,
        deposited_on: Annotated[date, Query(ge=EARLIEST, le=LATEST)],
        action: Action = "ratification",
        entry_into_force: Annotated[date | None, Query(ge=EARLIEST, le=LATEST)] = None,
        first_annual: FirstAnnual = "year_after_initial",
    ) -> list[DatedDuty]:
        """Every date that follows from a deposit, each with its clause and its reckoning."""
        return compute(treaty, deposited_on, action, entry_into_force=entry_into_force, first_annual=first_annual)

    return router
