"""Readings of the topic `requests`: what States ask for, and what is allocated to it."""

from shared.countries import Iso3
from shared.dates import PartialDate
from shared.messages import Reading
from shared.money import Money
from shared.provenance import Statement

TOPIC = "requests"


class DutyNamed(Reading):
    """The obligation that a request is for."""

    treaty: str
    article: str
    clock: str = ""


class NeedLineAsked(Reading):
    """One line of a request."""

    line: str
    kind: str
    description: str = ""
    amount: Money | None = None
    quantity: str = ""
    year_from: int | None = None
    year_to: int | None = None
    treaty: str | None = None
    article: str | None = None


class RequestContent(Reading):
    """What a submitted request says."""

    state: Iso3
    obligations: tuple[DutyNamed, ...] = ()
    needs: tuple[NeedLineAsked, ...] = ()
    obstacle: str | None = ""
    obstacle_size: str | None = "unknown"
    authority: str | None = ""
    local_partner: str | None = ""
    completion_plan: str | None = ""
    completion_planned_on: PartialDate | None = None
    development_benefit: str | None = ""
    sdgs: tuple[int, ...] = ()
    multi_year: bool | None = None
    places: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class RequestSubmitted(Reading):
    """A State's request became public."""

    content: RequestContent


class RequestRevised(Reading):
    """A State changed its request; what it asked before stays on record."""

    content: RequestContent
    reason: str = ""


class PledgeAllocated(Reading):
    """Part of a pledge covers a need line."""

    pledge: str
    line: str
    amount: Money


class SurplusReturned(Reading):
    """More was pledged than was open."""

    pledge: str
    line: str
    amount: Money
    reason: str = ""


class AllocationReleased(Reading):
    """An allocation was taken off again."""

    pledge: str
    line: str
    amount: Money
    reason: str = ""


class InKindAccepted(Reading):
    """Help in kind was accepted for a line."""

    pledge: str
    line: str
    description: str = ""


class InKindReleased(Reading):
    """Help in kind no longer counts for a line."""

    pledge: str
    line: str
    reason: str = ""


class RequestWithdrawn(Reading):
    """The State no longer asks."""

    reason: str = ""


class RequestClosed(Reading):
    """The request came to its end."""

    outcome: str = ""
    experience: str = ""


class NeedRecorded(Reading):
    """A need that a source states, asks for or estimates."""

    treaty: str
    state: Iso3
    article: str = ""
    basis: str
    kind: str
    what: str = ""
    amount: Money | None = None
    year_from: int | None = None
    year_to: int | None = None
    of_which_national: Money | None = None
    of_which_secured: Money | None = None
    part_of: bool = False
    statement: Statement
