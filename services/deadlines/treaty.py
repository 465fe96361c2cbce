"""What the treaties' tables say about given dates: pure functions, no clock, no treaty number of their own.

The numbers stand in `treaty_rules.py`. Where a date cannot be known yet the answer is None, never a guess:
a succession without its own date, hostilities that go on, a meeting that nobody has called yet. The clauses
(CCM 3, 4, 7 and 17, APMBC 4, 5, 7 and 17) and our readings of them are listed in docs/treaty-rules.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.deadlines.treaty_rules import TREATIES, Duty, Treaty, TreatyTable
from shared.dates import add_months, add_years, days_later, first_of_month_after

Action = Literal["ratification", "accession", "acceptance", "approval", "succession"]
"""The kind of instrument deposited. All but succession count alike (CCM 16, 17)."""
FirstAnnual = Literal["year_after_initial", "next_april"]
"""Which annual report is the first that a new State Party owes; the treaties leave it open.

`year_after_initial`: that due in the year after the one in which the initial report is due.
`next_april`: that due on the first 30 April after the initial report is due.
"""
CALENDAR_REACH_YEARS = 1
"""A calendar that ends more than a year before a deadline says nothing about that deadline's meeting."""


class NoSuchDuty(LookupError):
    """The treaty has no such duty."""


def table(treaty: Treaty) -> TreatyTable:
    """Everything the rules say about one treaty."""
    return TREATIES[treaty]


def duties(treaty: Treaty) -> tuple[Duty, ...]:
    """The duties of that treaty, in the order of its articles in `treaty_rules.py`."""
    return TREATIES[treaty].duties


def duty(treaty: Treaty, reference: str) -> Duty:
    """The duty of that clause, for example `CCM 4.1(a)`. NoSuchDuty for any other."""
    for one in TREATIES[treaty].duties:
        if one.reference == reference:
            return one
    raise NoSuchDuty(f"{treaty} has no duty {reference!r}")


def duty_of(treaty: Treaty, article: str, clock: str = "") -> Duty:
    """The duty that a stream stands for: an article, and a clock where hostilities started one (CCM 4.1(b)).

    Article 7 answers with the initial report. NoSuchDuty where the treaty has none.
    """
    wanted = "end_of_hostilities" if clock else None
    for one in TREATIES[treaty].duties:
        if one.article == article and (wanted is None or one.runs_from == wanted):
            return one
    raise NoSuchDuty(f"{treaty} has no duty under Article {article}" + (f" with a clock {clock!r}" if clock else ""))


def _report_duty(treaty: Treaty, *, initial: bool) -> Duty:
    for one in TREATIES[treaty].duties:
        if one.article == "7" and (one.days is not None) == initial:
            return one
    raise NoSuchDuty(f"{treaty} has no such report")


def entry_into_force(treaty: Treaty, deposited_on: date, action: Action = "ratification") -> date | None:
    """When the treaty enters into force for a State (CCM 17, APMBC 17).

    Day 1 of the sixth month after the month of deposit, never before the treaty's own entry into force.
    None for a succession: no rule covers it, it has a date of its own.
    """
    rules = TREATIES[treaty]
    if action == "succession" and not rules.succession_by_rule:
        return None
    return max(rules.entered_into_force, first_of_month_after(deposited_on, rules.months_to_entry))


def original_deadline(
    treaty: Treaty,
    article: str,
    entry_into_force: date,
    clock: str = "",
    hostilities_ended_on: date | None = None,
) -> date | None:
    """The first deadline of a duty, on the anniversary itself: what is done on that day is in time.

    `clock` names hostilities (CCM 4.1(b)): then the end of those hostilities counts, and while they last
    there is None. None too where the treaty sets no date (CCM 5, Article 9). Nothing found later moves it.
    NoSuchDuty where the treaty has no such article.
    """
    rule = duty_of(treaty, article, clock)
    start = hostilities_ended_on if rule.runs_from == "end_of_hostilities" else entry_into_force
    if start is None:
        return None
    if rule.years is not None:
        return add_years(start, rule.years)
    return days_later(start, rule.days) if rule.days is not None else None


def initial_report_due(treaty: Treaty, entry_into_force: date) -> date:
    """The last day for the initial transparency report: calendar days from entry into force, which is day 0."""
    return days_later(entry_into_force, _report_duty(treaty, initial=True).days or 0)


def annual_report_due(treaty: Treaty, period_year: int) -> date:
    """The last day for the annual report that covers the calendar year `period_year`: in the year after it."""
    month, day = _report_duty(treaty, initial=False).yearly_by or (12, 31)
    return date(period_year + 1, month, day)


def reporting_year(submitted_on: date) -> int:
    """The calendar year that an annual report handed in on that day covers: the year before."""
    return submitted_on.year - 1


def first_annual_due(treaty: Treaty, entry_into_force: date, reading: FirstAnnual = "year_after_initial") -> date:
    """The day by which a State owes its first annual report; the treaties leave open which one that is."""
    initial = initial_report_due(treaty, entry_into_force)
    same_year = annual_report_due(treaty, initial.year - 1)
    if reading == "next_april" and same_year > initial:
        return same_year
    return annual_report_due(treaty, initial.year)


@dataclass(frozen=True)
class MeetingDays:
    """A meeting as the calendar knows it.

    `planned_on`: the first day as planned when a request was lodged, where that differs from `starts_on`.
    """

    name: str
    kind: str
    starts_on: date
    ends_on: date | None = None
    planned_on: date | None = None

    @property
    def counted_from(self) -> date:
        """The day from which months are counted back: the planned one, since requests are lodged against a plan."""
        return self.planned_on or self.starts_on

    @property
    def over_by(self) -> date:
        """The first day on which it can have decided everything, as far as known."""
        if self.planned_on is not None or self.ends_on is None:
            return self.counted_from
        return self.ends_on


