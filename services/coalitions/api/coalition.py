"""Coalitions over HTTP: coordinators propose and invite, the State consents, members answer for themselves."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.coalitions.domain import coalition as rules
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.coalition_messages import (
    AbandonCoalition,
    AcceptInvitation,
    ActivateCoalition,
    AgreeMilestone,
    CoalitionCommand,
    CoalitionEvent,
    ConcludeCoalition,
    ConsentToCoalition,
    DeclineInvitation,
    HoldReview,
    InviteMember,
    LeaveCoalition,
    ProposeCoalition,
    ReachMilestone,
    ReviseMilestone,
    WithdrawConsent,
)
from services.coalitions.views.coalition import CoalitionPage
from services.coalitions.views.contribution import Contribution
from shared.auth.caller import Caller
from shared.clock import Clock
from shared.countries import Iso3
from shared.handling import Handler
from shared.http.days import NotYet, happened
from shared.http.past import NoSuchDay, When
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write, Writing
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View

CoalitionHandler = Handler[CoalitionCommand, CoalitionEvent, Coalition]
OVER = (rules.NoSuchCoalition, rules.CoalitionIsOver, NotYet)


def routes(
    coalitions: CoalitionHandler, pages: View[CoalitionPage], contributions: View[Contribution], clock: Clock
) -> APIRouter:
    """Everything about coalitions."""
    router = APIRouter(tags=["coalitions"])

    @router.get("", responses=problems(NoSuchDay))
    async def all_coalitions(
        read: Reader,
        when: When,
        state: Annotated[Iso3 | None, Query(description="The affected State")] = None,
        status: Annotated[rules.Status | None, Query()] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[CoalitionPage]:
        """Coalitions, all or of one State or status; now or as of an earlier day."""
        return await pages.find({"state": state, "status": status}, cursor, limit, read.after, on=when)

    @router.post("", status_code=201, responses=problems(rules.AlreadyProposed, NotYet))
    async def propose(body: ProposeCoalition, write: Write) -> Receipt:
        """Propose one: a coordinator, the ISU or the State itself. Its id stands in the receipt's stream."""
        must_lead(write.caller, body.state)
        happened(body.proposed_on, "proposed_on", clock)
        return await write.send(coalitions, write.fresh("coalition"), body)

    @router.get("/{id}", responses=problems(NoSuchDay))
    async def one(id: Identity, read: Reader, when: When) -> CoalitionPage:
        """One coalition."""
        return await pages.get(id, after=read.after, on=when)

    @router.get("/{id}/contributions")
    async def given(id: Identity, read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Page[Contribution]:
        """What became of each pledge to it."""
        return await contributions.find({"coalition": id}, cursor, limit, read.after)

    @router.post("/{id}/members", status_code=201, responses=problems(*OVER, rules.AlreadyInvited))
    async def invite(id: Identity, body: InviteMember, write: Write) -> Receipt:
        """Ask somebody in: a coordinator, the ISU or the State."""
        await must_lead_this(id, write.caller)
        return await done(id, body, write)

    @router.post("/{id}/acceptances", status_code=201, responses=problems(*OVER, rules.NotInvited))
    async def accept(id: Identity, body: AcceptInvitation, write: Write) -> Receipt:
        """Say yes for oneself; the ISU records it for those without an account."""
        must_be_the_member(write.caller, body.member)
        return await done(id, body, write)

    @router.post("/{id}/refusals", status_code=201, responses=problems(*OVER, rules.NotInvited, rules.AlreadyAnswered))
    async def decline(id: Identity, body: DeclineInvitation, write: Write) -> Receipt:
        """Say no for oneself."""
        must_be_the_member(write.caller, body.member)
        return await done(id, body, write)

    @router.post("/{id}/departures", status_code=201, responses=problems(*OVER, rules.NotIn))
    async def leave(id: Identity, body: LeaveCoalition, write: Write) -> Receipt:
        """Go."""
        must_be_the_member(write.caller, body.member)
        return await done(id, body, write)

    @router.post("/{id}/consent", status_code=201, responses=problems(*OVER, rules.NotTheAffectedState))
    async def consent(id: Identity, body: ConsentToCoalition, write: Write) -> Receipt:
        """Consent: the affected State's own representative and nobody else, not even the ISU (COA-1)."""
        write.caller.must_be_the_state(body.state)
        return await done(id, body, write)

    @router.post("/{id}/consent/withdrawal", status_code=201, responses=problems(*OVER, rules.NotTheAffectedState))
    async def withdraw_consent(id: Identity, body: WithdrawConsent, write: Write) -> Receipt:
        """Take the consent back; an active coalition is suspended."""
        write.caller.must_be_the_state(body.state)
        return await done(id, body, write)

    @router.post(
        "/{id}/activation", status_code=201, responses=problems(*OVER, rules.ConsentMissing, rules.NobodyAccepted)
    )
    async def activate(id: Identity, body: ActivateCoalition, write: Write) -> Receipt:
        """Begin, or begin again."""
        await must_lead_this(id, write.caller)
        return await done(id, body, write)

    @router.post(
        "/{id}/milestones", status_code=201, responses=problems(*OVER, rules.MilestoneStands, rules.NotAMember)
    )
    async def agree(id: Identity, body: AgreeMilestone, write: Write) -> Receipt:
        """Put a step into the work plan."""
        await must_lead_this(id, write.caller)
        return await done(id, body, write)

    @router.post(
        "/{id}/milestones/revisions",
        status_code=201,
        responses=problems(*OVER, rules.NoSuchMilestone, rules.NotAMember),
    )
    async def revise(id: Identity, body: ReviseMilestone, write: Write) -> Receipt:
        """Change a step, with the reason."""
        await must_lead_this(id, write.caller)
        return await done(id, body, write)

    @router.post(
        "/{id}/milestones/reached", status_code=201, responses=problems(*OVER, rules.NoSuchMilestone, rules.NotActive)
    )
    async def reach(id: Identity, body: ReachMilestone, write: Write) -> Receipt:
        """A step is done, says who answers for it, or who leads."""
        step = (await coalitions.load(id)).state.milestones.get(body.milestone)
        if step is None or write.caller.scope != step.responsible:
            await must_lead_this(id, write.caller)
        return await done(id, body, write)

    @router.post("/{id}/reviews", status_code=201, responses=problems(*OVER, rules.NotActive))
    async def review(id: Identity, body: HoldReview, write: Write) -> Receipt:
        """What a review meeting found."""
        await must_lead_this(id, write.caller)
        return await done(id, body, write)

    @router.post("/{id}/conclusion", status_code=201, responses=problems(*OVER, rules.NotActive))
    async def conclude(id: Identity, body: ConcludeCoalition, write: Write) -> Receipt:
        """End it with its outcome and lessons."""
        await must_lead_this(id, write.caller)
        return await done(id, body, write)

    @router.post("/{id}/abandonment", status_code=201, responses=problems(*OVER))
    async def abandon(id: Identity, body: AbandonCoalition, write: Write) -> Receipt:
        """Give it up, with the reason."""
        await must_lead_this(id, write.caller)
        return await done(id, body, write)

    async def done(id: str, body: CoalitionCommand, write: Writing) -> Receipt:
        if isinstance(day := getattr(body, "on", None), date):
            happened(day, "on", clock)
        return await write.send(coalitions, id, body)

    async def must_lead_this(id: str, caller: Caller) -> None:
        # Whose coalition it is stays the same for ever.
        state = (await coalitions.load(id, settled=lambda known: bool(known.state))).state.state
        if not state:
            raise rules.NoSuchCoalition()
        must_lead(caller, state)

    return router


def must_lead(caller: Caller, state: str) -> None:
    """Forbidden unless the caller is the affected State, a coordinator or the ISU."""
    if caller.role != "coordinator":
        caller.must_act_for(state)


def must_be_the_member(caller: Caller, member: str) -> None:
    """Forbidden unless the caller is that member, or the ISU for one without an account."""
    if caller.role == "state":
        caller.must_act_for(member)
    else:
        caller.must_act_as_donor(member)
