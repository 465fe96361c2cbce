"""Obligations over HTTP: reading them, and recording what was said and done about them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.deadlines.answers import ObligationAnswer, ObligationLine, full, line
from services.deadlines.api.checking import AsOf, same_duty
from services.deadlines.domain import obligation_refusals as refusals
from services.deadlines.domain.obligation_commands import (
    DeclareCompletion,
    RecordCompletionStatement,
    RecordExtensionStatement,
    RecordFigure,
    RecordLaterFind,
    RecordMeasure,
    RecordStatus,
    RecordWorkFinished,
    RegisterObligation,
    StateHostilities,
    StateOriginalDeadline,
)
from services.deadlines.domain.standing import StatusOfDuty
from services.deadlines.policies import Obligations, calendar_of
from services.deadlines.treaty_rules import Article, Treaty
from services.deadlines.views.meetings import MeetingDocument
from services.deadlines.views.obligations import ObligationDocument
from shared.clock import Clock, today
from shared.countries import Iso3
from shared.http.days import NotYet, happened
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View

_NAMED = problems(refusals.NoSuchDutyInTreaty, refusals.AnotherDuty)
_ACTS = problems(
    refusals.NoSuchDutyInTreaty,
    refusals.AnotherDuty,
    refusals.BeforeEntryIntoForce,
    refusals.NothingToComplete,
    NotYet,
    refusals.DutyIsOver,
    refusals.AlreadyDeclared,
)
DueAfter = Annotated[date | None, Query(description="Deadline in force on this day or later")]
DueBefore = Annotated[date | None, Query(description="Deadline in force on this day or earlier")]
Late = Annotated[bool | None, Query(description="true: only what is past its deadline; false: only what is not")]


def reading(documents: View[ObligationDocument], meetings: View[MeetingDocument], clock: Clock) -> APIRouter:
    """Lists and single obligations."""
    router = APIRouter(prefix="/obligations", tags=["obligations"])

    @router.get("")
    async def all_obligations(
        read: Reader,
        state: Iso3 | None = None,
        treaty: Treaty | None = None,
        article: Article | None = None,
        status: StatusOfDuty | None = None,
        due_after: DueAfter = None,
        due_before: DueBefore = None,
        late: Late = None,
        on: AsOf = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[ObligationLine]:
        """Obligations with their deadline in force and status, in the order of their names."""
        day = on or today(clock)

        def wanted(document: ObligationDocument) -> bool:
            standing = document.folded
            deadline = standing.deadline_in_force
            return (
                (status is None or standing.status(day) == status)
                and (due_after is None or (deadline is not None and deadline.end >= due_after))
                and (due_before is None or (deadline is not None and deadline.start <= due_before))
                and (late is None or standing.overdue(day) == late)
            )

        where = {"state": state, "treaty": treaty, "article": article}
        page = await documents.find(where, cursor, limit, read.after, keep=wanted)
        return Page(items=[line(one, day) for one in page.items], next=page.next)

    @router.get("/{id}")
    async def one_obligation(id: Identity, read: Reader, on: AsOf = None) -> ObligationAnswer:
        """One obligation with every statement, its requests, and what the rules allow."""
        document = await documents.get(id, after=read.after)
        return full(document, await calendar_of(meetings, document.treaty), on or today(clock))

    return router


def recording(obligations: Obligations, clock: Clock) -> APIRouter:
    """What the ISU records of any State, and each State of itself."""
    router = APIRouter(prefix="/obligations", tags=["obligations"])

    @router.post("/{id}", status_code=201, responses=_NAMED)
    async def register_obligation(id: Identity, body: RegisterObligation, write: Write) -> Receipt:
        """A source says that the State has this duty (ISU)."""
        same_duty(id, body)
        write.caller.must_be("isu")
        return await write.send(obligations, id, body)

    @router.post("/{id}/original-deadline", status_code=201, responses=_NAMED)
    async def state_original_deadline(id: Identity, body: StateOriginalDeadline, write: Write) -> Receipt:
        """The first deadline as a source gives it (ISU)."""
        same_duty(id, body)
        write.caller.must_be("isu")
        return await write.send(obligations, id, body)

    @router.post("/{id}/hostilities", status_code=201, responses=problems(refusals.ClockNeeded, refusals.AnotherDuty))
    async def state_hostilities(id: Identity, body: StateHostilities, write: Write) -> Receipt:
        """Hostilities that left remnants, and their end once known (ISU; CCM 4.1(b))."""
        same_duty(id, body)
        write.caller.must_be("isu")
        if body.ended_on is not None:
            happened(body.ended_on, "ended_on", clock)
        return await write.send(obligations, id, body)

    @router.post("/{id}/figures", status_code=201, responses=_NAMED)
    async def record_figure(id: Identity, body: RecordFigure, write: Write) -> Receipt:
        """A figure on the work, as the State reports it or another source gives it."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        return await write.send(obligations, id, body)

    @router.post("/{id}/statuses", status_code=201, responses=_NAMED)
    async def record_status(id: Identity, body: RecordStatus, write: Write) -> Receipt:
        """On track or not, as the State or another source says."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        return await write.send(obligations, id, body)

    @router.post("/{id}/measures", status_code=201, responses=_NAMED)
    async def record_measure(id: Identity, body: RecordMeasure, write: Write) -> Receipt:
        """A law, plan or focal point."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        return await write.send(obligations, id, body)

    @router.post("/{id}/extension-statements", status_code=201, responses=_NAMED)
    async def record_extension_statement(id: Identity, body: RecordExtensionStatement, write: Write) -> Receipt:
        """What a source says about an extension request (ISU)."""
        same_duty(id, body)
        write.caller.must_be("isu")
        return await write.send(obligations, id, body)

    @router.post("/{id}/completion-statements", status_code=201, responses=_NAMED)
    async def record_completion_statement(id: Identity, body: RecordCompletionStatement, write: Write) -> Receipt:
        """What a source says about completion (ISU)."""
        same_duty(id, body)
        write.caller.must_be("isu")
        return await write.send(obligations, id, body)

    @router.post("/{id}/work-finished", status_code=201, responses=_ACTS)
    async def record_work_finished(id: Identity, body: RecordWorkFinished, write: Write) -> Receipt:
        """The work is done; the duty stays open until it is declared."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        happened(body.finished_on, "finished_on", clock)
        return await write.send(obligations, id, body)

    @router.post("/{id}/declaration", status_code=201, responses=_ACTS)
    async def declare_completion(id: Identity, body: DeclareCompletion, write: Write) -> Receipt:
        """The State declares completion, or the ISU records its declaration from a named source."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        happened(body.declared_on, "declared_on", clock)
        return await write.send(obligations, id, body)

    @router.post("/{id}/later-finds", status_code=201, responses=_NAMED)
    async def record_later_find(id: Identity, body: RecordLaterFind, write: Write) -> Receipt:
        """Something was found after completion: open again, under the old date."""
        same_duty(id, body)
        write.caller.must_act_for(body.state)
        return await write.send(obligations, id, body)

    return router
