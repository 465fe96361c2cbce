"""A donor's pledge: announced, confirmed, disbursed in parts, fulfilled (CCM 6, APMBC 6). Stream `pledge-<id>`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never, get_args

from services.pledges.domain.books import Books, opened
from services.pledges.domain.messages import (
    AllocationRecorded,
    AllocationReturned,
    AlreadyAnnounced,
    AlreadyConfirmed,
    AnnouncePledge,
    CancelPledge,
    ConfirmPledge,
    Disburse,
    Disbursed,
    DisbursementDiffers,
    DonorFixed,
    DraftPledge,
    FulfilPledge,
    InKindAnswered,
    InKindOnly,
    InKindRecalled,
    MoreThanConfirmed,
    MoreThanStands,
    NoSuchPledge,
    NotAllDisbursed,
    NotAnnounced,
    NothingMoved,
    NothingPromised,
    OfferLowered,
    OtherCurrency,
    PledgeAnnounced,
    PledgeCancelled,
    PledgeCommand,
    PledgeConfirmed,
    PledgeDrafted,
    PledgeEnded,
    PledgeEvent,
    PledgeFulfilled,
    PledgeOffered,
    PledgeRedirected,
    PledgeReduced,
    RecordAllocation,
    RecordInKindAnswer,
    RecordRelease,
    RecordSurplus,
    RedirectPledge,
    ReducePledge,
    SurplusRecorded,
    UnknownTranche,
)
from services.pledges.domain.terms import PledgeTerms
from shared.decider import Decider
from shared.messages import Refused
from shared.money import Money, total

Life = Literal["none", "drafted", "announced", "fulfilled", "cancelled"]


@dataclass(frozen=True)
class Pledge:
    """What must be known to decide. `books` is None for help in kind only."""

    life: Life = "none"
    terms: PledgeTerms | None = None
    books: Books | None = None
    committed: Money | None = None
    """The sum of all commitments; what was taken off afterwards falls out of `confirmed`."""
    disbursements: Mapping[str, Disbursed] = field(default_factory=dict)
    answers: frozenset[str] = frozenset()
    """The requests' answers that are entered already: hearing one twice changes nothing."""

    @property
    def donor(self) -> str | None:
        """Whose pledge it is; None where there is none yet."""
        return self.terms.donor if self.terms else None


def confirmed(books: Books, committed: Money | None) -> Money:
    """What is firmly committed now: never more than stands."""
    return min(committed or Money.zero(books.announced.currency), books.stands)


def disbursed(books: Books, disbursements: Iterable[Disbursed]) -> Money:
    """What has been paid so far, in the currency of the announcement."""
    return total((paid.amount for paid in disbursements), books.announced.currency)


def decide(command: PledgeCommand, pledge: Pledge) -> tuple[PledgeEvent, ...]:
    """What follows from the command. A request's answer is never refused."""
    match command:
        case DraftPledge(terms=terms):
            _not_public_yet(pledge)
            _same_donor(terms, pledge)
            return (PledgeDrafted(terms=terms),) if terms != pledge.terms else ()
        case AnnouncePledge():
            return _announce(command, pledge)
        case ConfirmPledge():
            return _confirm(command, pledge)
        case Disburse():
            return _disburse(command, pledge)
        case FulfilPledge(fulfilled_on=fulfilled_on):
            _in_force(pledge)
            if pledge.books and disbursed(pledge.books, pledge.disbursements.values()) != pledge.books.stands:
                raise NotAllDisbursed(allowed=f"{pledge.books.stands} disbursed")
            return (PledgeFulfilled(fulfilled_on=fulfilled_on),)
        case ReducePledge(amount=amount, reason=reason):
            books = _money(pledge)
            _can_be_taken(amount, books, pledge)
            if amount == books.stands:
                raise MoreThanStands("Nothing would be left: cancel the pledge instead.", field="amount")
            reduced = PledgeReduced(amount=amount, reason=reason, taken=books.take(amount))
            return _with_consequences(reduced, pledge)
        case RedirectPledge():
            return _redirect(command, pledge)
        case CancelPledge(reason=reason):
            return _cancel(reason, pledge)
        case RecordAllocation() | RecordSurplus() | RecordRelease() | RecordInKindAnswer():
            return _record(command, pledge)
        case _:
            assert_never(command)


