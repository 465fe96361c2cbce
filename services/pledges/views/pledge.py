"""A pledge as everybody reads it: how far it is on the ladder, and where every cent of it stands.

A pledge is no funding yet, a commitment and a disbursement are: the three sums stand apart and are
never added (IATI transaction types 12, 2 and 3).
"""

from datetime import date, datetime
from typing import Literal

from services.pledges.domain.books import Attempt, Books, opened
from services.pledges.domain.messages import (
    AllocationRecorded,
    AllocationReturned,
    Disbursed,
    InKindAnswer,
    InKindAnswered,
    PledgeAnnounced,
    PledgeCancelled,
    PledgeConfirmed,
    PledgeEvent,
    PledgeFulfilled,
    PledgeOffered,
    PledgeRedirected,
    PledgeReduced,
    SurplusRecorded,
)
from services.pledges.domain.pledge import PLEDGES, confirmed, disbursed, enter
from services.pledges.domain.terms import Earmarking, Target, Tranche
from shared.dates import PartialDate
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money, total
from shared.projection import Projection

Status = Literal["announced", "confirmed", "disbursing", "fulfilled", "cancelled"]


class LadderShown(Value):
    """The sums of the ladder, in the pledge's currency. `stands` = announced - reduced - cancelled."""

    announced: Money
    stands: Money
    confirmed: Money
    disbursed: Money


class BooksShown(Value):
    """Where what was announced stands; these six add up to it.

    allocated: covers need lines · awaited: no answer yet, or still on its way · directed: meant for
    what gives no answer · free: came back and can be redirected · reduced, cancelled: taken off.
    """

    allocated: Money
    awaited: Money
    directed: Money
    free: Money
    reduced: Money
    cancelled: Money


class AttemptShown(Value):
    """One target of the pledge, with what stands there."""

    attempt: int
    target: Target
    stands: Money
    allocated: Money
    awaited: Money
    directed: Money
    free: Money


class TrancheShown(Value):
    """A part meant to be paid by itself, with what was paid of it."""

    tranche: str
    amount: Money
    expected_on: PartialDate
    disbursed: Money


class DisbursementShown(Value):
    """One payment: the sum in the pledge's currency, its day, and the instalment that it belongs to."""

    disbursement: str
    amount: Money
    disbursed_on: date
    tranche: str | None
    link: str


class InKindStands(Value):
    """What the request said to the help in kind, newest."""

    request: str
    line: str
    said: InKindAnswer
    reason: str


class Step(Value):
    """A change with its reason: reduced, redirected, cancelled, or money that came back."""

    what: Literal["reduced", "redirected", "cancelled", "surplus", "released"]
    amount: Money | None
    reason: str
    at: datetime
    link: str


class PledgeShown(Value):
    """A public pledge. `attempts_kept` are the books from which the sums are reckoned."""

    id: str
    donor: str
    status: Status
    target: Target
    targets: tuple[AttemptShown, ...] = ()
    in_kind: str
    in_kind_answer: InKindStands | None = None
    ladder: LadderShown | None = None
    books: BooksShown | None = None
    tranches: tuple[TrancheShown, ...] = ()
    disbursements: tuple[DisbursementShown, ...] = ()
    earmarking: Earmarking
    conditions: str
    run: str
    year: int | None
    announced_on: date
    confirmed_on: date | None = None
    reference: str = ""
    fulfilled_on: date | None = None
    steps: tuple[Step, ...] = ()
    changed_at: datetime
    link: str
    attempts_kept: tuple[Attempt, ...] = ()
    committed: Money | None = None

    def concerns(self, request: str) -> bool:
        """Whether any of its targets is a line of that request."""
        return self.target.request == request or any(one.target.request == request for one in self.targets)


def fold(shown: PledgeShown | None, heard: Heard[PledgeEvent]) -> PledgeShown | None:
    """The pledge after the event; nothing is shown before it is announced."""
    event = heard.event
    if isinstance(event, PledgeAnnounced):
        fresh = _announced(event, heard)
        return _reckoned(fresh, opened(event.amount, event.target) if event.amount else None, event.tranches)
    if shown is None:
        return None
    books = _books(shown)
    changed = _changed(shown, heard, books).model_copy(update={"changed_at": heard.at})
    return _reckoned(changed, enter(books, event))


def _announced(event: PledgeAnnounced, heard: Heard[PledgeEvent]) -> PledgeShown:
    return PledgeShown(
        id=heard.identity,
        donor=event.donor,
        status="announced",
        target=event.target,
        in_kind=event.in_kind,
        earmarking=event.earmarking,
        conditions=event.conditions,
        run=event.run,
        year=event.year,
        announced_on=event.announced_on,
        changed_at=heard.at,
        link=heard.link,
    )


