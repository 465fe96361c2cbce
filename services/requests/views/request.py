"""A request as everybody reads it: each line with what covers it, and one word for how it stands."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal, assert_never

from services.requests.domain.content import NeedLine, RequestContent
from services.requests.domain.messages import (
    AllocationReleased,
    InKindAccepted,
    InKindDeclined,
    InKindReleased,
    PledgeAllocated,
    ReleaseReason,
    RequestClosed,
    RequestEvent,
    RequestRevised,
    RequestSubmitted,
    RequestWithdrawn,
    SurplusReason,
    SurplusReturned,
)
from services.requests.domain.request import REQUESTS
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money, total
from shared.projection import Projection

Status = Literal["submitted", "partly_met", "met", "closed", "withdrawn"]
"""submitted: nothing covers it yet; met: every line is covered in full, or answered in kind."""


class AllocationShown(Value):
    """What one offer covers of a line now."""

    pledge: str
    attempt: int
    line: str
    amount: Money
    link: str


class InKindShown(Value):
    """Help in kind that counts for a line now."""

    pledge: str
    attempt: int
    line: str
    description: str
    link: str


class Returned(Value):
    """Money that went back to a donor: never taken (surplus), or taken and released."""

    pledge: str
    attempt: int
    line: str
    amount: Money
    reason: SurplusReason | ReleaseReason
    was_allocated: bool
    at: datetime
    link: str


class LineShown(Value):
    """A need line and its cover. `open` is blank where no amount is stated."""

    need: NeedLine
    allocated: Money | None
    open: Money | None
    surplus: tuple[Money, ...]
    in_kind: int
    met: bool


class Revision(Value):
    """That and why the request was changed."""

    reason: str
    at: datetime
    link: str


class RequestShown(Value):
    """A public request. `at` fields are when it was recorded here: they show how old it is (CCM-13)."""

    id: str
    state: str
    status: Status
    content: RequestContent
    lines: tuple[LineShown, ...]
    allocations: tuple[AllocationShown, ...] = ()
    in_kind: tuple[InKindShown, ...] = ()
    returned: tuple[Returned, ...] = ()
    revisions: tuple[Revision, ...] = ()
    submitted_at: datetime
    changed_at: datetime
    withdrawn_because: str = ""
    outcome: str = ""
    experience: str = ""
    link: str
    """The event by which it became public."""


def fold(shown: RequestShown | None, heard: Heard[RequestEvent]) -> RequestShown | None:
    """The request after the event; nothing is shown before it is submitted."""
    if isinstance(heard.event, RequestSubmitted):
        return _submitted(heard.event.content, heard)
    if shown is None:
        return None
    changed = _changed(shown, heard)
    lines = tuple(_line(need, changed) for need in changed.content.needs)
    return changed.model_copy(update={"lines": lines, "status": _status(changed.status, lines), "changed_at": heard.at})


def _submitted(content: RequestContent, heard: Heard[RequestEvent]) -> RequestShown:
    blank = RequestShown(
        id=heard.identity,
        state=content.state,
        status="submitted",
        content=content,
        lines=(),
        submitted_at=heard.at,
        changed_at=heard.at,
        link=heard.link,
    )
    return blank.model_copy(update={"lines": tuple(_line(need, blank) for need in content.needs)})


def _changed(shown: RequestShown, heard: Heard[RequestEvent]) -> RequestShown:
    event = heard.event
    match event:
        case RequestRevised(content=content, reason=reason):
            revision = Revision(reason=reason, at=heard.at, link=heard.link)
            return shown.model_copy(update={"content": content, "revisions": (*shown.revisions, revision)})
        case PledgeAllocated(pledge=pledge, attempt=attempt, line=line, amount=amount):
            taken = AllocationShown(pledge=pledge, attempt=attempt, line=line, amount=amount, link=heard.link)
            return shown.model_copy(update={"allocations": (*shown.allocations, taken)})
        case SurplusReturned():
            return shown.model_copy(update={"returned": (*shown.returned, _returned(event, heard))})
        case AllocationReleased():
            return shown.model_copy(
                update={
                    "allocations": tuple(_lessened(shown.allocations, event)),
                    "returned": (*shown.returned, _returned(event, heard)),
                }
            )
        case InKindAccepted(pledge=pledge, attempt=attempt, line=line, description=description):
            given = InKindShown(pledge=pledge, attempt=attempt, line=line, description=description, link=heard.link)
            return shown.model_copy(update={"in_kind": (*shown.in_kind, given)})
        case InKindReleased(pledge=pledge, attempt=attempt):
            left = tuple(given for given in shown.in_kind if (given.pledge, given.attempt) != (pledge, attempt))
            return shown.model_copy(update={"in_kind": left})
        case RequestWithdrawn(reason=reason):
            return shown.model_copy(update={"status": "withdrawn", "withdrawn_because": reason})
        case RequestClosed(outcome=outcome, experience=experience):
            return shown.model_copy(update={"status": "closed", "outcome": outcome, "experience": experience})
        case _:
            return shown


def _lessened(allocations: Iterable[AllocationShown], released: AllocationReleased) -> Iterable[AllocationShown]:
    for held in allocations:
        if (held.pledge, held.attempt) != (released.pledge, released.attempt):
            yield held
        elif released.amount < held.amount:
            yield held.model_copy(update={"amount": held.amount - released.amount})


def _returned(event: SurplusReturned | AllocationReleased, heard: Heard[RequestEvent]) -> Returned:
    return Returned(
        pledge=event.pledge,
        attempt=event.attempt,
        line=event.line,
        amount=event.amount,
        reason=event.reason,
        was_allocated=isinstance(event, AllocationReleased),
        at=heard.at,
        link=heard.link,
    )


def _line(need: NeedLine, shown: RequestShown) -> LineShown:
    in_kind = sum(1 for given in shown.in_kind if given.line == need.line)
    surplus = _by_currency(gone.amount for gone in shown.returned if gone.line == need.line and not gone.was_allocated)
    if need.amount is None:
        return LineShown(need=need, allocated=None, open=None, surplus=surplus, in_kind=in_kind, met=in_kind > 0)
    currency = need.amount.currency
    # Between a revision and the releases that follow it in the same commit, sums in another currency
    # or above the new amount still stand here for a moment.
    held = (a.amount for a in shown.allocations if a.line == need.line and a.amount.currency == currency)
    allocated = total(held, currency)
    lacking = Money(amount=max(need.amount.amount - allocated.amount, Decimal(0)), currency=currency)
    return LineShown(need=need, allocated=allocated, open=lacking, surplus=surplus, in_kind=in_kind, met=not lacking)


def _by_currency(sums: Iterable[Money]) -> tuple[Money, ...]:
    together: dict[str, Money] = {}
    for money in sums:
        together[money.currency] = together.get(money.currency, Money.zero(money.currency)) + money
    return tuple(together[currency] for currency in sorted(together))


def _status(before: Status, lines: tuple[LineShown, ...]) -> Status:
    match before:
        case "closed" | "withdrawn":
            return before
        case "submitted" | "partly_met" | "met":
            if all(line.met for line in lines):
                return "met"
            return "partly_met" if any(line.in_kind or line.allocated for line in lines) else "submitted"
        case _:
            assert_never(before)


_SHOWN = (
    RequestSubmitted,
    RequestRevised,
    PledgeAllocated,
    SurplusReturned,
    AllocationReleased,
    InKindAccepted,
    InKindDeclined,
    InKindReleased,
    RequestWithdrawn,
    RequestClosed,
)

REQUEST: Projection[RequestShown] = Projection(
    "request",
    version=1,
    category=REQUESTS.category,
    events=_SHOWN,
    document=RequestShown,
    fold=fold,
    fields=("state", "status"),
)