def evolve(pledge: Pledge, event: PledgeEvent) -> Pledge:
    """The pledge after the event."""
    match event:
        case PledgeDrafted(terms=terms):
            return replace(pledge, life="drafted", terms=terms)
        case PledgeAnnounced(target=target, amount=amount):
            terms = PledgeTerms.model_validate(event.model_dump(exclude={"announced_on"}))
            return replace(pledge, life="announced", terms=terms, books=opened(amount, target) if amount else None)
        case PledgeConfirmed(amount=amount):
            if amount is None:
                return pledge
            before = pledge.committed or Money.zero(amount.currency)
            # What was committed and then taken off is no longer committed: count anew from there.
            still = confirmed(pledge.books, before) if pledge.books else before
            return replace(pledge, committed=still + amount)
        case Disbursed(disbursement=disbursement):
            return replace(pledge, disbursements={**pledge.disbursements, disbursement: event})
        case PledgeFulfilled():
            return replace(pledge, life="fulfilled")
        case PledgeCancelled():
            return replace(pledge, life="cancelled", books=enter(pledge.books, event))
        case PledgeOffered() | OfferLowered() | InKindRecalled() | PledgeReduced() | PledgeRedirected():
            return replace(pledge, books=enter(pledge.books, event))
        case AllocationRecorded(answer=answer) | SurplusRecorded(answer=answer) | AllocationReturned(answer=answer):
            return replace(pledge, books=enter(pledge.books, event), answers=pledge.answers | {answer})
        case InKindAnswered(answer=answer):
            return replace(pledge, answers=pledge.answers | {answer})
        case _:
            assert_never(event)


def enter(books: Books | None, event: PledgeEvent) -> Books | None:
    """The books after the event; events that move no money leave them as they are."""
    if books is None:
        return None
    match event:
        case PledgeReduced(amount=amount, taken=taken):
            return replace(books.less(taken), reduced=books.reduced + amount)
        case PledgeCancelled(amount=amount, taken=taken) if amount is not None:
            return replace(books.less(taken), cancelled=books.cancelled + amount)
        case PledgeRedirected(target=target, amount=amount, taken=taken):
            return books.less(taken).with_attempt(target, amount, tuple(part.attempt for part in taken))
        case PledgeOffered(attempt=attempt):
            return books.offered(attempt)
        case AllocationRecorded(attempt=attempt, amount=amount):
            return books.answered(attempt, "allocated", amount)
        case SurplusRecorded(attempt=attempt, amount=amount):
            return books.answered(attempt, "surplus", amount)
        case AllocationReturned(attempt=attempt, amount=amount):
            return books.answered(attempt, "released", amount)
        case _:
            return books


def _announce(command: AnnouncePledge, pledge: Pledge) -> tuple[PledgeEvent, ...]:
    _not_public_yet(pledge)
    terms = command.terms or pledge.terms
    if terms is None:
        raise NothingPromised(field="terms")
    _same_donor(terms, pledge)
    announced = PledgeAnnounced.model_validate({**terms.model_dump(), "announced_on": command.announced_on})
    if terms.amount is None:
        return (announced, *_offered_in_kind(terms))
    return _with_consequences(announced, pledge)


def _confirm(command: ConfirmPledge, pledge: Pledge) -> tuple[PledgeEvent, ...]:
    _in_force(pledge)
    if pledge.books is None:
        if command.amount is not None:
            raise InKindOnly(field="amount")
        return (PledgeConfirmed(confirmed_on=command.confirmed_on, reference=command.reference),)
    unconfirmed = pledge.books.stands - confirmed(pledge.books, pledge.committed)
    if not unconfirmed:
        raise AlreadyConfirmed()
    amount = command.amount or unconfirmed
    _is_money_of(pledge.books, amount)
    if unconfirmed < amount:
        raise MoreThanStands(field="amount", found=str(amount), allowed=f"up to {unconfirmed}")
    return (PledgeConfirmed(confirmed_on=command.confirmed_on, reference=command.reference, amount=amount),)


def _disburse(command: Disburse, pledge: Pledge) -> tuple[PledgeEvent, ...]:
    paid = Disbursed.model_validate(command.model_dump())
    if (before := pledge.disbursements.get(command.disbursement)) is not None:
        if before == paid:
            return ()
        raise DisbursementDiffers(field="disbursement", found=command.disbursement)
    books = _money(pledge)
    _is_money_of(books, command.amount)
    left = confirmed(books, pledge.committed) - disbursed(books, pledge.disbursements.values())
    if left < command.amount:
        raise MoreThanConfirmed(field="amount", found=str(command.amount), allowed=f"up to {left}")
    tranches = [part.tranche for part in pledge.terms.tranches] if pledge.terms else []
    if command.tranche is not None and command.tranche not in tranches:
        raise UnknownTranche(field="tranche", found=command.tranche, allowed=", ".join(tranches) or "none")
    return (paid,)


def _redirect(command: RedirectPledge, pledge: Pledge) -> tuple[PledgeEvent, ...]:
    books = _money(pledge)
    _can_be_taken(command.amount, books, pledge)
    redirected = PledgeRedirected(
        attempt=len(books.attempts) + 1,
        target=command.target,
        amount=command.amount,
        reason=command.reason,
        taken=books.take(command.amount),
    )
    return _with_consequences(redirected, pledge)


