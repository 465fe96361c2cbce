"""Readings of the topic `coalitions`: country coalitions, ambassadors and older partnerships."""

from datetime import date

from services.insights.readings.requests import DutyNamed
from shared.messages import Reading
from shared.money import Money
from shared.provenance import Statement

TOPIC = "coalitions"


class CoalitionProposed(Reading):
    """Somebody proposed a coalition for a State."""

    state: str
    obligations: tuple[DutyNamed, ...] = ()
    purpose: str = ""
    proposed_by: str = ""
    proposed_on: date | None = None


class MemberInvited(Reading):
    """A possible member was invited."""

    member: str
    name: str = ""
    role: str = ""


class InvitationAccepted(Reading):
    """A member that was invited joined, on that day."""

    member: str
    on: date


class InvitationDeclined(Reading):
    """It did not join."""

    member: str
    reason: str = ""


class MemberLeft(Reading):
    """It is in no longer."""

    member: str
    reason: str = ""
    on: date


class StateConsented(Reading):
    """The affected State said yes (national ownership)."""

    on: date
    by: str = ""


class ConsentWithdrawn(Reading):
    """The affected State took its consent back."""

    reason: str = ""
    on: date


class CoalitionActivated(Reading):
    """The coalition works, from that day; the affected State has consented (COA-1)."""

    on: date


class MilestoneAgreed(Reading):
    """A step of the work plan."""

    milestone: str
    title: str = ""
    responsible: str = ""
    due_on: date


class MilestoneRevised(MilestoneAgreed):
    """The step changed."""

    reason: str = ""


class MilestoneReached(Reading):
    """The step is done."""

    milestone: str
    on: date


class ContributionNoted(Reading):
    """A member brings a pledge."""

    pledge: str
    member: str
    amount: Money | None = None
    in_kind: str | None = ""


class ReviewHeld(Reading):
    """The members looked at how it goes."""

    on: date
    findings: str = ""


class CoalitionSuspended(Reading):
    """The coalition rests, from that day, for the reason given."""

    reason: str = ""
    on: date


class CoalitionConcluded(Reading):
    """It did its work."""

    on: date
    outcome: str = ""
    lessons: str = ""


class CoalitionAbandoned(Reading):
    """It was given up."""

    reason: str = ""
    on: date


class ChallengeNamed(Reading):
    """A duty that an ambassador knows from its own work."""

    treaty: str
    article: str


class AmbassadorNamed(Reading):
    """A State that finished shares what it learned."""

    state: str
    challenges: tuple[ChallengeNamed, ...] = ()
    experience: str = ""
    on: date


class AmbassadorMatched(Reading):
    """It was matched with a State that has the same challenge."""

    state: str
    with_state: str
    treaty: str
    article: str
    on: date


class MatchEnded(Reading):
    """The match came to its end."""

    with_state: str
    outcome: str = ""
    on: date


class PartnershipRecorded(Reading):
    """A country partnership of the past, as its source tells it."""

    name: str
    state: str | None = None
    partners: str = ""
    established: str | None = ""
    purpose: str = ""
    outcome: str = ""
    called: str = ""
    statement: Statement
