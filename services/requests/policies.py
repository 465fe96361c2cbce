"""What pledges ask of requests: to take an offer, and to give back what the donor took away.

Every command's id follows from the event heard, and the request answers each offer once, so
an event heard twice, late or out of turn comes to the same.
"""

from collections.abc import Iterator
from typing import assert_never

from services.requests.domain.messages import AcceptInKind, AllocatePledge, ReleaseAllocation, ReleaseInKind
from shared.heard import Heard
from shared.ids import derived_id
from shared.messages import Command, Reading
from shared.money import Money
from shared.policy import Issue


class PledgeOffered(Reading):
    """A pledge asks a request to take money, help in kind, or both for a need line."""

    attempt: int
    request: str
    line: str
    amount: Money | None = None
    in_kind: str = ""


class OfferLowered(Reading):
    """The donor puts no more than `standing` behind an earlier offer."""

    attempt: int
    request: str
    line: str
    standing: Money


class InKindRecalled(Reading):
    """The donor takes its help in kind back."""

    attempt: int
    request: str
    line: str


OfOffers = PledgeOffered | OfferLowered | InKindRecalled
OFFERS = (PledgeOffered, OfferLowered, InKindRecalled)
"""What is listened for in the pledges' topic, together: a pledge's events keep their order."""


def answer_offers(heard: Heard[OfOffers]) -> Iterator[Issue]:
    """One command to the request for each thing that the pledge asks of it."""
    for part, command in enumerate(_commands(heard.event, heard.identity)):
        yield Issue(
            to=heard.event.request,
            command=command,
            command_id=derived_id("answer-offers", heard.topic, heard.stream, heard.seq, heard.n, part),
        )


def _commands(event: OfOffers, pledge: str) -> Iterator[Command]:
    match event:
        case PledgeOffered(attempt=attempt, line=line, amount=amount, in_kind=in_kind):
            if amount is not None:
                yield AllocatePledge(pledge=pledge, attempt=attempt, line=line, amount=amount)
            if in_kind:
                yield AcceptInKind(pledge=pledge, attempt=attempt, line=line, description=in_kind)
        case OfferLowered(attempt=attempt, line=line, standing=standing):
            yield ReleaseAllocation(pledge=pledge, attempt=attempt, line=line, standing=standing)
        case InKindRecalled(attempt=attempt, line=line):
            yield ReleaseInKind(pledge=pledge, attempt=attempt, line=line)
        case _:
            assert_never(event)
