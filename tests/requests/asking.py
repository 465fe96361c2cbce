"""Words for the tests of requests: sums, needs, contents, and what is said about them."""

from typing import Any

from services.requests.domain.content import NeedLine, ObligationAsked, RequestContent
from services.requests.domain.messages import (
    AllocatePledge,
    AllocationReleased,
    PledgeAllocated,
    ReleaseAllocation,
    RequestSubmitted,
    SurplusReturned,
)
from shared.money import Money

CLEARANCE = ObligationAsked(treaty="CCM", article="4")
VICTIM_ASSISTANCE = ObligationAsked(treaty="CCM", article="5")


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


def money_for(line: str, amount: Money | None) -> NeedLine:
    return NeedLine(line=line, kind="financial", amount=amount)


def asking(*needs: NeedLine, **more: Any) -> RequestContent:
    return RequestContent.model_validate({"state": "MNE", "obligations": (CLEARANCE,), "needs": needs, **more})


def submitted(**lines: Money | None) -> RequestSubmitted:
    return RequestSubmitted(content=asking(*(money_for(line, amount) for line, amount in lines.items())))


def offer(pledge: str, amount: Money, line: str = "clearance", attempt: int = 1) -> AllocatePledge:
    return AllocatePledge(pledge=pledge, attempt=attempt, line=line, amount=amount)


def lower(pledge: str, standing: Money, line: str = "clearance", attempt: int = 1) -> ReleaseAllocation:
    return ReleaseAllocation(pledge=pledge, attempt=attempt, line=line, standing=standing)


def allocated(pledge: str, amount: Money, line: str = "clearance", attempt: int = 1) -> PledgeAllocated:
    return PledgeAllocated(pledge=pledge, attempt=attempt, line=line, amount=amount)


def returned(
    pledge: str, amount: Money, reason: Any = "exceeds_need", line: str = "clearance", attempt: int = 1
) -> SurplusReturned:
    return SurplusReturned(pledge=pledge, attempt=attempt, line=line, amount=amount, reason=reason)


def released(
    pledge: str, amount: Money, reason: Any = "lowered_by_donor", line: str = "clearance", attempt: int = 1
) -> AllocationReleased:
    return AllocationReleased(pledge=pledge, attempt=attempt, line=line, amount=amount, reason=reason)
