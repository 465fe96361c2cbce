"""Country coalitions. Stream `coalition-<id>`; ambassadors and partnerships stand in their own files."""

from datetime import date

from services.insights.facts.origin import Document, Fact, done
from services.insights.facts.request import Duty
from services.insights.readings import coalitions as told
from shared.heard import Heard
from shared.money import Money


class Proposal(Fact):
    """Who proposed it, for which State and duties."""

    state: str
    obligations: tuple[Duty, ...]
    purpose: str
    proposed_by: str
    proposed_on: date | None


class Membership(Fact):
    """An invitation or its answer. `how`: invited, accepted, declined or left."""

    how: str
    member: str
    name: str = ""
    role: str = ""
    on: date | None = None
    reason: str = ""


class Turn(Fact):
    """A turn in the coalition's life.

    `how`: consented, consent_withdrawn, activated, reviewed, suspended, concluded or abandoned.
    """

    how: str
    on: date
    words: str = ""
    lessons: str = ""


class Milestone(Fact):
    """A step of the work plan. `how`: agreed, revised or reached."""

    how: str
    milestone: str
    title: str = ""
    responsible: str = ""
    due_on: date | None = None
    reached_on: date | None = None
    reason: str = ""


class Contribution(Fact):
    """A pledge that a member brings."""

    pledge: str
    member: str
    amount: Money | None
    in_kind: str


class Coalition(Document):
    """All that is published of a coalition."""

    state: str = ""
    obligations: tuple[Duty, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    members: tuple[Membership, ...] = ()
    turns: tuple[Turn, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    contributions: tuple[Contribution, ...] = ()


CoalitionHeard = (
    told.CoalitionProposed
    | told.MemberInvited
    | told.InvitationAccepted
    | told.InvitationDeclined
    | told.MemberLeft
    | told.StateConsented
    | told.ConsentWithdrawn
    | told.CoalitionActivated
    | told.MilestoneAgreed
    | told.MilestoneRevised
    | told.MilestoneReached
    | told.ContributionNoted
    | told.ReviewHeld
    | told.CoalitionSuspended
    | told.CoalitionConcluded
    | told.CoalitionAbandoned
)


def fold(coalition: Coalition | None, heard: Heard[CoalitionHeard]) -> Coalition | None:
    """The coalition after one event."""
    coalition = coalition or Coalition(id=heard.identity)
    event = heard.event
    match event:
        case told.CoalitionProposed():
            duties = tuple(Duty(treaty=d.treaty, article=d.article, clock=d.clock) for d in event.obligations)
            proposal = Proposal(
                origin=done(heard, event.proposed_on),
                state=event.state,
                obligations=duties,
                purpose=event.purpose,
                proposed_by=event.proposed_by,
                proposed_on=event.proposed_on,
            )
            named = coalition.model_copy(update={"state": event.state, "obligations": duties})
            return named.plus("proposals", proposal)
        case told.MemberInvited():
            return coalition.plus(
                "members",
                Membership(origin=done(heard), how="invited", member=event.member, name=event.name, role=event.role),
            )
        case told.InvitationAccepted():
            return coalition.plus(
                "members", Membership(origin=done(heard, event.on), how="accepted", member=event.member, on=event.on)
            )
        case told.InvitationDeclined():
            return coalition.plus(
                "members",
                Membership(origin=done(heard), how="declined", member=event.member, reason=event.reason),
            )
        case told.MemberLeft():
            return coalition.plus(
                "members",
                Membership(
                    origin=done(heard, event.on), how="left", member=event.member, on=event.on, reason=event.reason
                ),
            )
        case told.StateConsented():
            return _turned(coalition, heard, "consented", event.on, event.by)
        case told.ConsentWithdrawn():
            return _turned(coalition, heard, "consent_withdrawn", event.on, event.reason)
        case told.CoalitionActivated():
            return _turned(coalition, heard, "activated", event.on)
        case told.ReviewHeld():
            return _turned(coalition, heard, "reviewed", event.on, event.findings)
        case told.CoalitionSuspended():
            return _turned(coalition, heard, "suspended", event.on, event.reason)
        case told.CoalitionConcluded():
            return _turned(coalition, heard, "concluded", event.on, event.outcome, event.lessons)
        case told.CoalitionAbandoned():
            return _turned(coalition, heard, "abandoned", event.on, event.reason)
        case told.MilestoneAgreed():
            revised = isinstance(event, told.MilestoneRevised)
            return coalition.plus(
                "milestones",
                Milestone(
                    origin=done(heard),
                    how="revised" if revised else "agreed",
                    milestone=event.milestone,
                    title=event.title,
                    responsible=event.responsible,
                    due_on=event.due_on,
                    reason=event.reason if isinstance(event, told.MilestoneRevised) else "",
                ),
            )
        case told.MilestoneReached():
            return coalition.plus(
                "milestones",
                Milestone(origin=done(heard, event.on), how="reached", milestone=event.milestone, reached_on=event.on),
            )
        case told.ContributionNoted():
            return coalition.plus(
                "contributions",
                Contribution(
                    origin=done(heard),
                    pledge=event.pledge,
                    member=event.member,
                    amount=event.amount,
                    in_kind=event.in_kind or "",
                ),
            )


def _turned(
    coalition: Coalition, heard: Heard[CoalitionHeard], how: str, on: date, words: str = "", lessons: str = ""
) -> Coalition:
    return coalition.plus("turns", Turn(origin=done(heard, on), how=how, on=on, words=words, lessons=lessons))
