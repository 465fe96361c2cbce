"""What may be asked of a coalition, and what may have happened to it. `coalition.py` says when."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from services.coalitions.domain.naming import Account, ObligationName
from shared.countries import Iso3
from shared.messages import Command, Event
from shared.money import Money
from shared.text import Identity, Line, Prose

Role = Literal["affected_state", "lead", "donor", "technical", "operator", "observer"]
Standing = Literal["member", "invited", "declined", "left", "not_invited", "not_a_member"]
"""How a giver stood to the coalition. `not_a_member`: one of the last four, it was not kept which."""


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────


class ProposeCoalition(Command):
    """Propose a coalition for one State and its named duties; the State is asked at once (COA-1, COA-3)."""

    state: Iso3
    obligations: tuple[ObligationName, ...] = Field(
        min_length=1, max_length=20, json_schema_extra={"uniqueItems": True}
    )
    purpose: Account
    proposed_by: Line
    proposed_on: date

    @field_validator("obligations")
    @classmethod
    def _each_once(cls, named: tuple[ObligationName, ...]) -> tuple[ObligationName, ...]:
        if len(set(named)) != len(named):
            raise ValueError("must name each obligation once")
        return named


class InviteMember(Command):
    """Ask somebody in. `member` is an ISO code, a donor's id or an organisation's id of ours."""

    member: Identity
    name: Line
    role: Literal["lead", "donor", "technical", "operator", "observer"]


class AcceptInvitation(Command):
    """The invited member says yes for itself; also after an earlier no."""

    member: Identity
    on: date


class DeclineInvitation(Command):
    """The invited member says no for itself."""

    member: Identity
    reason: Prose = ""


class LeaveCoalition(Command):
    """A member that accepted goes. The last one to go leaves the coalition suspended."""

    member: Identity
    reason: Account
    on: date


class ConsentToCoalition(Command):
    """The affected State agrees, through its own representative and nobody else (COA-1)."""

    state: Iso3
    by: Line = Field(description="The authority that consents, for example a ministry.")
    on: date


class WithdrawConsent(Command):
    """The affected State takes its consent back, at any time; an active coalition is suspended."""

    state: Iso3
    reason: Account
    on: date


class ActivateCoalition(Command):
    """Begin, or begin again after a suspension: needs standing consent and one other member that accepted."""

    on: date


class AgreeMilestone(Command):
    """Put a step into the shared work plan, with a member who answers for it and the day it is due."""

    milestone: Identity
    title: Line
    responsible: Identity
    due_on: date


class ReviseMilestone(Command):
    """Change a step, with the reason. A step already reached is open again."""

    milestone: Identity
    title: Line
    responsible: Identity
    due_on: date
    reason: Account


class ReachMilestone(Command):
    """A step of the work plan is done, on that day."""

    milestone: Identity
    on: date


class NoteContribution(Command):
    """A pledge names this coalition. Never refused: the donor has announced it already."""

    pledge: Identity
    member: Identity
    amount: Money | None = None
    in_kind: Prose = ""


class HoldReview(Command):
    """A review meeting took place: what it found."""

    on: date
    findings: Account


class ConcludeCoalition(Command):
    """The work is over: what came of it, and what others can learn. Final."""

    on: date
    outcome: Account
    lessons: Account


class AbandonCoalition(Command):
    """Give it up, with the reason. Final."""

    reason: Account
    on: date


# ── Events ───────────────────────────────────────────────────────────────────────────────────────


class CoalitionProposed(Event):
    """Somebody proposed a coalition for a State."""

    state: Iso3
    obligations: tuple[ObligationName, ...]
    purpose: Account
    proposed_by: Line
    proposed_on: date


class MemberInvited(Event):
    """Somebody was asked in; the affected State first, with the proposal itself."""

    member: Identity
    name: Line
    role: Role


class InvitationAccepted(Event):
    """The invited member is in."""

    member: Identity
    on: date


class InvitationDeclined(Event):
    """The invited member said no; the reason may be blank."""

    member: Identity
    reason: Prose = ""


class MemberLeft(Event):
    """A member that was in is in no longer."""

    member: Identity
    reason: Account
    on: date


class StateConsented(Event):
    """The affected State agreed (COA-1): `by` is the authority that spoke for it."""

    on: date
    by: Line


class ConsentWithdrawn(Event):
    """The affected State agrees no longer (COA-1), from that day and for that reason."""

    reason: Account
    on: date


class CoalitionActivated(Event):
    """Work began, or began again: the affected State consents and somebody else is in (COA-1)."""

    on: date


class MilestoneAgreed(Event):
    """A step of the work plan was agreed: what, which member is responsible, and by which day."""

    milestone: Identity
    title: Line
    responsible: Identity
    due_on: date


class MilestoneRevised(Event):
    """A step was changed; the earlier wording stays readable in the history."""

    milestone: Identity
    title: Line
    responsible: Identity
    due_on: date
    reason: Account


class MilestoneReached(Event):
    """A step of the work plan was done, on that day."""

    milestone: Identity
    on: date


class ContributionNoted(Event):
    """A pledge to this coalition, and how the donor stood to it at that moment.

    All but a member's are an observer's; one that is `invited` has yet to answer. Schema 1 said only
    whether the donor was a member (`earlier.py`).
    """

    schema_version: ClassVar[int] = 2

    pledge: Identity
    member: Identity
    amount: Money | None = None
    in_kind: Prose = ""
    standing: Standing


class ReviewHeld(Event):
    """What a review meeting found."""

    on: date
    findings: Account


class CoalitionSuspended(Event):
    """Work stopped; it can begin again."""

    reason: Account
    on: date


class CoalitionConcluded(Event):
    """The end, with what came of it and what was learnt; final."""

    on: date
    outcome: Account
    lessons: Account


class CoalitionAbandoned(Event):
    """The end without a result, with the reason; final."""

    reason: Account
    on: date


CoalitionCommand = (
    ProposeCoalition | InviteMember | AcceptInvitation | DeclineInvitation | LeaveCoalition
    | ConsentToCoalition | WithdrawConsent | ActivateCoalition
    | AgreeMilestone | ReviseMilestone | ReachMilestone | NoteContribution | HoldReview
    | ConcludeCoalition | AbandonCoalition
)  # fmt: skip
CoalitionEvent = (
    CoalitionProposed | MemberInvited | InvitationAccepted | InvitationDeclined | MemberLeft
    | StateConsented | ConsentWithdrawn | CoalitionActivated | CoalitionSuspended
    | MilestoneAgreed | MilestoneRevised | MilestoneReached | ContributionNoted | ReviewHeld
    | CoalitionConcluded | CoalitionAbandoned
)  # fmt: skip
