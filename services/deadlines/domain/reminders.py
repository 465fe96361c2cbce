"""Which reminders are still to go out, and on which days. Pure: the day it is asked on comes in.

Reminders go out in steps before a day. Each goes out once. Of steps that were missed, in downtime or because
a date became known late, only the newest of each kind is of use: the older ones are passed over. They speak of the day
to lodge a request (CCM 3.5 and 4.6), the deadline in force, the declaration, and reports (CCM 7.1 and 7.2, APMBC 7).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.deadlines import treaty
from services.deadlines.domain.obligation_facts import ReminderKind
from services.deadlines.domain.reporting import Kind, Reporting
from services.deadlines.domain.standing import Standing
from services.deadlines.treaty import MeetingDays

STEPS = (365, 180, 90, 30, 7, 0)
"""Days before the day, 0 on it."""
REPORT_STEPS = (90, 30, 7, 0)
"""A yearly report needs no reminder a year ahead."""
OF_USE_AFTER = 31
"""Days for which a reminder is still of use when the day itself has passed before it was known here."""
REPORT_YEARS_AHEAD = 2
"""Annual reports are planned so far ahead; each reminder that goes out plans the next years."""


@dataclass(frozen=True)
class DueDay:
    """A day that reminders count back from."""

    kind: ReminderKind
    on: date


@dataclass(frozen=True)
class PlannedReminder:
    """A reminder to go out on the day `on`, `step_days` before `due_on`; `on` past: missed, and still of use."""

    kind: ReminderKind
    due_on: date
    step_days: int
    on: date


@dataclass(frozen=True)
class PlannedReportReminder:
    """The same for a report."""

    kind: Kind
    period_year: int | None
    due_on: date
    step_days: int
    on: date


def due_days(standing: Standing, meetings: Iterable[MeetingDays]) -> tuple[DueDay, ...]:
    """The days an open duty has ahead: lodging, the deadline itself, the declaration of finished work.

    A deadline known only as a month or year counts from its first day: the cautious side. No lodging day
    while a request is pending, where no extension exists, or while the meeting that decides is not known.
    """
    duty, deadline = standing.duty, standing.deadline_in_force
    if duty is None or standing.ended_on is not None or standing.declared:
        return ()
    rule = treaty.duty_of(duty.treaty, duty.article, duty.clock)
    calendar = tuple(meetings)
    if standing.finished:
        return _declaration_day(standing, calendar)
    found = []
    if deadline is not None:
        found.append(DueDay("deadline", deadline.start))
    if deadline is not None and rule.extension is not None and not standing.pending:
        months = rule.extension.lodging.months_before_meeting
        lodging = treaty.lodging_day(duty.treaty, deadline.start, calendar, months)
        if lodging is not None:
            found.append(DueDay("lodging", lodging.due_by))
    return tuple(found)


def hangs_on_meetings(standing: Standing, today: date) -> bool:
    """Whether a meeting that comes or moves can change what this duty is reminded of."""
    deadline = standing.deadline_in_force
    if standing.ended_on is not None or standing.declared:
        return False
    return standing.finished or (deadline is not None and today <= deadline.start + timedelta(days=OF_USE_AFTER))


def _declaration_day(standing: Standing, meetings: tuple[MeetingDays, ...]) -> tuple[DueDay, ...]:
    duty, finished = standing.duty, standing.finished_on
    if duty is None or finished is None:
        return ()
    meeting = treaty.declaration_meeting(duty.treaty, duty.article, finished.end, meetings, duty.clock)
    return (DueDay("declaration", meeting.starts_on),) if meeting else ()


def reminders(
    standing: Standing, meetings: Iterable[MeetingDays], today: date, steps: Sequence[int] = STEPS
) -> tuple[PlannedReminder, ...]:
    """The reminders that an obligation still has coming, soonest first; those already of use stand first."""
    found = []
    for due in due_days(standing, meetings):
        issued = [one.step_days for one in standing.reminded if (one.kind, one.due_on) == (due.kind, due.on)]
        found += [
            PlannedReminder(due.kind, due.on, step, due.on - timedelta(days=step))
            for step in steps_left(due.on, issued, today, steps)
        ]
    return tuple(sorted(found, key=lambda one: (one.on, one.kind)))


def report_reminders(
    reporting: Reporting, today: date, steps: Sequence[int] = REPORT_STEPS
) -> tuple[PlannedReportReminder, ...]:
    """The reminders of the initial report and of the annual ones of the years about `today`."""
    if reporting.ended_on is not None:
        return ()
    years = range(today.year - 1, today.year + REPORT_YEARS_AHEAD)
    owed: list[tuple[Kind, int | None]] = [("initial", None), *(("annual", year) for year in years)]
    found = []
    for kind, year in owed:
        due = reporting.due_of(kind, year)
        if due is None or reporting.has(kind, year):
            continue
        issued = [key[3] for key in reporting.reminded if key[:3] == (kind, year, due)]
        found += [
            PlannedReportReminder(kind, year, due, step, due - timedelta(days=step))
            for step in steps_left(due, issued, today, steps)
        ]
    return tuple(sorted(found, key=lambda one: (one.on, one.kind, one.period_year or 0)))


def steps_left(due_on: date, issued: Iterable[int], today: date, steps: Sequence[int]) -> tuple[int, ...]:
    """The steps still to go out, farthest first: the newest missed one, if of use, and all that are to come."""
    nearest = min(issued, default=None)
    open_steps = [step for step in sorted(set(steps), reverse=True) if nearest is None or step < nearest]
    reached = [step for step in open_steps if due_on - timedelta(days=step) <= today]
    missed = reached[-1:] if today <= due_on + timedelta(days=OF_USE_AFTER) else []
    return (*missed, *(step for step in open_steps if step not in reached))
