"""A State's transparency reports under one treaty (Article 7). Stream `reporting-<treaty>-<iso3>`."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal, assert_never, get_args

from pydantic import Field

from services.deadlines.domain.telling import content
from services.deadlines.treaty import (
    FirstAnnual,
    annual_report_due,
    day_after_period,
    first_annual_due,
    initial_report_due,
    is_late,
    reporting_year,
)
from services.deadlines.treaty_rules import Treaty
from shared.countries import Iso3
from shared.dates import PartialDate
from shared.decider import Decider
from shared.messages import Command, Event, Refused, Unacceptable, Value
from shared.provenance import Statement
from shared.text import Prose, Words

Kind = Literal["initial", "annual", "voluntary"]
"""The first report of a State Party, a yearly one, or one from a State that owes none."""
LateReason = Literal["staff_changeover", "staff_shortage", "number_of_reports", "simultaneous_deadlines", "other"]
"""Why reports stay out, as States say (ISU-4)."""
Year = Annotated[int, Field(ge=1990, le=2200)]
"""A calendar year that a report covers."""


class OfReporting(Value):
    """Which State under which treaty. One stream each."""

    treaty: Treaty
    state: Iso3


class OneReport(OfReporting):
    """One report: `period_year` is the calendar year it covers, needed for an annual one."""

    kind: Kind
    period_year: Year | None = None


class ReportStatement(OneReport):
    """What a source says of one report: due, handed in, or missing on a day. Blank means not read.

    `not_later`: handed in on or before that day. `status` as the table of the source has it; the
    product's own judgement comes from the rule, not from this word.
    """

    due_published: PartialDate | None = None
    submitted_on: PartialDate | None = None
    not_later: bool = False
    status: Words = ""
    as_of: PartialDate | None = None
    statement: Statement


class LateExplanation(OneReport):
    """Why a report is late or missing, in the State's words and as one of the usual reasons."""

    reason: LateReason
    words: Prose = ""
    statement: Statement


class ReportReminder(OneReport):
    """A reminder about a report: `step_days` days before `due_on` (0 on the day)."""

    due_on: date
    step_days: Annotated[int, Field(ge=0, le=3660)]
    issued_on: date


class ReportingEnd(OfReporting):
    """From `on` no further report falls due (CCM 20, APMBC 20)."""

    on: date
    reason: Literal["withdrawal"] = "withdrawal"


class BeginReporting(OfReporting, Command):
    """Work out the first dates from entry into force. `first_annual`: the reading of the open point."""

    entry_into_force: date
    first_annual: FirstAnnual = "year_after_initial"


class RecordReportStatement(ReportStatement, Command):
    """Record what a source says of a report. Never refused because another source differs."""


class ReceiveReport(OneReport, Command):
    """Record that a report came in on a day; whether it is late follows from the rule."""

    received_on: date
    statement: Statement


class ExplainLateness(LateExplanation, Command):
    """Record the reason given for a late or missing report."""


class IssueReportReminder(ReportReminder, Command):
    """Issue a reminder, unless it went out or the report is in."""


class EndReporting(ReportingEnd, Command):
    """Stop expecting reports: the State's withdrawal took effect."""


class ReportingBegan(OfReporting, Event):
    """The State owes reports under Article 7: the initial one and the first annual one by these days."""

    entry_into_force: date
    initial_due: date
    first_annual_due: date


class ReportStated(ReportStatement, Event):
    """A source spoke of a report under Article 7; sources that differ all stay (ADR 0006)."""


class ReportReceived(OneReport, Event):
    """A report came in. `due_on` None: none was owed for that period. On the day is in time."""

    received_on: date
    due_on: date | None = None
    late: bool = False
    statement: Statement


class LatenessExplained(LateExplanation, Event):
    """A reason was given for a late or missing report (ISU-4)."""


class ReportReminderIssued(ReportReminder, Event):
    """A reminder of a report went out, once. `step_days`: which step before `due_on` it was, in days."""


class ReportingEnded(ReportingEnd, Event):
    """No further report falls due from that day: the State's withdrawal took effect (CCM 20, APMBC 20)."""


