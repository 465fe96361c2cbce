"""A country coalition: one affected State, those who help it, one work plan. Stream `coalition-<id>`.

    proposed ─ the State consents ─> consented ─ somebody else is in ─> active ─> concluded
        │                                │                               │  ▲
        └────────────── abandoned <──────┴──────── suspended <───────────┘  │
                                                       └────────────────────┘

The affected State leads: without its consent no coalition is active, and when it takes the consent
back the work stops (national ownership, COA-1). Concluded and abandoned are final.
The commands and events stand in `coalition_messages.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never, get_args

from services.coalitions.domain.coalition_messages import (
    AbandonCoalition,
    AcceptInvitation,
    ActivateCoalition,
    AgreeMilestone,
    CoalitionAbandoned,
    CoalitionActivated,
    CoalitionCommand,
    CoalitionConcluded,
    CoalitionEvent,
    CoalitionProposed,
    CoalitionSuspended,
    ConcludeCoalition,
    ConsentToCoalition,
    ConsentWithdrawn,
    ContributionNoted,
    DeclineInvitation,
    HoldReview,
    InvitationAccepted,
    InvitationDeclined,
    InviteMember,
    LeaveCoalition,
    MemberInvited,
    MemberLeft,
    MilestoneAgreed,
    MilestoneReached,
    MilestoneRevised,
    NoteContribution,
    ProposeCoalition,
    ReachMilestone,
    ReviewHeld,
    ReviseMilestone,
    Standing,
    StateConsented,
    WithdrawConsent,
)
from services.coalitions.domain.earlier import UPCASTS
from shared.countries import country_name
from shared.decider import Decider
from shared.messages import NotFound, Refused, Unacceptable

Status = Literal["proposed", "consented", "active", "suspended", "concluded", "abandoned"]
Answer = Literal["invited", "accepted", "declined", "left"]


class NoSuchCoalition(NotFound):
    """There is no such coalition."""


class AlreadyProposed(Refused):
    """A coalition stands under this id already."""


class CoalitionIsOver(Refused):
    """The coalition is concluded or abandoned, which is final: propose a new one."""


class NotTheAffectedState(Refused):
    """Only the affected State consents, and only it takes its consent back (COA-1)."""


class ConsentMissing(Refused):
    """The affected State has not consented: no coalition is active without its consent (COA-1)."""


class NobodyAccepted(Refused):
    """No other member has accepted yet: a State alone is no coalition."""


class ConsentIsItsAnswer(Refused):
    """The affected State consents, or withdraws its consent; it does not accept, decline or leave."""


class NotInvited(Refused):
    """This member was not invited."""


class AlreadyInvited(Refused):
    """This member is invited or in already."""


class AlreadyAnswered(Refused):
    """This member has accepted: it can leave, but no longer decline."""


class NotIn(Refused):
    """This member is not in."""


class NotAMember(Unacceptable):
    """Whoever answers for a step must be in: a member that accepted, or the State that consented."""


class MilestoneStands(Refused):
    """A step stands under this id already: revise it instead."""


class NoSuchMilestone(NotFound):
    """There is no such step in the work plan."""


class NotActive(Refused):
    """This can only be done while the coalition is active."""


class WorkStopped(Refused):
    """The coalition is suspended: its work plan rests until it is active again."""


class BeforeItCould(Unacceptable):
    """A coalition begins when the State has consented and another member is in; it is looked back on after that."""


class BeforeTheProposal(Unacceptable):
    """The day lies before the proposal."""


@dataclass(frozen=True)
class Milestone:
    """A step: who answers for it, by when, and when it was reached."""

    title: str
    responsible: str
    due_on: date
    reached_on: date | None = None


@dataclass(frozen=True)
class Coalition:
    """Where a coalition stands. `answers` is by member, the affected State not among them."""

    status: Status | None = None  # nothing is proposed yet
    state: str = ""
    proposed_on: date = date.min
    consented: bool = False
    consented_on: date = date.min
    began_on: date = date.min
    joined_on: Mapping[str, date] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    pledges: frozenset[str] = frozenset()

    @property
    def over(self) -> bool:
        """Concluded or abandoned."""
        return self.status in ("concluded", "abandoned")

    @property
    def others_in(self) -> frozenset[str]:
        """The members that accepted, besides the affected State."""
        return frozenset(member for member, answer in self.answers.items() if answer == "accepted")

    @property
    def could_begin_on(self) -> date:
        """The first day on which consent stands and another member is in."""
        joined = [self.joined_on[member] for member in self.others_in if member in self.joined_on]
        return max([self.consented_on, *([min(joined)] if joined else [])])

    def is_in(self, member: str) -> bool:
        """Whether this member takes part: it accepted, or it is the State and its consent stands."""
        return member in self.others_in or (member == self.state and self.consented)

    def standing_of(self, giver: str) -> Standing:
        """How this giver stands to it. The affected State is asked with the proposal, and again by a withdrawal."""
        if giver == self.state:
            return "member" if self.consented else "invited"
        answer = self.answers.get(giver)
        if answer is None:
            return "not_invited"
        return "member" if answer == "accepted" else answer


def decide(command: CoalitionCommand, coalition: Coalition) -> tuple[CoalitionEvent, ...]:
    """What follows from a command; a refusal where the rules of the coalition do not let it."""
    match command:
        case ProposeCoalition():
            return propose(command, coalition)
        case NoteContribution():
            return note_contribution(command, coalition)
        case _:
            must_go_on(command, coalition)
    match command:
        case InviteMember() | AcceptInvitation() | DeclineInvitation() | LeaveCoalition():
            return decide_membership(command, coalition)
        case ConsentToCoalition() | WithdrawConsent():
            return decide_consent(command, coalition)
        case AgreeMilestone() | ReviseMilestone() | ReachMilestone():
            return decide_work_plan(command, coalition)
        case ActivateCoalition() | HoldReview() | ConcludeCoalition() | AbandonCoalition():
            return decide_course(command, coalition)
        case _:
            assert_never(command)


def must_go_on(command: CoalitionCommand, coalition: Coalition) -> None:
    """There is a coalition, it is not over, and the day named is not before its proposal."""
    if not coalition.status:
        raise NoSuchCoalition()
    if coalition.over:
        raise CoalitionIsOver(found=coalition.status)
    on = getattr(command, "on", None)
    if on is not None and on < coalition.proposed_on:
        raise BeforeTheProposal(field="on", found=on, allowed=f"{coalition.proposed_on} or later")


def propose(command: ProposeCoalition, coalition: Coalition) -> tuple[CoalitionEvent, ...]:
    """The proposal, and with it the question to the affected State."""
    if coalition.status:
        raise AlreadyProposed()
    return (
        CoalitionProposed(**dict(command)),
        MemberInvited(member=command.state, name=country_name(command.state), role="affected_state"),
    )


def note_contribution(command: NoteContribution, coalition: Coalition) -> tuple[CoalitionEvent, ...]:
    """The pledge is noted once. A pledge to a coalition that was never proposed is nobody's here."""
    if not coalition.status or command.pledge in coalition.pledges:
        return ()
    return (ContributionNoted(**dict(command), standing=coalition.standing_of(command.member)),)


