"""The calendar of meetings over HTTP: lodging days hang on it."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from services.deadlines.api.checking import AnotherThing, ImplausibleDay, same
from services.deadlines.domain import meeting as rules
from services.deadlines.domain.meeting import HoldMeeting, MoveMeeting, PlanMeeting, StateMeeting
from services.deadlines.treaty_rules import Treaty
from services.deadlines.views.cited import Cited, EventLink
from services.deadlines.views.meetings import MeetingDocument
from shared.handling import Handler
from shared.http.past import NoSuchDay, When
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.messages import Value
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View


class MeetingAnswer(Value):
    """One meeting. Days as held, else as last planned; `first_planned_on` where an earlier plan is known.

    `stated`: every source's account; they can differ.
    """

    id: str
    treaty: Treaty
    name: str
    kind: str
    starts_on: date | None
    ends_on: date | None
    first_planned_on: date | None
    held: bool
    place: str
    president: str
    stated: tuple[Cited[rules.MeetingStated], ...]
    moved: tuple[Cited[rules.MeetingMoved], ...]
    events: tuple[EventLink, ...]


def answer(document: MeetingDocument) -> MeetingAnswer:
    """The meeting as it is known."""
    meeting, days = document.folded, rules.days(document.folded)
    first = meeting.plans[0].starts_on if meeting.plans else None
    return MeetingAnswer(
        id=rules.identity(document.treaty, document.name),
        treaty=document.treaty,
        name=document.name,
        kind=meeting.kind,
        starts_on=days.starts_on if days else None,
        ends_on=days.ends_on if days else None,
        first_planned_on=first if days and first != days.starts_on else None,
        held=meeting.held is not None,
        place=document.place,
        president=document.president,
        stated=document.stated,
        moved=document.moved,
        events=document.events,
    )


def routes(meetings: Handler[Any, Any, Any], documents: View[MeetingDocument]) -> APIRouter:
    """Everything about meetings. The ISU keeps the calendar; coordinators may plan and move meetings."""
    router = APIRouter(prefix="/meetings", tags=["meetings"])

    @router.get("", responses=problems(NoSuchDay))
    async def all_meetings(
        read: Reader,
        when: When,
        treaty: Treaty | None = None,
        kind: str | None = None,
        starts_after: date | None = None,
        starts_before: date | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[MeetingAnswer]:
        """Meetings, with their first day on or between the days given; as known now or on an earlier day."""

        def wanted(document: MeetingDocument) -> bool:
            days = rules.days(document.folded)
            return (
                (kind is None or document.folded.kind == kind)
                and (starts_after is None or (days is not None and days.starts_on >= starts_after))
                and (starts_before is None or (days is not None and days.starts_on <= starts_before))
            )

        page = await documents.find({"treaty": treaty}, cursor, limit, read.after, wanted, when)
        return Page(items=[answer(one) for one in page.items], next=page.next)

    @router.get("/{id}", responses=problems(NoSuchDay))
    async def one_meeting(id: Identity, read: Reader, when: When) -> MeetingAnswer:
        """One meeting."""
        return answer(await documents.get(id, after=read.after, on=when))

    @router.post(
        "/{id}",
        status_code=201,
        responses=problems(
            AnotherThing, ImplausibleDay, rules.EndsBeforeItStarts, rules.AlreadyPlanned, rules.AlreadyHeld
        ),
    )
    async def plan_meeting(id: Identity, body: PlanMeeting, write: Write) -> Receipt:
        """Put a meeting in the calendar (ISU, Coordinators)."""
        same(id, rules.identity(body.treaty, body.name), "name", body)
        write.caller.must_be("isu", "coordinator")
        return await write.send(meetings, id, body)

    @router.post("/{id}/statements", status_code=201, responses=problems(AnotherThing, ImplausibleDay))
    async def state_meeting(id: Identity, body: StateMeeting, write: Write) -> Receipt:
        """What a source says of a meeting (ISU)."""
        same(id, rules.identity(body.treaty, body.name), "name", body)
        write.caller.must_be("isu")
        return await write.send(meetings, id, body)

    @router.post(
        "/{id}/move",
        status_code=201,
        responses=problems(AnotherThing, ImplausibleDay, rules.EndsBeforeItStarts, rules.NotPlanned, rules.AlreadyHeld),
    )
    async def move_meeting(id: Identity, body: MoveMeeting, write: Write) -> Receipt:
        """Give a meeting other days (ISU, Coordinators); earlier plans stay known."""
        same(id, rules.identity(body.treaty, body.name), "name", body)
        write.caller.must_be("isu", "coordinator")
        return await write.send(meetings, id, body)

    @router.post(
        "/{id}/held",
        status_code=201,
        responses=problems(AnotherThing, ImplausibleDay, rules.EndsBeforeItStarts, rules.NotPlanned, rules.AlreadyHeld),
    )
    async def hold_meeting(id: Identity, body: HoldMeeting, write: Write) -> Receipt:
        """The meeting was held on these days (ISU)."""
        same(id, rules.identity(body.treaty, body.name), "name", body)
        write.caller.must_be("isu")
        return await write.send(meetings, id, body)

    return router
