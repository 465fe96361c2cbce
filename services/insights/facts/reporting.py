"""A party's Article 7 reports. Stream `reporting-<treaty>-<iso3>`."""

from datetime import date

from services.insights.facts.origin import Document, Fact, done, start_of, stated
from services.insights.readings import deadlines as told
from shared.dates import PartialDate, Period
from shared.heard import Heard


class DueDays(Fact):
    """The days that the treaty sets: entry into force + 180 days, then every 30 April."""

    entry_into_force: date
    initial_due: date
    first_annual_due: date


class ReportStatement(Fact):
    """What a source says of one report. `period_year` is the year the report covers."""

    kind: str
    period_year: int | None
    due_published: PartialDate | None
    submitted_on: PartialDate | None
    not_later: bool
    status: str
    as_of: PartialDate | None


class Receipt(Fact):
    """A report that came in; `late` against `due_on`."""

    kind: str
    period_year: int | None
    received_on: date
    due_on: date | None
    late: bool


class Explanation(Fact):
    """Why a report is late."""

    kind: str
    period_year: int | None
    reason: str
    words: str


class ReportReminder(Fact):
    """A reminder that was sent."""

    kind: str
    period_year: int | None
    due_on: date
    step_days: int
    issued_on: date


class ReportingEnd(Fact):
    """From this day no report is due."""

    on: date
    reason: str


class Reporting(Document):
    """All that is stated about a party's reports."""

    treaty: str
    state: str
    began: tuple[DueDays, ...] = ()
    stated: tuple[ReportStatement, ...] = ()
    received: tuple[Receipt, ...] = ()
    explained: tuple[Explanation, ...] = ()
    reminders: tuple[ReportReminder, ...] = ()
    ended: tuple[ReportingEnd, ...] = ()


ReportingHeard = (
    told.ReportingBegan
    | told.ReportStated
    | told.ReportReceived
    | told.LatenessExplained
    | told.ReportReminderIssued
    | told.ReportingEnded
)


def fold(reporting: Reporting | None, heard: Heard[ReportingHeard]) -> Reporting | None:
    """The reports after one event."""
    event = heard.event
    if reporting is None:
        reporting = Reporting(id=heard.identity, treaty=event.treaty, state=event.state)
    match event:
        case told.ReportingBegan():
            return reporting.plus(
                "began",
                DueDays(
                    # A rule's day follows from the deposit: it counts when the party counts.
                    origin=done(heard, event.entry_into_force),
                    entry_into_force=event.entry_into_force,
                    initial_due=event.initial_due,
                    first_annual_due=event.first_annual_due,
                ),
            )
        case told.ReportStated():
            covered = Period(str(event.period_year)) if event.period_year else None
            happened = start_of(event.submitted_on, event.as_of)
            return reporting.plus(
                "stated",
                ReportStatement(
                    origin=stated(heard, event.statement, event.submitted_on or event.as_of or covered, happened),
                    kind=event.kind,
                    period_year=event.period_year,
                    due_published=event.due_published,
                    submitted_on=event.submitted_on,
                    not_later=event.not_later,
                    status=event.status,
                    as_of=event.as_of,
                ),
            )
        case told.ReportReceived():
            return reporting.plus(
                "received",
                Receipt(
                    origin=done(heard, event.received_on, event.statement),
                    kind=event.kind,
                    period_year=event.period_year,
                    received_on=event.received_on,
                    due_on=event.due_on,
                    late=event.late,
                ),
            )
        case told.LatenessExplained():
            return reporting.plus(
                "explained",
                Explanation(
                    origin=done(heard, None, event.statement),
                    kind=event.kind,
                    period_year=event.period_year,
                    reason=event.reason,
                    words=event.words,
                ),
            )
        case told.ReportReminderIssued():
            return reporting.plus(
                "reminders",
                ReportReminder(
                    origin=done(heard, event.issued_on),
                    kind=event.kind,
                    period_year=event.period_year,
                    due_on=event.due_on,
                    step_days=event.step_days,
                    issued_on=event.issued_on,
                ),
            )
        case told.ReportingEnded():
            return reporting.plus("ended", ReportingEnd(origin=done(heard), on=event.on, reason=event.reason))
