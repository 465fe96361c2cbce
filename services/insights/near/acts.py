"""Duties that are an act: a report, a plan or focal point, a law, a declaration (docs/near-completion.md).

An act is near by its nature. It is open only where a source known on the day says that it is not done:
absence of a statement is not evidence.
* CCM and APMBC 7: the initial report that a source saw as overdue and nobody saw come in; an annual one
  seen as overdue for the last year due by the day, where nothing later came in; with it the missed ones
  before. That one of two years ago was missing then says little of today. An initial one never lapses.
* CCM 5: a national plan and a focal point (5.2 (c) and (g)). A plan is open where a source says that none
  is there or that one is being drafted, a focal point where a source says so of it; that one is there
  says nothing of the other.
* Article 9: a law or existing law that suffices closes it; a draft is one step of two.
"""

from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import Measure, Obligation
from services.insights.facts.origin import Origin
from services.insights.facts.reporting import Reporting, ReportStatement
from services.insights.near.known import Lens, said_on
from services.insights.near.membership import Membership
from services.insights.near.pieces import year
from services.insights.near.settings import Settings
from services.insights.near.told import Told, each_of, tell
from shared.dates import add_years, days_later

INITIAL_REPORT_DAYS = 180
_RECEIVED = ("on_time", "late", "submitted")
_DONE_BY_LAW = ("specific_law", "existing_law_sufficient", "adopted")


@dataclass(frozen=True, slots=True)
class Act:
    """What is still to be done, as the newest source known says: `told` begins a sentence.

    `due` None: the treaty sets no day. `on` None: the source is undated, which is neither fresh nor too old.
    """

    told: Told
    steps_left: int
    steps_in_all: int
    due: date | None
    on: date | None
    origin: Origin
    too_old: bool = False


def law(duty: Obligation, lens: Lens, settings: Settings) -> Act | None:
    """What is left of Article 9; None where it is done or nothing is known."""
    newest = _newest_measure(lens.known(duty.measures))
    if newest is None or newest.status in _DONE_BY_LAW:
        return None
    if newest.status == "being_drafted":
        return _act(tell("A national law is being drafted"), 1, 2, newest, lens, settings)
    return _act(tell("No national law is reported"), 2, 2, newest, lens, settings)


def victim_assistance(duty: Obligation, lens: Lens, settings: Settings) -> Act | None:
    """What is left of CCM 5; None where no source says that the plan or the focal point is not there."""
    plans, focal_points = _split(lens.known(duty.measures))
    plan, focal_point = _newest_measure(plans), _newest_measure(focal_points)
    plan_open = plan is not None and plan.status != "plan_adopted"
    focal_point_open = focal_point is not None and focal_point.status != "focal_point_named"
    if plan is not None and plan_open:
        drafted = plan.status == "plan_being_drafted"
        told = tell("A national plan is being drafted") if drafted else tell("No national plan is reported")
        if focal_point_open:
            told = tell("%(told)s; no focal point is reported", told=told)
        return _act(told, 1 + focal_point_open, 2, plan, lens, settings)
    if focal_point is not None and focal_point_open:
        return _act(tell("No focal point is reported"), 1, 2, focal_point, lens, settings)
    return None


def _split(measures: list[Measure]) -> tuple[list[Measure], list[Measure]]:
    """What is said of the plan, and what of the focal point; "none reported" is of that which its note names."""
    plans, focal_points = [], []
    for one in measures:
        about_focal_point = one.origin.note.casefold().startswith("focal point")
        if one.status == "focal_point_named" or (one.status == "none_reported" and about_focal_point):
            focal_points.append(one)
        elif one.status in ("plan_adopted", "plan_being_drafted", "none_reported"):
            plans.append(one)
    return plans, focal_points


def _newest_measure(measures: list[Measure]) -> Measure | None:
    return max(measures, key=lambda one: (_day(one), said_on(one.origin), one.origin.link), default=None)


def _day(one: Measure) -> date:
    spoken_of = one.as_of or one.year
    return spoken_of.end if spoken_of else said_on(one.origin)