class NoReportOwed(Refused):
    """This State is not known as a party to this treaty: its report is a voluntary one."""


class BeforeEntryIntoForce(Unacceptable):
    """A report before the treaty is in force for the State is a voluntary one."""


class PeriodMissing(Unacceptable):
    """An annual report covers a calendar year: say which."""


class PeriodNotOver(Unacceptable):
    """An annual report covers a whole calendar year and comes after it."""


class WordsMissing(Unacceptable):
    """A reason other than the usual ones needs words."""


ReportingCommand = (
    BeginReporting | RecordReportStatement | ReceiveReport | ExplainLateness | IssueReportReminder | EndReporting
)
ReportingEvent = (
    ReportingBegan | ReportStated | ReportReceived | LatenessExplained | ReportReminderIssued | ReportingEnded
)


@dataclass(frozen=True)
class Submission:
    """One report that is in. `on` None: a source counts it as in and names no day."""

    kind: Kind
    period_year: int | None
    on: PartialDate | None
    known_on: date | None
    said_late: bool


@dataclass(frozen=True)
class Reporting:
    """What is owed and what came in. Dates None: the State is not known as a party."""

    treaty: Treaty | None = None
    entry_into_force: date | None = None
    initial_due: date | None = None
    first_annual_due: date | None = None
    ended_on: date | None = None
    submissions: tuple[Submission, ...] = ()
    told: frozenset[str] = frozenset()
    reminded: frozenset[tuple[str, int | None, date, int]] = frozenset()

    def due_of(self, kind: Kind, period_year: int | None) -> date | None:
        """The day by which that report was owed; None where none was."""
        due: date | None = None
        if kind == "initial":
            due = self.initial_due
        elif kind == "annual" and self.treaty and self.first_annual_due and period_year is not None:
            annual = annual_report_due(self.treaty, period_year)
            due = annual if annual >= self.first_annual_due else None
        if due is not None and self.ended_on is not None and due >= self.ended_on:
            return None
        return due

    def has(self, kind: Kind, period_year: int | None) -> bool:
        """Whether that report is in; for an initial one the year does not matter."""
        return any(_same(one, kind, period_year) for one in self.submissions)


def _same(one: Submission, kind: Kind, period_year: int | None) -> bool:
    return one.kind == kind and (kind == "initial" or one.period_year == period_year)


def decide(command: ReportingCommand, reporting: Reporting) -> tuple[ReportingEvent, ...]:
    """Pure. What was told or done before is not repeated."""
    match command:
        case BeginReporting():
            return _begin(command, reporting)
        case RecordReportStatement():
            stated = ReportStated(**_fields(command, ReportStated))
            return () if content(stated) in reporting.told else (stated,)
        case ReceiveReport():
            return _receive(command, reporting)
        case ExplainLateness():
            return _explain(command, reporting)
        case IssueReportReminder():
            return _remind(command, reporting)
        case EndReporting(on=on):
            if reporting.ended_on == on:
                return ()
            return (ReportingEnded(**_fields(command, ReportingEnded)),)
        case _:
            assert_never(command)


def _fields(command: Command, event: type[Event]) -> dict[str, object]:
    return {name: getattr(command, name) for name in event.model_fields}


def _begin(command: BeginReporting, reporting: Reporting) -> tuple[ReportingEvent, ...]:
    began = ReportingBegan(
        treaty=command.treaty,
        state=command.state,
        entry_into_force=command.entry_into_force,
        initial_due=initial_report_due(command.treaty, command.entry_into_force),
        first_annual_due=first_annual_due(command.treaty, command.entry_into_force, command.first_annual),
    )
    known = (reporting.entry_into_force, reporting.initial_due, reporting.first_annual_due)
    return () if known == (began.entry_into_force, began.initial_due, began.first_annual_due) else (began,)