@dataclass(frozen=True)
class LodgingDay:
    """Until when a request for more time is in time, and for which meeting."""

    meeting: str
    meeting_on: date
    due_by: date


def lodge_by(meeting_on: date, months: int) -> date:
    """So many months before the meeting's first day: back from the meeting, not from the deadline."""
    return add_months(meeting_on, -months)


def deciding_meeting(treaty: Treaty, deadline: date, meetings: Iterable[MeetingDays]) -> MeetingDays | None:
    """The last meeting of States Parties or review conference that falls before the deadline.

    None where the calendar does not reach far enough: another meeting may still be called before the deadline.
    """
    deciding = [one for one in meetings if one.kind in TREATIES[treaty].deciding_meetings]
    before = [one for one in deciding if one.counted_from < deadline and one.over_by <= deadline]
    if not before:
        return None
    last = max(before, key=lambda one: (one.counted_from, one.name))
    calendar_goes_on = any(one.counted_from >= deadline for one in deciding)
    year_later = add_years(last.counted_from, CALENDAR_REACH_YEARS)
    return last if calendar_goes_on or deadline <= year_later else None


def lodging_day(
    treaty: Treaty, deadline: date, meetings: Iterable[MeetingDays], months: int | None
) -> LodgingDay | None:
    """The last day to lodge a request in time for the last meeting before the deadline (CCM 3.5, 4.6).

    `months` as the duty's table says; None where the duty cannot be extended, and then there is no such day.
    None too while that meeting is not known. A request after this day is late, never refused.
    """
    if months is None:
        return None
    meeting = deciding_meeting(treaty, deadline, meetings)
    if meeting is None:
        return None
    return LodgingDay(meeting.name, meeting.counted_from, lodge_by(meeting.counted_from, months))


def is_late(done_on: date, due_by: date | None) -> bool:
    """Whether it came after its day. On the day is in time; without a day nothing is late."""
    return due_by is not None and done_on > due_by


def declaration_meeting(
    treaty: Treaty, article: str, finished_on: date, meetings: Iterable[MeetingDays], clock: str = ""
) -> MeetingDays | None:
    """The meeting to which completion is to be declared: the next that begins after the work ended (CCM 4.1(c)).

    None where nothing asks for a declaration there, or no such meeting is known.
    """
    rule = duty_of(treaty, article, clock)
    if rule.declaration is None or not rule.declaration.at_next_meeting:
        return None
    kinds = TREATIES[treaty].deciding_meetings
    after = [one for one in meetings if one.kind in kinds and one.starts_on >= finished_on]
    return min(after, key=lambda one: one.starts_on, default=None)


def longest_extension(treaty: Treaty, article: str, deadline_in_force: date, clock: str = "") -> date | None:
    """The latest day that one request can bring, counted from the deadline in force; None: no extension exists."""
    extension = duty_of(treaty, article, clock).extension
    return add_years(deadline_in_force, extension.cap_years) if extension else None


def within_cap(treaty: Treaty, article: str, deadline_in_force: date, until: date, clock: str = "") -> bool:
    """Whether the day asked for or granted lies after the deadline in force and not beyond the cap."""
    longest = longest_extension(treaty, article, deadline_in_force, clock)
    return longest is not None and deadline_in_force < until <= longest


def extended(deadline_in_force: date, *, years: int = 0, months: int = 0) -> date:
    """The new deadline where a length was granted: from the deadline in force, not from the decision.

    A granted day that is printed is kept as printed, anniversary or not.
    """
    return add_months(add_years(deadline_in_force, years), months)


@dataclass(frozen=True)
class Decision:
    """What became of one request: `granted_until` None while undecided, or not approved."""

    granted_until: date | None = None


def deadline_in_force(original: date | None, decisions: Iterable[Decision]) -> date | None:
    """The latest granted day, else the original one. Asking moves nothing; only a grant does."""
    granted = [one.granted_until for one in decisions if one.granted_until is not None]
    return max(granted) if granted else original


def withdrawal_effective(
    treaty: Treaty,
    received_on: date,
    *,
    in_conflict: bool = False,
    conflict_ended_on: date | None = None,
) -> date | None:
    """When a withdrawal takes effect: six months after the depositary received it (CCM 20, APMBC 20).

    A State that is then in an armed conflict stays bound until that conflict ends: None while it goes on.
    """
    regular = add_months(received_on, TREATIES[treaty].withdrawal_months)
    if not in_conflict:
        return regular
    return None if conflict_ended_on is None else max(regular, conflict_ended_on)


@dataclass(frozen=True)
class Terms:
    """What the rules say about one State's duty, once its entry into force is known."""

    reference: str
    original_deadline: date | None
    extension_cap_years: int | None
    lodge_months_before_meeting: int | None


def terms(
    treaty: Treaty,
    article: str,
    entry_into_force: date,
    clock: str = "",
    hostilities_ended_on: date | None = None,
) -> Terms:
    """Reference, first deadline, cap and lodging months of a State's duty. NoSuchDuty as in `duty_of`."""
    rule = duty_of(treaty, article, clock)
    return Terms(
        reference=rule.reference,
        original_deadline=original_deadline(treaty, article, entry_into_force, clock, hostilities_ended_on),
        extension_cap_years=rule.extension.cap_years if rule.extension else None,
        lodge_months_before_meeting=rule.extension.lodging.months_before_meeting if rule.extension else None,
    )


def day_after_period(period_year: int) -> date:
    """The first day on which an annual report for that calendar year can be handed in."""
    return date(period_year, 12, 31) + timedelta(days=1)
