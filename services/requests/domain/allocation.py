"""How offers of money meet need lines: never more than is open, and every cent answered.

An offer is one attempt of one pledge. It is answered once, with parts that add up to it; after
that what it holds can only fall. So the order in which offers, lowerings and revisions arrive
decides who is served first, never how much there is. docs/domain.md draws both life cycles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from services.requests.domain.content import NeedLine, RequestContent
from services.requests.domain.messages import (
    AllocatePledge,
    AllocationReleased,
    PledgeAllocated,
    ReleaseAllocation,
    ReleaseReason,
    SurplusReason,
    SurplusReturned,
)
from shared.money import Money, total


@dataclass(frozen=True)
class Allocation:
    """What one offer covers of one line now; more than zero."""

    pledge: str
    attempt: int
    line: str
    amount: Money

    @property
    def offer(self) -> str:
        """The offer's name inside this request."""
        return offer_key(self)


class OfOffer(Protocol):
    """Whatever speaks of one offer."""

    @property
    def pledge(self) -> str:
        """The identity of the pledge."""
        ...

    @property
    def attempt(self) -> int:
        """Which attempt of the pledge, counted from 1."""
        ...


def offer_key(of: OfOffer) -> str:
    """The offer's name: pledge and attempt. `#` stands in no identity, so two never meet."""
    return f"{of.pledge}#{of.attempt}"


def answer(
    offer: AllocatePledge,
    *,
    not_open_because: SurplusReason | None,
    need: NeedLine | None,
    taken_by_others: tuple[Allocation, ...],
    at_most: Money | None,
) -> tuple[PledgeAllocated | SurplusReturned, ...]:
    """What is taken and what goes back; together the whole offer.

    `at_most`: what the donor still puts behind it, where it was lowered before it came.
    """
    stands = offer.amount if at_most is None or offer.amount <= at_most else at_most
    taken, because = _taken(stands, not_open_because, need, taken_by_others)
    answers: list[PledgeAllocated | SurplusReturned] = []
    if taken:
        answers.append(PledgeAllocated(pledge=offer.pledge, attempt=offer.attempt, line=offer.line, amount=taken))
    if taken < stands:
        answers.append(_surplus(offer, stands - taken, because))
    if stands < offer.amount:
        answers.append(_surplus(offer, offer.amount - stands, "lowered_by_donor"))
    return tuple(answers)


def open_amount(need: NeedLine, allocations: tuple[Allocation, ...]) -> Money | None:
    """What the line still lacks; None where it states no amount."""
    if need.amount is None:
        return None
    return need.amount - total((a.amount for a in allocations if a.line == need.line), need.amount.currency)


def release_above(command: ReleaseAllocation, allocations: tuple[Allocation, ...]) -> tuple[AllocationReleased, ...]:
    """What the offer holds above the level that the donor named."""
    key = offer_key(command)
    return tuple(
        _released(held, held.amount - command.standing, "lowered_by_donor")
        for held in allocations
        if held.offer == key and command.standing < held.amount
    )


def release_all(allocations: tuple[Allocation, ...], reason: ReleaseReason) -> tuple[AllocationReleased, ...]:
    """Everything that is held, latest first."""
    return tuple(_released(held, held.amount, reason) for held in reversed(allocations))


def release_what_no_longer_fits(
    allocations: tuple[Allocation, ...], content: RequestContent
) -> Iterator[AllocationReleased]:
    """What the new content has no room for: lines gone, lines in another currency, lines made smaller.

    The latest allocation gives first, so that the donor who came first stays covered longest.
    """
    for line in dict.fromkeys(held.line for held in allocations):
        need = content.need(line)
        of_line = tuple(held for held in allocations if held.line == line)
        currency = of_line[0].amount.currency
        room = need.amount if need and need.amount and need.amount.currency == currency else Money.zero(currency)
        held_in_all = total((held.amount for held in of_line), currency)
        excess = held_in_all - room if room < held_in_all else Money.zero(currency)
        for held in reversed(of_line):
            given_back = min(excess, held.amount)
            if given_back:
                yield _released(held, given_back, "need_revised")
                excess = excess - given_back


def lessen(allocations: tuple[Allocation, ...], offer: str, by: Money) -> tuple[Allocation, ...]:
    """The allocations after that offer gave so much back; what holds nothing any more is left out."""
    after = (replace(held, amount=held.amount - by) if held.offer == offer else held for held in allocations)
    return tuple(held for held in after if held.amount)


def _taken(
    stands: Money, not_open_because: SurplusReason | None, need: NeedLine | None, allocations: tuple[Allocation, ...]
) -> tuple[Money, SurplusReason]:
    nothing = Money.zero(stands.currency)
    if not_open_because is not None:
        return nothing, not_open_because
    if need is None:
        return nothing, "unknown_line"
    still_open = open_amount(need, allocations)
    if still_open is None:
        return nothing, "no_amount_stated"
    if still_open.currency != stands.currency:
        return nothing, "other_currency"
    return min(stands, still_open), "exceeds_need"


def _surplus(offer: AllocatePledge, amount: Money, reason: SurplusReason) -> SurplusReturned:
    return SurplusReturned(pledge=offer.pledge, attempt=offer.attempt, line=offer.line, amount=amount, reason=reason)


def _released(held: Allocation, amount: Money, reason: ReleaseReason) -> AllocationReleased:
    return AllocationReleased(pledge=held.pledge, attempt=held.attempt, line=held.line, amount=amount, reason=reason)
