"""What is answered about an obligation on a day: document, rules and calendar put together. Pure."""

from collections.abc import Iterable
from datetime import date

from services.deadlines import treaty
from services.deadlines.domain.extension import ExtensionRequest
from services.deadlines.domain.obligation_events import (
    CompletionStated,
    ExtensionDecided,
    ExtensionQuestionAnswered,
    ExtensionQuestionPut,
    ExtensionRequestLodged,
    ExtensionRequestStated,
    ExtensionRequestWithdrawn,
    FigureStated,
    HostilitiesStated,
    LaterFindStated,
    MeasureStated,
    OriginalDeadlineStated,
    ReminderIssued,
    StatusStated,
)
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.standing import StatusOfDuty
from services.deadlines.treaty import MeetingDays
from services.deadlines.views.cited import Cited, EventLink
from services.deadlines.views.obligations import ObligationDocument
from shared.countries import country_name
from shared.dates import PartialDate
from shared.messages import Value


class ObligationLine(OfDuty):
    """One obligation in a list. Dates stay as exact as they were written; None: no date, or not known.

    `status` is what the rules make of the facts on that day; `stated_status` the latest source's word.
    """

    id: str
    name: str
    reference: str
    title: str
    status: StatusOfDuty
    overdue: bool
    request_pending: bool
    waits_for_end_of_hostilities: bool
    entry_into_force: date | None
    original_deadline: PartialDate | None
    deadline_in_force: PartialDate | None
    declared_on: PartialDate | None
    ended_on: date | None
    stated_status: str


class ConflictAnswer(Value):
    """A field on which sources cannot all be right, with every value that they give."""

    field: str
    values: tuple[PartialDate, ...]


class RequestAnswer(Value):
    """One extension request with all its sources; the values used come from the latest of them.

    `granted`: True in full or in part, False not approved or taken back, None undecided or not read.
    `pending`: waits for a decision, as far as is known. `late`: flagged, never a ground to refuse.
    """

    sequence: int | None
    asked_until: PartialDate | None
    lodged_on: PartialDate | None
    meeting: str
    mode: str
    decided_on: PartialDate | None
    granted: bool | None
    granted_until: PartialDate | None
    conditions: str
    pending: bool
    late: bool | None
    due_by: date | None
    missing_parts: tuple[str, ...]
    conflicts: tuple[ConflictAnswer, ...]
    lodged: ExtensionRequestLodged | None
    decided: ExtensionDecided | None
    withdrawn: ExtensionRequestWithdrawn | None
    questions: tuple[ExtensionQuestionPut, ...]
    answers: tuple[ExtensionQuestionAnswered, ...]
    sources: tuple[Cited[ExtensionRequestStated], ...]


class LodgingAnswer(Value):
    """Until when a request would be in time, and for which meeting."""

    meeting: str
    meeting_on: date
    due_by: date


class ExtensionRules(Value):
    """Whether and how more time can be had. `last_day`: the latest that one request can bring."""

    possible: bool
    cap_years: int | None
    last_day: date | None
    lodging: LodgingAnswer | None
    parts: tuple[str, ...]


class ObligationAnswer(ObligationLine):
    """One obligation with everything recorded of it."""

    stated_deadlines: tuple[OriginalDeadlineStated, ...]
    hostilities: tuple[HostilitiesStated, ...]
    extension: ExtensionRules
    requests: tuple[RequestAnswer, ...]
    finished_on: PartialDate | None
    figures: tuple[Cited[FigureStated], ...]
    statuses: tuple[Cited[StatusStated], ...]
    measures: tuple[Cited[MeasureStated], ...]
    completions: tuple[Cited[CompletionStated], ...]
    finds: tuple[Cited[LaterFindStated], ...]
    reminders: tuple[ReminderIssued, ...]
    events: tuple[EventLink, ...]


def line(document: ObligationDocument, on: date) -> ObligationLine:
    """The obligation in a list, as of that day."""
    standing = document.folded
    rule = treaty.duty_of(document.treaty, document.article, document.clock)
    return ObligationLine(
        treaty=document.treaty,
        state=document.state,
        article=document.article,
        clock=document.clock,
        id=document.duty_id,
        name=country_name(document.state),
        reference=rule.reference,
        title=rule.title,
        status=standing.status(on),
        overdue=standing.overdue(on),
        request_pending=standing.pending,
        waits_for_end_of_hostilities=standing.waits_for_peace,
        entry_into_force=standing.entry_into_force,
        original_deadline=standing.original_deadline,
        deadline_in_force=standing.deadline_in_force,
        declared_on=standing.declared_on,
        ended_on=standing.ended_on,
        stated_status=_stated_status(document),
    )


def full(document: ObligationDocument, meetings: Iterable[MeetingDays], on: date) -> ObligationAnswer:
    """Everything about the obligation, as of that day."""
    standing = document.folded
    return ObligationAnswer(
        **dict(line(document, on)),
        stated_deadlines=standing.originals,
        hostilities=standing.hostilities,
        extension=_extension(document, meetings),
        requests=tuple(_request(one, document) for one in standing.requests),
        finished_on=standing.finished_on,
        figures=document.figures,
        statuses=document.statuses,
        measures=document.measures,
        completions=document.completions,
        finds=document.finds,
        reminders=standing.reminded,
        events=document.events,
    )


def _stated_status(document: ObligationDocument) -> str:
    newest = max(document.statuses, key=lambda one: (one.said.as_of.end, one.recorded_on, one.link), default=None)
    return newest.said.status if newest else ""


def _extension(document: ObligationDocument, meetings: Iterable[MeetingDays]) -> ExtensionRules:
    extension = treaty.duty_of(document.treaty, document.article, document.clock).extension
    if extension is None:
        return ExtensionRules(possible=False, cap_years=None, last_day=None, lodging=None, parts=())
    deadline = document.folded.deadline_in_force
    lodging, last = None, None
    if deadline is not None:
        months = extension.lodging.months_before_meeting
        found = treaty.lodging_day(document.treaty, deadline.start, meetings, months)
        last = treaty.longest_extension(document.treaty, document.article, deadline.end, document.clock)
        if found is not None:
            lodging = LodgingAnswer(meeting=found.meeting, meeting_on=found.meeting_on, due_by=found.due_by)
    return ExtensionRules(
        possible=True,
        cap_years=extension.cap_years,
        last_day=last,
        lodging=lodging,
        parts=tuple(f"({one.letter}) {one.words}" for one in extension.contents),
    )


def _request(request: ExtensionRequest, document: ObligationDocument) -> RequestAnswer:
    lodged = request.lodged
    return RequestAnswer(
        sequence=request.sequence,
        asked_until=request.asked_until,
        lodged_on=request.lodged_on,
        meeting=request.meeting,
        mode=request.mode,
        decided_on=request.decided_on,
        granted=request.granted,
        granted_until=request.granted_until,
        conditions=request.conditions,
        pending=request.pending,
        late=lodged.late if lodged else None,
        due_by=lodged.due_by if lodged else None,
        missing_parts=lodged.contents.missing if lodged else (),
        conflicts=tuple(ConflictAnswer(field=one.field, values=one.values) for one in request.conflicts),
        lodged=lodged,
        decided=request.decided,
        withdrawn=request.withdrawn,
        questions=request.questions,
        answers=request.answers,
        sources=tuple(one for one in document.extension_statements if one.said in request.stated),
    )