def _cancel(reason: str, pledge: Pledge) -> tuple[PledgeEvent, ...]:
    _in_force(pledge)
    recalled = tuple(
        InKindRecalled(attempt=offer.attempt, request=offer.request, line=offer.line)
        for offer in (_offered_in_kind(pledge.terms) if pledge.terms else ())
    )
    if pledge.books is None:
        return (PledgeCancelled(reason=reason), *recalled)
    rest = pledge.books.stands - disbursed(pledge.books, pledge.disbursements.values())
    if not rest:
        raise MoreThanStands("All that stands has been disbursed: nothing is left to cancel.")
    cancelled = PledgeCancelled(reason=reason, amount=rest, taken=pledge.books.take(rest))
    return (*_with_consequences(cancelled, pledge), *recalled)


def _record(
    command: RecordAllocation | RecordSurplus | RecordRelease | RecordInKindAnswer, pledge: Pledge
) -> tuple[PledgeEvent, ...]:
    if command.answer in pledge.answers:
        return ()
    heard = command.model_dump()
    if isinstance(command, RecordInKindAnswer):
        return (InKindAnswered.model_validate(heard),) if pledge.terms else ()
    attempt = pledge.books.attempt(command.attempt) if pledge.books else None
    if attempt is None or attempt.put.currency != command.amount.currency:
        return ()  # an answer to what was never offered moves no money
    match command:
        case RecordAllocation():
            return _with_consequences(AllocationRecorded.model_validate(heard), pledge)
        case RecordSurplus():
            return _with_consequences(SurplusRecorded.model_validate(heard), pledge)
        case RecordRelease():
            return _with_consequences(AllocationReturned.model_validate(heard), pledge)
        case _:
            assert_never(command)


def _with_consequences(event: PledgeEvent, pledge: Pledge) -> tuple[PledgeEvent, ...]:
    """The event, then what requests must hear of it: lower levels, and offers whose money is here."""
    after = evolve(pledge, event)
    if after.books is None or after.terms is None:
        return (event,)
    taken = event.taken if isinstance(event, PledgeReduced | PledgeRedirected | PledgeCancelled) else ()
    lowered = tuple(
        OfferLowered(
            attempt=attempt.attempt,
            request=attempt.target.request or "",
            line=attempt.target.line or "",
            standing=attempt.stands,
        )
        for attempt in (after.books.attempts[part.attempt - 1] for part in taken)
        if attempt.offered and not after.books.is_back(attempt.attempt)
    )
    offered = tuple(
        PledgeOffered(
            donor=after.terms.donor,
            attempt=attempt.attempt,
            request=attempt.target.request or "",
            line=attempt.target.line or "",
            amount=attempt.put,
            in_kind=after.terms.in_kind if attempt.attempt == 1 else "",
        )
        for attempt in after.books.to_offer()
    )
    return (event, *lowered, *offered)


def _offered_in_kind(terms: PledgeTerms) -> tuple[PledgeOffered, ...]:
    target = terms.target
    if not terms.in_kind or target.request is None or target.line is None or target.kind != "need_line":
        return ()
    return (
        PledgeOffered(donor=terms.donor, attempt=1, request=target.request, line=target.line, in_kind=terms.in_kind),
    )


def _can_be_taken(amount: Money, books: Books, pledge: Pledge) -> None:
    _is_money_of(books, amount)
    left = books.stands - disbursed(books, pledge.disbursements.values())
    if left < amount:
        raise MoreThanStands(field="amount", found=str(amount), allowed=f"up to {left} (stands, not disbursed)")


def _is_money_of(books: Books, amount: Money) -> None:
    if amount.currency != books.announced.currency:
        raise OtherCurrency(field="amount.currency", found=amount.currency, allowed=books.announced.currency)
    if not amount:
        raise NothingMoved(field="amount.amount", found="0")


def _money(pledge: Pledge) -> Books:
    _in_force(pledge)
    if pledge.books is None:
        raise InKindOnly()
    return pledge.books


def _same_donor(terms: PledgeTerms, pledge: Pledge) -> None:
    if pledge.donor is not None and terms.donor != pledge.donor:
        raise DonorFixed(field="terms.donor", found=terms.donor, allowed=pledge.donor)


def _not_public_yet(pledge: Pledge) -> None:
    match pledge.life:
        case "none" | "drafted":
            return
        case "announced":
            raise AlreadyAnnounced()
        case "fulfilled" | "cancelled":
            raise PledgeEnded()
        case _:
            assert_never(pledge.life)


def _in_force(pledge: Pledge) -> None:
    refusal: type[Refused]
    match pledge.life:
        case "announced":
            return
        case "none":
            refusal = NoSuchPledge
        case "drafted":
            refusal = NotAnnounced
        case "fulfilled" | "cancelled":
            refusal = PledgeEnded
        case _:
            assert_never(pledge.life)
    raise refusal()


PLEDGES: Decider[PledgeCommand, PledgeEvent, Pledge] = Decider(
    "pledge", Pledge(), decide, evolve, events=get_args(PledgeEvent), snapshot_every=200
)