def decide_membership(
    command: InviteMember | AcceptInvitation | DeclineInvitation | LeaveCoalition, coalition: Coalition
) -> tuple[CoalitionEvent, ...]:
    """Each member answers for itself; the affected State's answer is its consent."""
    member = command.member
    if member == coalition.state:
        raise ConsentIsItsAnswer(field="member", found=member)
    answer = coalition.answers.get(member)
    match command:
        case InviteMember(name=name, role=role):
            if answer in ("invited", "accepted"):
                raise AlreadyInvited(field="member", found=answer)
            return (MemberInvited(member=member, name=name, role=role),)
        case AcceptInvitation(on=on):
            if answer in (None, "left"):
                raise NotInvited(field="member", found=member)
            return () if answer == "accepted" else (InvitationAccepted(member=member, on=on),)
        case DeclineInvitation(reason=reason):
            if answer in (None, "left"):
                raise NotInvited(field="member", found=member)
            if answer == "accepted":
                raise AlreadyAnswered(field="member", found=answer)
            return () if answer == "declined" else (InvitationDeclined(member=member, reason=reason),)
        case LeaveCoalition(reason=reason, on=on):
            if answer != "accepted":
                raise NotIn(field="member", found=member)
            left = MemberLeft(member=member, reason=reason, on=on)
            if coalition.status == "active" and coalition.others_in == {member}:
                return (left, CoalitionSuspended(reason="No other member is left.", on=on))
            return (left,)
        case _:
            assert_never(command)


def decide_consent(command: ConsentToCoalition | WithdrawConsent, coalition: Coalition) -> tuple[CoalitionEvent, ...]:
    """The affected State's own act, and nobody else's."""
    if command.state != coalition.state:
        raise NotTheAffectedState(field="state", found=command.state, allowed=coalition.state)
    match command:
        case ConsentToCoalition(on=on, by=by):
            return () if coalition.consented else (StateConsented(on=on, by=by),)
        case WithdrawConsent(reason=reason, on=on):
            if not coalition.consented:
                return ()
            withdrawn = ConsentWithdrawn(reason=reason, on=on)
            if coalition.status == "active":
                return (withdrawn, CoalitionSuspended(reason="The affected State withdrew its consent.", on=on))
            return (withdrawn,)
        case _:
            assert_never(command)


