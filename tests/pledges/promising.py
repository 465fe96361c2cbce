"""Words for the tests of pledges: sums, targets, terms, and what requests answer."""

from datetime import date
from typing import Any

from services.pledges.domain.messages import (
    AllocationRecorded,
    AnnouncePledge,
    OfferLowered,
    PledgeAnnounced,
    PledgeConfirmed,
    PledgeOffered,
    RecordAllocation,
    RecordRelease,
    RecordSurplus,
    SurplusRecorded,
)
from services.pledges.domain.terms import PledgeTerms, Target
from shared.money import Money

DAY = date(2026, 3, 1)


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


def line(request: str = "r-1", name: str = "clearance") -> Target:
    return Target(kind="need_line", request=request, line=name)


UNEARMARKED = Target(kind="unearmarked")


def terms(amount: Money | None = None, target: Target | None = None, **more: Any) -> PledgeTerms:
    return PledgeTerms.model_validate({"donor": "norway", "target": target or line(), "amount": amount, **more})


def announce(amount: Money | None, target: Target | None = None, **more: Any) -> AnnouncePledge:
    return AnnouncePledge(terms=terms(amount, target, **more), announced_on=DAY)


def announced(amount: Money | None, target: Target | None = None, **more: Any) -> PledgeAnnounced:
    said = terms(amount, target, **more).model_dump()
    return PledgeAnnounced.model_validate({**said, "announced_on": DAY})


def offered(amount: Money | None, attempt: int = 1, request: str = "r-1", in_kind: str = "") -> PledgeOffered:
    return PledgeOffered(
        donor="norway", attempt=attempt, request=request, line="clearance", amount=amount, in_kind=in_kind
    )


def lowered(standing: Money, attempt: int = 1, request: str = "r-1") -> OfferLowered:
    return OfferLowered(attempt=attempt, request=request, line="clearance", standing=standing)


def confirmed(amount: Money | None) -> PledgeConfirmed:
    return PledgeConfirmed(confirmed_on=DAY, amount=amount)


def hear_taken(amount: Money, answer: str = "a-1", attempt: int = 1) -> RecordAllocation:
    return RecordAllocation(attempt=attempt, request="r-1", line="clearance", amount=amount, answer=answer)


def hear_surplus(amount: Money, answer: str = "a-2", attempt: int = 1) -> RecordSurplus:
    return RecordSurplus(
        attempt=attempt, request="r-1", line="clearance", amount=amount, reason="exceeds_need", answer=answer
    )


def hear_release(amount: Money, answer: str = "a-3", attempt: int = 1) -> RecordRelease:
    return RecordRelease(
        attempt=attempt, request="r-1", line="clearance", amount=amount, reason="lowered_by_donor", answer=answer
    )


def taken_up(amount: Money, answer: str = "a-1", attempt: int = 1) -> AllocationRecorded:
    return AllocationRecorded.model_validate(hear_taken(amount, answer, attempt).model_dump())


def came_back(amount: Money, answer: str = "a-2", attempt: int = 1) -> SurplusRecorded:
    return SurplusRecorded.model_validate(hear_surplus(amount, answer, attempt).model_dump())
