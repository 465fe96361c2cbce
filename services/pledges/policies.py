"""What requests answer to pledges: taken, not taken, given back. Each answer is entered once."""

from collections.abc import Iterator
from typing import assert_never

from services.pledges.domain.messages import RecordAllocation, RecordInKindAnswer, RecordRelease, RecordSurplus
from shared.heard import Heard
from shared.ids import derived_id
from shared.messages import Command, Reading
from shared.money import Money
from shared.policy import Issue


class PledgeAllocated(Reading):
    """A request took so much."""

    pledge: str
    attempt: int = 1
    line: str
    amount: Money


class SurplusReturned(Reading):
    """A request did not take so much."""

    pledge: str
    attempt: int = 1
    line: str
    amount: Money
    reason: str


class AllocationReleased(Reading):
    """A request gave back so much of what it had taken."""

    pledge: str
    attempt: int = 1
    line: str
    amount: Money
    reason: str


class InKindAccepted(Reading):
    """A request noted the help in kind."""

    pledge: str
    attempt: int = 1
    line: str


class InKindDeclined(Reading):
    """A request has no open line for the help in kind."""

    pledge: str
    attempt: int = 1
    line: str
    reason: str


class InKindReleased(Reading):
    """The help in kind no longer counts for the line."""

    pledge: str
    attempt: int = 1
    line: str
    reason: str


Answer = PledgeAllocated | SurplusReturned | AllocationReleased | InKindAccepted | InKindDeclined | InKindReleased
ANSWERS = (PledgeAllocated, SurplusReturned, AllocationReleased, InKindAccepted, InKindDeclined, InKindReleased)
"""What is listened for in the requests' topic, together: a request's answers keep their order."""


def enter_answers(heard: Heard[Answer]) -> Iterator[Issue]:
    """The answer into the pledge's own books."""
    answer = derived_id("enter-answers", heard.topic, heard.stream, heard.seq, heard.n)
    yield Issue(to=heard.event.pledge, command=_command(heard.event, heard.identity, answer), command_id=answer)


def _command(event: Answer, request: str, answer: str) -> Command:
    of_offer = {"attempt": event.attempt, "request": request, "line": event.line, "answer": answer}
    match event:
        case PledgeAllocated(amount=amount):
            return RecordAllocation.model_validate({**of_offer, "amount": amount})
        case SurplusReturned(amount=amount, reason=reason):
            return RecordSurplus.model_validate({**of_offer, "amount": amount, "reason": reason})
        case AllocationReleased(amount=amount, reason=reason):
            return RecordRelease.model_validate({**of_offer, "amount": amount, "reason": reason})
        case InKindAccepted():
            return RecordInKindAnswer.model_validate({**of_offer, "said": "accepted"})
        case InKindDeclined(reason=reason):
            return RecordInKindAnswer.model_validate({**of_offer, "said": "declined", "reason": reason})
        case InKindReleased(reason=reason):
            return RecordInKindAnswer.model_validate({**of_offer, "said": "released", "reason": reason})
        case _:
            assert_never(event)