def decide_work_plan(
    command: AgreeMilestone | ReviseMilestone | ReachMilestone, coalition: Coalition
) -> tuple[CoalitionEvent, ...]:
    """Steps may be agreed before work begins, so that the State knows what it consents to."""
    if coalition.status == "suspended":
        raise WorkStopped()
    standing = coalition.milestones.get(command.milestone)
    match command:
        case AgreeMilestone():
            if standing:
                raise MilestoneStands(field="milestone", found=command.milestone)
            must_be_in(command.responsible, coalition)
            return (MilestoneAgreed(**dict(command)),)
        case ReviseMilestone():
            if not standing:
                raise NoSuchMilestone(field="milestone", found=command.milestone)
            must_be_in(command.responsible, coalition)
            return (MilestoneRevised(**dict(command)),)
        case ReachMilestone(milestone=milestone, on=on):
            if not standing:
                raise NoSuchMilestone(field="milestone", found=milestone)
            if coalition.status != "active":
                raise NotActive(found=coalition.status, allowed="active")
            return () if standing.reached_on else (MilestoneReached(milestone=milestone, on=on),)
        case _:
            assert_never(command)


def must_be_in(responsible: str, coalition: Coalition) -> None:
    """Nobody is given a step who has not said yes."""
    if not coalition.is_in(responsible):
        members = sorted(coalition.others_in | ({coalition.state} if coalition.consented else set()))
        raise NotAMember(field="responsible", found=responsible, allowed=", ".join(members) or "nobody yet")


def decide_course(
    command: ActivateCoalition | HoldReview | ConcludeCoalition | AbandonCoalition, coalition: Coalition
) -> tuple[CoalitionEvent, ...]:
    """Beginning, reviewing and ending."""
    match command:
        case ActivateCoalition(on=on):
            if not coalition.consented:
                raise ConsentMissing(allowed=f"the consent of {coalition.state}")
            if not coalition.others_in:
                raise NobodyAccepted()
            must_not_precede(on, coalition.could_begin_on)
            return () if coalition.status == "active" else (CoalitionActivated(on=on),)
        case HoldReview(on=on, findings=findings):
            must_have_begun(coalition)
            must_not_precede(on, coalition.began_on)
            return (ReviewHeld(on=on, findings=findings),)
        case ConcludeCoalition(on=on, outcome=outcome, lessons=lessons):
            must_have_begun(coalition)
            must_not_precede(on, coalition.began_on)
            return (CoalitionConcluded(on=on, outcome=outcome, lessons=lessons),)
        case AbandonCoalition(reason=reason, on=on):
            return (CoalitionAbandoned(reason=reason, on=on),)
        case _:
            assert_never(command)


def must_not_precede(on: date, day: date) -> None:
    """As of a day in the past too, no coalition was active before its State's consent."""
    if on < day:
        raise BeforeItCould(field="on", found=on, allowed=f"{day} or later")


def must_have_begun(coalition: Coalition) -> None:
    """There is work to look back on, even where it stands still at the moment."""
    if coalition.status not in ("active", "suspended"):
        raise NotActive(found=coalition.status, allowed="active, suspended")


def evolve(coalition: Coalition, event: CoalitionEvent) -> Coalition:
    """The coalition after an event."""
    match event:
        case CoalitionProposed(state=state, proposed_on=on):
            return replace(coalition, status="proposed", state=state, proposed_on=on)
        case StateConsented(on=on):
            # A suspended coalition stays suspended until somebody begins it again.
            status: Status | None = "consented" if coalition.status == "proposed" else coalition.status
            return replace(coalition, consented=True, consented_on=on, status=status)
        case ConsentWithdrawn():
            # An active one is suspended by the event that follows in the same commit.
            status = "proposed" if coalition.status == "consented" else coalition.status
            return replace(coalition, consented=False, status=status)
        case CoalitionActivated(on=on):
            return replace(coalition, status="active", began_on=on)
        case CoalitionSuspended():
            return replace(coalition, status="suspended")
        case CoalitionConcluded():
            return replace(coalition, status="concluded")
        case CoalitionAbandoned():
            return replace(coalition, status="abandoned")
        case MemberInvited(member=member, role=role):
            return coalition if role == "affected_state" else answered(coalition, member, "invited")
        case InvitationAccepted(member=member, on=on):
            joined = {**coalition.joined_on, member: on}
            return replace(answered(coalition, member, "accepted"), joined_on=joined)
        case InvitationDeclined(member=member):
            return answered(coalition, member, "declined")
        case MemberLeft(member=member):
            return answered(coalition, member, "left")
        case MilestoneAgreed() | MilestoneRevised():
            step = Milestone(event.title, event.responsible, event.due_on)
            return replace(coalition, milestones={**coalition.milestones, event.milestone: step})
        case MilestoneReached(milestone=milestone, on=on):
            reached = replace(coalition.milestones[milestone], reached_on=on)
            return replace(coalition, milestones={**coalition.milestones, milestone: reached})
        case ContributionNoted(pledge=pledge):
            return replace(coalition, pledges=coalition.pledges | {pledge})
        case ReviewHeld():
            return coalition
        case _:
            assert_never(event)


def answered(coalition: Coalition, member: str, answer: Answer) -> Coalition:
    """The coalition with this member's answer."""
    return replace(coalition, answers={**coalition.answers, member: answer})


COALITIONS = Decider("coalition", Coalition(), decide, evolve, events=get_args(CoalitionEvent), upcasts=UPCASTS)
