"""Extension requests over HTTP: lodged by the State, analysed, and decided by the States Parties."""

from datetime import date

from fastapi import APIRouter

from services.deadlines.api.checking import same_duty
from services.deadlines.domain import meeting as meetings_of
from services.deadlines.domain import obligation_refusals as refusals
from services.deadlines.domain.obligation_commands import (
    AnswerQuestion,
    DecideExtension,
    LodgeExtensionRequest,
    PutQuestion,
    WithdrawExtensionRequest,
)
from services.deadlines.policies import Obligations
from shared.clock import Clock
from shared.handling import Handler
from shared.http.days import NotYet, happened
from shared.http.problems import problems
from shared.http.writing import Write
from shared.receipts import Receipt
from shared.text import Identity

Meetings = Handler[meetings_of.MeetingCommand, meetings_of.MeetingEvent, meetings_of.Meeting]

_REQUEST = (refusals.AnotherDuty, refusals.NoSuchRequest, refusals.AlreadyDecided, refusals.TakenBack)


def routes(obligations: Obligations, meetings: Meetings, clock: Clock) -> APIRouter:
    """Everything about extension requests; reading them is part of reading their obligation."""
    router = APIRouter(prefix="/obligations", tags=["extension requests"])

    @router.post(
        "/{id}/extension-requests",
        status_code=201,
        responses=problems(
            refusals.AnotherDuty,
            refusals.ExtensionNotPossible,
            refusals.BeyondTheCap,
            refusals.NotLater,
            refusals.UnknownPart,
            refusals.BeforeEntryIntoForce,
            NotYet,
            refusals.NoDeadlineYet,
            refusals.RequestPending,
            refusals.DutyIsOver,
            refusals.AlreadyDeclared,
        ),
    )
    async def lodge_extension_request(id: Identity, body: LodgeExtensionRequest, write: Write) -> Receipt:
        """Ask for more time. A late request and missing parts are flagged, never refused.

        Without `meeting_planned_on` the calendar gives the day on which the meeting was planned then.
        """
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        happened(body.lodged_on, "lodged_on", clock)
        if body.meeting_planned_on is None:
            planned = await _planned(meetings, body.treaty, body.meeting, body.lodged_on)
            body = body.model_copy(update={"meeting_planned_on": planned})
        return await write.send(obligations, id, body)

    @router.post("/{id}/questions", status_code=201, responses=problems(*_REQUEST, refusals.QuestionKnown))
    async def put_question(id: Identity, body: PutQuestion, write: Write) -> Receipt:
        """A written question by those who analyse the request (ISU, Coordinators)."""
        same_duty(id, body)
        write.caller.must_be("isu", "coordinator")
        happened(body.put_on, "put_on", clock)
        return await write.send(obligations, id, body)

    @router.post(
        "/{id}/answers",
        status_code=201,
        responses=problems(refusals.AnotherDuty, refusals.NoSuchRequest, refusals.NoSuchQuestion, refusals.OutOfOrder),
    )
    async def answer_question(id: Identity, body: AnswerQuestion, write: Write) -> Receipt:
        """The State's answer."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        happened(body.answered_on, "answered_on", clock)
        return await write.send(obligations, id, body)

    @router.post("/{id}/extension-withdrawals", status_code=201, responses=problems(*_REQUEST))
    async def withdraw_extension_request(id: Identity, body: WithdrawExtensionRequest, write: Write) -> Receipt:
        """The State takes its request back: the deadline in force stands."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        return await write.send(obligations, id, body)

    @router.post(
        "/{id}/decisions",
        status_code=201,
        responses=problems(
            *_REQUEST,
            refusals.OutOfOrder,
            refusals.DecisionUnclear,
            refusals.MoreThanAsked,
            refusals.BeyondTheCap,
            refusals.NotLater,
            refusals.DutyIsOver,
        ),
    )
    async def decide_extension(id: Identity, body: DecideExtension, write: Write) -> Receipt:
        """What the States Parties decided, in session or by silence procedure (ISU)."""
        same_duty(id, body)
        write.caller.must_be("isu")
        happened(body.decided_on, "decided_on", clock)
        return await write.send(obligations, id, body)

    return router


async def _planned(meetings: Meetings, treaty: str, name: str, on: date) -> date | None:
    # What is decided here rests on the calendar itself, not on a view of it that may lag.
    meeting = (await meetings.load(meetings_of.identity(treaty, name))).state
    days = meetings_of.days(meeting, as_known_on=on)
    return days.counted_from if days else None