def _act(told: Told, left: int, steps: int, shown: Measure, lens: Lens, settings: Settings) -> Act:
    day = min(_day(shown), said_on(shown.origin))
    return Act(told, left, steps, None, day, shown.origin, lens.years_since(day) > settings.too_old_years)


def missing_report(reporting: Reporting, member: Membership, lens: Lens, settings: Settings) -> Act | None:
    """The report that a source says is missing, initial before annual; None where none is."""
    if any(one.on <= lens.on for one in lens.known(reporting.ended)):
        return None
    stated = lens.known(reporting.stated)
    received = lens.known(reporting.received)
    initial = [one for one in stated if one.kind == "initial"]
    initial_in = any(_came(one) for one in initial) or any(one.kind == "initial" for one in received)
    # An annual report on record means that the State reports: the initial one is not what is missing.
    initial_in = initial_in or any(one.kind == "annual" and _came(one) for one in stated)
    overdue = max((one for one in initial if one.status == "overdue"), key=_seen, default=None)
    if overdue and not initial_in:
        due = _initial_due(reporting, overdue, member)
        seen = _seen(overdue)[0] if overdue.as_of or not overdue.origin.assumed else None
        old = seen is not None and lens.years_since(seen) > settings.too_old_years
        return Act(tell("The initial report is missing"), 1, 1, due, seen, overdue.origin, old)
    return _missing_annual(stated, [one.period_year or 0 for one in received if one.kind == "annual"], lens)


def _missing_annual(stated: list[ReportStatement], received: list[int], lens: Lens) -> Act | None:
    annual = [one for one in stated if one.kind == "annual" and one.period_year]
    came = received + [one.period_year or 0 for one in annual if _came(one)]
    latest = max(came, default=0)
    missing = {one.period_year or 0: one for one in annual if one.status == "overdue"}
    still = sorted(covered for covered in missing if covered > latest and covered >= lens.on.year - 3)
    if not still or still[-1] < last_year_due(lens.on):
        return None
    shown = missing[still[-1]]
    due = shown.due_published.start if shown.due_published else date(still[0] + 1, 4, 30)
    if len(still) == 1:
        told = tell("The annual report for %(year)s is missing", year=year(still[0]))
    else:
        years = each_of([year(one) for one in still])
        told = tell("The annual reports for %(years)s are missing", years=years)
    return Act(told, len(still), max(len(still), 2), due, _seen(shown)[0], shown.origin)


def _came(one: ReportStatement) -> bool:
    return one.submitted_on is not None or one.status in _RECEIVED


def _seen(one: ReportStatement) -> tuple[date, str]:
    return (one.as_of.end if one.as_of else said_on(one.origin), one.origin.link)


def _initial_due(reporting: Reporting, overdue: ReportStatement, member: Membership) -> date | None:
    if member.entry_into_force:
        for began in reporting.began:
            if began.entry_into_force == member.entry_into_force:
                return began.initial_due
        return days_later(member.entry_into_force, INITIAL_REPORT_DAYS)
    return overdue.due_published.start if overdue.due_published else None


def last_year_due(on: date) -> int:
    """The last year whose annual report was due by the day: 30 April of the year after (CCM 7.2, APMBC 7.2)."""
    return on.year - (1 if on > date(on.year, 4, 30) else 2)


def last_report_in(reporting: Reporting | None, lens: Lens) -> tuple[bool, Origin] | None:
    """Whether the last annual report due by the day came in; None where no source says."""
    if reporting is None:
        return None
    last = last_year_due(lens.on)
    for receipt in lens.known(reporting.received):
        if receipt.kind == "annual" and (receipt.period_year or 0) >= last:
            return True, receipt.origin
    stated = sorted(lens.known(reporting.stated), key=_seen)
    for one in stated:
        if one.kind == "annual" and (one.period_year or 0) >= last and _came(one):
            return True, one.origin
    for one in reversed(stated):
        missing = one.status == "overdue" and not _came(one)
        if missing and (one.kind == "annual" and one.period_year == last):
            return False, one.origin
        recent = lens.on <= add_years(_seen(one)[0], 2)
        if missing and one.kind == "initial" and recent:
            return False, one.origin
    return None
