"""How an obligation's document grows by the events of its stream."""

from services.insights.facts.obligation import (
    Completion,
    Dated,
    Decision,
    DutyEnd,
    ExtensionStatement,
    Figure,
    Hostilities,
    LaterFind,
    Lodging,
    Measure,
    Obligation,
    OriginalDeadline,
    Question,
    Registered,
    Reminder,
    RequestTakenBack,
    Status,
)
from services.insights.facts.origin import Fact, done, start_of, stated
from services.insights.readings import deadlines as told
from shared.dates import PartialDate, Period
from shared.heard import Heard

ObligationHeard = (
    told.ObligationRegistered
    | told.OriginalDeadlineStated
    | told.ObligationDated
    | told.HostilitiesStated
    | told.FigureStated
    | told.StatusStated
    | told.ExtensionRequestStated
    | told.ExtensionRequestLodged
    | told.ExtensionQuestionPut
    | told.ExtensionQuestionAnswered
    | told.ExtensionRequestWithdrawn
    | told.ExtensionDecided
    | told.CompletionStated
    | told.WorkFinished
    | told.CompletionDeclared
    | told.LaterFindStated
    | told.MeasureStated
    | told.DutyEnded
    | told.ReminderIssued
)


def fold(obligation: Obligation | None, heard: Heard[ObligationHeard]) -> Obligation | None:
    """The obligation after one event."""
    event = heard.event
    if obligation is None:
        obligation = Obligation(
            id=heard.identity, treaty=event.treaty, state=event.state, article=event.article, clock=event.clock
        )
    field, fact = _fact(heard)
    return obligation.plus(field, fact)


def _fact(heard: Heard[ObligationHeard]) -> tuple[str, Fact]:
    event = heard.event
    match event:
        case told.ObligationRegistered():
            return "registered", Registered(origin=stated(heard, event.statement))
        case told.OriginalDeadlineStated():
            # A deadline is set years ahead: that it lies in the future says nothing of when it was known.
            return "original_deadlines", OriginalDeadline(
                origin=stated(heard, event.statement),
                deadline=event.deadline,
                derivation=event.derivation,
            )
        case told.ObligationDated():
            return "dated", Dated(
                origin=done(heard, event.entry_into_force),
                entry_into_force=event.entry_into_force,
                original_deadline=event.original_deadline,
                reference=event.reference,
                extension_cap_years=event.extension_cap_years,
                lodge_months_before_meeting=event.lodge_months_before_meeting,
            )
        case told.HostilitiesStated():
            ended = Period(event.ended_on.isoformat()) if event.ended_on else event.began_on
            return "hostilities", Hostilities(
                origin=stated(heard, event.statement, ended, event.ended_on or start_of(event.began_on)),
                name=event.name,
                began_on=event.began_on,
                ended_on=event.ended_on,
                original_deadline=event.original_deadline,
            )
        case told.FigureStated():
            return "figures", Figure(
                origin=stated(heard, event.statement, event.period, event.period.start),
                metric=event.metric,
                value=event.value,
                unit=event.unit,
                period=event.period,
            )
        case told.StatusStated():
            return "statuses", Status(
                origin=stated(heard, event.statement, event.as_of, event.as_of.start),
                status=event.status,
                words=event.words,
                as_of=event.as_of,
                target_completion=event.target_completion,
            )
        case told.CompletionStated():
            happened = event.declared_on or event.completed_on
            return "completions", Completion(
                origin=stated(heard, event.statement, happened, start_of(event.completed_on, event.declared_on)),
                how="stated",
                completed_on=event.completed_on,
                completed_not_later=event.completed_not_later,
                declared_on=event.declared_on,
                in_time=event.in_time,
            )
        case told.WorkFinished():
            return "completions", Completion(
                origin=done(heard, event.finished_on, event.statement),
                how="finished",
                completed_on=PartialDate(event.finished_on.isoformat()),
            )
        case told.CompletionDeclared():
            return "completions", Completion(
                origin=done(heard, event.declared_on, event.statement),
                how="declared",
                declared_on=PartialDate(event.declared_on.isoformat()),
                meeting=event.meeting,
            )
        case told.LaterFindStated():
            return "later_finds", LaterFind(
                origin=stated(heard, event.statement, event.found_on, event.found_on.start),
                found_on=event.found_on,
                area_m2=event.area_m2,
                items=event.items,
            )
        case told.MeasureStated():
            return "measures", Measure(
                origin=stated(heard, event.statement, event.as_of or event.year, start_of(event.as_of, event.year)),
                status=event.status,
                law=event.law,
                year=event.year,
                as_of=event.as_of,
            )
        case told.DutyEnded():
            return "ended", DutyEnd(origin=done(heard), on=event.on, reason=event.reason)
        case told.ReminderIssued():
            return "reminders", Reminder(
                origin=done(heard, event.issued_on),
                kind=event.kind,
                due_on=event.due_on,
                step_days=event.step_days,
                issued_on=event.issued_on,
            )
        case _:
            return _extension(heard)


def _extension(heard: Heard[ObligationHeard]) -> tuple[str, Fact]:
    event = heard.event
    match event:
        case told.ExtensionRequestStated():
            # Before a decision the day of the meeting to come may be named already: it proves nothing.
            happened = event.decided_on if event.granted is not None else None
            happened = happened or event.lodged_on
            return "extensions", ExtensionStatement(
                origin=stated(heard, event.statement, happened or event.decided_on, start_of(happened)),
                sequence=event.sequence,
                requested_period=event.requested_period,
                asked_until=event.asked_until,
                lodged_on=event.lodged_on,
                decided_at=event.decided_at,
                decided_on=event.decided_on,
                mode=event.mode,
                granted_until=event.granted_until,
                outcome=event.outcome,
                granted=event.granted,
                conditions=event.conditions,
                annual_plan=event.annual_plan,
                remaining_at_request_m2=event.remaining_at_request_m2,
                budget=event.budget,
            )
        case told.ExtensionRequestLodged():
            return "lodgings", Lodging(
                origin=done(heard, event.lodged_on, event.statement),
                sequence=event.sequence,
                lodged_on=event.lodged_on,
                asked_until=event.asked_until,
                meeting=event.meeting,
                meeting_planned_on=event.meeting_planned_on,
                due_by=event.due_by,
                late=event.late,
            )
        case told.ExtensionQuestionPut():
            return "questions", Question(
                origin=done(heard, event.put_on),
                sequence=event.sequence,
                question=event.question,
                text=event.text,
                on=event.put_on,
            )
        case told.ExtensionQuestionAnswered():
            return "questions", Question(
                origin=done(heard, event.answered_on),
                sequence=event.sequence,
                question=event.question,
                text=event.text,
                on=event.answered_on,
                answer=True,
            )
        case told.ExtensionRequestWithdrawn():
            return "taken_back", RequestTakenBack(origin=done(heard), sequence=event.sequence, reason=event.reason)
        case told.ExtensionDecided():
            return "decisions", Decision(
                origin=done(heard, event.decided_on, event.statement),
                sequence=event.sequence,
                outcome=event.outcome,
                body=event.body,
                mode=event.mode,
                decided_on=event.decided_on,
                granted_until=event.granted_until,
                conditions=event.conditions,
            )
        case _:
            raise TypeError(f"an obligation's document does not read {type(event).__name__}")
