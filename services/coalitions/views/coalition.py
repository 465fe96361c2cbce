"""A coalition on one page: who is in, what is agreed, what was given, how it stands."""

from datetime import date
from typing import assert_never, get_args

from services.coalitions.domain.coalition import Answer, Status
from services.coalitions.domain.coalition_messages import (
    CoalitionAbandoned,
    CoalitionActivated,
    CoalitionConcluded,
    CoalitionEvent,
    CoalitionProposed,
    CoalitionSuspended,
    ConsentWithdrawn,
    ContributionNoted,
    InvitationAccepted,
    InvitationDeclined,
    MemberInvited,
    MemberLeft,
    MilestoneAgreed,
    MilestoneReached,
    MilestoneRevised,
    ReviewHeld,
    Role,
    Standing,
    StateConsented,
)
from services.coalitions.domain.earlier import UPCASTS
from services.coalitions.domain.naming import ObligationName
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money
from shared.projection import Projection


class Consent(Value):
    """The affected State's standing consent."""

    on: date
    by: str
    link: str


class MemberLine(Value):
    """One who was asked, and the answer. The affected State's answer is its consent."""

    member: str
    name: str
    role: Role
    answer: Answer
    on: date | None = None
    reason: str = ""
    link: str


class MilestoneLine(Value):
    """A step of the work plan; `revisions` counts its changes, which the history shows."""

    milestone: str
    title: str
    responsible: str
    due_on: date
    reached_on: date | None = None
    revisions: int = 0
    link: str


class ContributionLine(Value):
    """A pledge as it was announced; what became of it stands under /contributions.

    `standing`: how the donor stood to the coalition at that moment; `from_member`: whether as a member.
    """

    pledge: str
    member: str
    amount: Money | None
    in_kind: str
    from_member: bool
    standing: Standing
    link: str


class ReviewLine(Value):
    """A review meeting."""

    on: date
    findings: str
    link: str


class CoalitionPage(Value):
    """Everything published about a coalition. `reason` says why it is suspended or was abandoned."""

    coalition: str
    state: str
    obligations: tuple[ObligationName, ...]
    purpose: str
    proposed_by: str
    proposed_on: date
    status: Status = "proposed"
    consent: Consent | None = None
    members: tuple[MemberLine, ...] = ()
    milestones: tuple[MilestoneLine, ...] = ()
    contributions: tuple[ContributionLine, ...] = ()
    reviews: tuple[ReviewLine, ...] = ()
    activated_on: date | None = None
    suspended_on: date | None = None
    ended_on: date | None = None
    outcome: str = ""
    lessons: str = ""
    reason: str = ""
    link: str
    changed_by: str
    """The newest event, by its link."""


def fold(page: CoalitionPage | None, heard: Heard[CoalitionEvent]) -> CoalitionPage | None:
    """The page after an event."""
    if isinstance(heard.event, CoalitionProposed):
        return CoalitionPage(coalition=heard.identity, **dict(heard.event), link=heard.link, changed_by=heard.link)
    if page is None:
        return None
    return page.model_copy(update={**changes(page, heard.event, heard.link), "changed_by": heard.link})


def changes(page: CoalitionPage, event: CoalitionEvent, link: str) -> dict[str, object]:
    """The fields of the page that an event changes."""
    match event:
        case CoalitionProposed():
            return {}
        case MemberInvited(member=member, name=name, role=role):
            line = MemberLine(member=member, name=name, role=role, answer="invited", link=link)
            return {"members": (*(one for one in page.members if one.member != member), line)}
        case InvitationAccepted(member=member, on=on):
            return {"members": answered(page, member, answer="accepted", on=on, reason="", link=link)}
        case InvitationDeclined(member=member, reason=reason):
            return {"members": answered(page, member, answer="declined", reason=reason, link=link)}
        case MemberLeft(member=member, reason=reason, on=on):
            return {"members": answered(page, member, answer="left", on=on, reason=reason, link=link)}
        case StateConsented(on=on, by=by):
            status: Status = "consented" if page.status == "proposed" else page.status
            members = answered(page, page.state, answer="accepted", on=on, reason="", link=link)
            return {"consent": Consent(on=on, by=by, link=link), "status": status, "members": members}
        case ConsentWithdrawn(reason=reason, on=on):
            status = "proposed" if page.status == "consented" else page.status
            members = answered(page, page.state, answer="left", on=on, reason=reason, link=link)
            return {"consent": None, "status": status, "reason": reason, "members": members}
        case CoalitionActivated(on=on):
            first = page.activated_on or on
            return {"status": "active", "activated_on": first, "suspended_on": None, "reason": ""}
        case CoalitionSuspended(reason=reason, on=on):
            return {"status": "suspended", "suspended_on": on, "reason": reason}
        case MilestoneAgreed():
            return {"milestones": (*page.milestones, MilestoneLine(**dict(event), link=link))}
        case MilestoneRevised():
            return {"milestones": tuple(revised(line, event, link) for line in page.milestones)}
        case MilestoneReached(milestone=milestone, on=on):
            return {
                "milestones": tuple(
                    line.model_copy(update={"reached_on": on, "link": link}) if line.milestone == milestone else line
                    for line in page.milestones
                )
            }
        case ContributionNoted():
            return {"contributions": (*page.contributions, contributed(event, link))}
        case ReviewHeld(on=on, findings=findings):
            return {"reviews": (*page.reviews, ReviewLine(on=on, findings=findings, link=link))}
        case CoalitionConcluded(on=on, outcome=outcome, lessons=lessons):
            return {"status": "concluded", "ended_on": on, "outcome": outcome, "lessons": lessons, "reason": ""}
        case CoalitionAbandoned(reason=reason, on=on):
            return {"status": "abandoned", "ended_on": on, "reason": reason}
        case _:
            assert_never(event)


def contributed(event: ContributionNoted, link: str) -> ContributionLine:
    """The line of a contribution."""
    return ContributionLine(**dict(event), from_member=event.standing == "member", link=link)


def answered(page: CoalitionPage, member: str, **said: object) -> tuple[MemberLine, ...]:
    """The members, one of them with a new answer."""
    return tuple(line.model_copy(update=said) if line.member == member else line for line in page.members)


def revised(line: MilestoneLine, event: MilestoneRevised, link: str) -> MilestoneLine:
    """The step as revised, if it is this one: open again."""
    if line.milestone != event.milestone:
        return line
    return MilestoneLine(
        milestone=event.milestone,
        title=event.title,
        responsible=event.responsible,
        due_on=event.due_on,
        revisions=line.revisions + 1,
        link=link,
    )


COALITION_PAGES = Projection(
    "coalition_pages",
    version=2,
    category="coalition",
    events=get_args(CoalitionEvent),
    document=CoalitionPage,
    fold=fold,
    fields=("state", "status"),
    upcasts=UPCASTS,
)
