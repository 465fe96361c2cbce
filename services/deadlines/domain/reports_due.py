"""Which reports a State owes on a day, which are in, which are missing (ISU-1 to ISU-5). Pure, over one stream."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.deadlines.domain.reporting import Kind, Reporting, Submission
from services.deadlines.treaty import annual_report_due, day_after_period, is_late
from shared.dates import PartialDate

Standing = Literal["due", "received", "late", "outstanding"]
"""due: not yet late and not yet in; received: in by its day; late: in after its day; outstanding: missed."""


@dataclass(frozen=True)
class ReportDue:
    """One report that is owed. `received_on` as exact as it is known; None while missing, or day not read."""

    kind: Kind
    period_year: int | None
    due_on: date
    standing: Standing
    received_on: PartialDate | None = None


@dataclass(frozen=True)
class ReportsDue:
    """What a State owes, the initial report apart from the annual ones. `initial` None: nothing owed (yet)."""

    initial: ReportDue | None
    annual: tuple[ReportDue, ...]

    @property
    def missing(self) -> tuple[ReportDue, ...]:
        """The reports that are outstanding, initial first, then by year."""
        every = (self.initial, *self.annual) if self.initial else self.annual
        return tuple(one for one in every if one.standing == "outstanding")


def outstanding(reporting: Reporting, on: date) -> ReportsDue:
    """Each report owed as of that day: those past their day, and those that can be handed in already.

    A report counts as in from the last day that its date can mean. Nothing is owed before entry into force.
    """
    if reporting.treaty is None or reporting.entry_into_force is None or on < reporting.entry_into_force:
        return ReportsDue(None, ())
    years = _period_years(reporting, on)
    return ReportsDue(
        _standing(reporting, "initial", None, on),
        tuple(one for year in years if (one := _standing(reporting, "annual", year, on))),
    )


def two_cycles_open(reporting: Reporting, on: date) -> tuple[ReportDue, ...]:
    """The annual reports still missing although the next year's was due already: unlikely to come (ISU-5)."""
    if reporting.treaty is None:
        return ()
    return tuple(
        one
        for one in outstanding(reporting, on).annual
        if one.standing == "outstanding"
        and one.period_year is not None
        and on >= annual_report_due(reporting.treaty, one.period_year + 1)
    )


def _period_years(reporting: Reporting, on: date) -> range:
    if reporting.first_annual_due is None:
        return range(0)
    first = reporting.first_annual_due.year - 1
    newest = on.year - 1  # its calendar year is over, so it can be handed in
    return range(first, newest + 1)


def _standing(reporting: Reporting, kind: Kind, year: int | None, on: date) -> ReportDue | None:
    due = reporting.due_of(kind, year)
    if due is None or (year is not None and on < day_after_period(year)):
        return None
    came = [one for one in reporting.submissions if _counts(one, kind, year, on)]
    if not came:
        if reporting.ended_on is not None and on >= reporting.ended_on:
            return None  # the duty stopped with the withdrawal; what came in stays on record
        return ReportDue(kind, year, due, "outstanding" if is_late(on, due) else "due")
    first = min(came, key=lambda one: (one.on is None, one.on.end if one.on else date.max))
    return ReportDue(kind, year, due, "late" if _was_late(first, due) else "received", first.on)


def _counts(one: Submission, kind: Kind, year: int | None, on: date) -> bool:
    same = one.kind == kind and (kind == "initial" or one.period_year == year)
    return same and (one.known_on is None or one.known_on <= on)


def _was_late(one: Submission, due: date) -> bool:
    """By the rule where the date decides; by the source's word where a month or year leaves it open."""
    if one.on is None:
        return one.said_late
    if one.on.start > due:
        return True
    return one.said_late and one.on.end > due