def _changed(shown: PledgeShown, heard: Heard[PledgeEvent], books: Books | None) -> PledgeShown:
    event = heard.event
    match event:
        case PledgeConfirmed(confirmed_on=confirmed_on, reference=reference, amount=amount):
            status = "confirmed" if shown.status == "announced" else shown.status
            update: dict[str, object] = {"status": status, "confirmed_on": confirmed_on, "reference": reference}
            if amount is not None and books is not None:
                update["committed"] = confirmed(books, shown.committed) + amount
            return shown.model_copy(update=update)
        case Disbursed(disbursement=name, amount=amount, disbursed_on=disbursed_on, tranche=tranche):
            paid = DisbursementShown(
                disbursement=name, amount=amount, disbursed_on=disbursed_on, tranche=tranche, link=heard.link
            )
            return shown.model_copy(update={"status": "disbursing", "disbursements": (*shown.disbursements, paid)})
        case PledgeFulfilled(fulfilled_on=fulfilled_on):
            return shown.model_copy(update={"status": "fulfilled", "fulfilled_on": fulfilled_on})
        case PledgeReduced(amount=amount, reason=reason):
            return _with_step(shown, "reduced", amount, reason, heard)
        case PledgeRedirected(target=target, amount=amount, reason=reason):
            return _with_step(shown, "redirected", amount, reason, heard).model_copy(update={"target": target})
        case PledgeCancelled(amount=amount, reason=reason):
            return _with_step(shown, "cancelled", amount, reason, heard).model_copy(update={"status": "cancelled"})
        case SurplusRecorded(amount=amount, reason=reason):
            return _with_step(shown, "surplus", amount, reason, heard)
        case AllocationReturned(amount=amount, reason=reason):
            return _with_step(shown, "released", amount, reason, heard)
        case InKindAnswered(request=request, line=line, said=said, reason=reason):
            if shown.in_kind_answer is not None and shown.in_kind_answer.said == "released":
                return shown  # given back is the last word, even where it was heard first
            answer = InKindStands(request=request, line=line, said=said, reason=reason)
            return shown.model_copy(update={"in_kind_answer": answer})
        case _:
            return shown


def _with_step(
    shown: PledgeShown,
    what: Literal["reduced", "redirected", "cancelled", "surplus", "released"],
    amount: Money | None,
    reason: str,
    heard: Heard[PledgeEvent],
) -> PledgeShown:
    step = Step(what=what, amount=amount, reason=reason, at=heard.at, link=heard.link)
    return shown.model_copy(update={"steps": (*shown.steps, step)})


def _books(shown: PledgeShown) -> Books | None:
    if shown.books is None or shown.ladder is None:
        return None
    return Books(
        announced=shown.ladder.announced,
        reduced=shown.books.reduced,
        cancelled=shown.books.cancelled,
        attempts=shown.attempts_kept,
    )


def _reckoned(shown: PledgeShown, books: Books | None, tranches: tuple[Tranche, ...] | None = None) -> PledgeShown:
    if books is None:
        return shown
    paid = tuple(
        Disbursed(disbursement=d.disbursement, amount=d.amount, disbursed_on=d.disbursed_on, tranche=d.tranche)
        for d in shown.disbursements
    )
    planned = tranches or tuple(
        Tranche(tranche=t.tranche, amount=t.amount, expected_on=t.expected_on) for t in shown.tranches
    )
    return shown.model_copy(
        update={
            "attempts_kept": books.attempts,
            "targets": tuple(_attempt(attempt) for attempt in books.attempts),
            "ladder": LadderShown(
                announced=books.announced,
                stands=books.stands,
                confirmed=confirmed(books, shown.committed),
                disbursed=disbursed(books, paid),
            ),
            "books": BooksShown(
                allocated=books.allocated,
                awaited=books.awaited,
                directed=books.directed,
                free=books.free,
                reduced=books.reduced,
                cancelled=books.cancelled,
            ),
            "tranches": tuple(
                TrancheShown(
                    tranche=one.tranche,
                    amount=one.amount,
                    expected_on=one.expected_on,
                    disbursed=total((p.amount for p in paid if p.tranche == one.tranche), books.announced.currency),
                )
                for one in planned
            ),
        }
    )


def _attempt(attempt: Attempt) -> AttemptShown:
    return AttemptShown(
        attempt=attempt.attempt,
        target=attempt.target,
        stands=attempt.stands,
        allocated=attempt.held,
        awaited=attempt.awaited,
        directed=attempt.directed,
        free=attempt.free,
    )


PLEDGE: Projection[PledgeShown] = Projection(
    "pledge",
    version=1,
    category=PLEDGES.category,
    events=(
        PledgeAnnounced,
        PledgeOffered,
        AllocationRecorded,
        SurplusRecorded,
        AllocationReturned,
        InKindAnswered,
        PledgeConfirmed,
        Disbursed,
        PledgeFulfilled,
        PledgeReduced,
        PledgeRedirected,
        PledgeCancelled,
    ),
    document=PledgeShown,
    fold=fold,
    fields=("donor", "status", "run"),
)