def _receive(command: ReceiveReport, reporting: Reporting) -> tuple[ReportingEvent, ...]:
    if command.kind == "annual":
        _must_cover_a_past_year(command)
    if command.kind != "voluntary":
        if reporting.entry_into_force is None:
            raise NoReportOwed(field="kind", found=command.kind, allowed="voluntary")
        if command.received_on < reporting.entry_into_force:
            raise BeforeEntryIntoForce(
                field="received_on",
                found=command.received_on.isoformat(),
                allowed=f"from {reporting.entry_into_force.isoformat()}, or kind voluntary",
            )
    due = reporting.due_of(command.kind, command.period_year)
    received = ReportReceived(
        treaty=command.treaty,
        state=command.state,
        kind=command.kind,
        period_year=command.period_year,
        received_on=command.received_on,
        due_on=due,
        late=is_late(command.received_on, due),
        statement=command.statement,
    )
    return () if content(received) in reporting.told else (received,)


def _must_cover_a_past_year(command: ReceiveReport) -> None:
    newest = reporting_year(command.received_on)
    if command.period_year is None:
        raise PeriodMissing(field="period_year", allowed=f"a year up to {newest}")
    if command.received_on < day_after_period(command.period_year):
        raise PeriodNotOver(field="period_year", found=command.period_year, allowed=f"a year up to {newest}")


def _explain(command: ExplainLateness, reporting: Reporting) -> tuple[ReportingEvent, ...]:
    if command.kind == "annual" and command.period_year is None:
        raise PeriodMissing(field="period_year", allowed="the calendar year that the report covers")
    if command.reason == "other" and not command.words.strip():
        raise WordsMissing(field="words", allowed="the reason in words")
    explained = LatenessExplained(**_fields(command, LatenessExplained))
    return () if content(explained) in reporting.told else (explained,)


def _remind(command: IssueReportReminder, reporting: Reporting) -> tuple[ReportingEvent, ...]:
    subject = (command.kind, command.period_year, command.due_on)
    due = reporting.due_of(command.kind, command.period_year)
    # A timer may fire after the report came in or the date was corrected: then there is nothing to say.
    # After downtime several steps fire together: what a later step said, an earlier one need not.
    said = any(one[:3] == subject and one[3] <= command.step_days for one in reporting.reminded)
    if said or due != command.due_on or reporting.has(command.kind, command.period_year):
        return ()
    return (ReportReminderIssued(**_fields(command, ReportReminderIssued)),)


def evolve(reporting: Reporting, event: ReportingEvent) -> Reporting:
    """Pure. Statements and receipts both count as in; which came first does not matter."""
    told = reporting.told | {content(event)}
    match event:
        case ReportingBegan():
            return replace(
                reporting,
                treaty=event.treaty,
                entry_into_force=event.entry_into_force,
                initial_due=event.initial_due,
                first_annual_due=event.first_annual_due,
            )
        case ReportStated():
            more = _submission_in(event)
            return replace(reporting, told=told, submissions=reporting.submissions + more)
        case ReportReceived():
            came = PartialDate(event.received_on.isoformat())
            one = Submission(event.kind, event.period_year, came, event.received_on, event.late)
            return replace(reporting, told=told, submissions=(*reporting.submissions, one))
        case LatenessExplained():
            return replace(reporting, told=told)
        case ReportReminderIssued():
            key = (event.kind, event.period_year, event.due_on, event.step_days)
            return replace(reporting, reminded=reporting.reminded | {key})
        case ReportingEnded(on=on):
            return replace(reporting, ended_on=on)
        case _:
            assert_never(event)


_IN = frozenset({"on_time", "late", "submitted"})


def _submission_in(event: ReportStated) -> tuple[Submission, ...]:
    """The report as handed in, where the statement says so at all; "overdue on a day" is no report."""
    if event.submitted_on is None and event.status not in _IN:
        return ()
    spoken = event.submitted_on or event.as_of or event.statement.stated_on
    known_on = spoken.end if spoken else None
    return (Submission(event.kind, event.period_year, event.submitted_on, known_on, event.status == "late"),)


REPORTING = Decider("reporting", Reporting(), decide, evolve, events=get_args(ReportingEvent))
