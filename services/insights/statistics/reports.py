"""Article 7 reports of a year: due, received, seen to be missing, and not known (ISU-1 to ISU-5)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Literal

from services.insights.facts.reporting import DueDays, Receipt, Reporting, ReportStatement
from services.insights.facts.total import Total
from services.insights.near.known import Lens
from services.insights.statistics import printed as wording
from services.insights.statistics.measure import Measure, Own, counted, share
from services.insights.statistics.printed import printed
from shared.messages import Value

Standing = Literal["received", "missing", "unknown"]
CAME_IN = ("on_time", "late", "submitted", "sources_disagree")
"""Statuses of a stated report that mean that it came in; sources may disagree on the day."""

ABSENCE = "No row about a report is no evidence that it did not come in."


@dataclass(frozen=True)
class DueReport:
    """One report that a State owed by a day, and what is known of it."""

    state: str
    due_on: date
    standing: Standing
    late: bool | None
    newest: str
    """Link of the newest fact about it; blank where there is none."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A report of a State that is not known to have come in. `link` leads to the fact that sets its day; blank for
    30 April."""

    kind: Literal["initial", "annual"]
    period_year: int | None
    due_on: date
    link: str = ""


def awaited(reporting: Reporting, lens: Lens, first: date, last: date) -> list[Awaited]:
    """Those due between two days, both included, in the order of their days; none of a State that left."""
    days = due_days(reporting, lens)
    if days is None or any(end.on <= lens.on for end in lens.known(reporting.ended)):
        return []
    found = []
    if first <= days.initial_due <= last and initial_standing(reporting, lens) != "received":
        found.append(Awaited("initial", None, days.initial_due, days.origin.link))
    for year in range(first.year - 1, last.year):
        due = annual_due(days, year)
        if due is not None and first <= due <= last and annual_standing(reporting, year, lens) != "received":
            found.append(Awaited("annual", year, due))
    return sorted(found, key=attrgetter("due_on"))


def due_days(reporting: Reporting, lens: Lens) -> DueDays | None:
    """The State's due days as known on that day, the newest ones."""
    known = [fact for fact in reporting.began if lens.counts(fact.origin)]
    return known[-1] if known else None


def annual_due(days: DueDays, period_year: int) -> date | None:
    """By when the report on that calendar year is due; None before the first one the State owes."""
    due = days.first_annual_due.replace(year=period_year + 1)
    return due if due >= days.first_annual_due else None


def annual(reporting: Reporting, period_year: int, lens: Lens) -> DueReport | None:
    """The annual report on that year as known on the day; None where none was due by then."""
    days = due_days(reporting, lens)
    due = annual_due(days, period_year) if days else None
    if due is None or due > lens.on or _ended(reporting, due):
        return None
    return _standing(reporting, "annual", period_year, due, lens)


def initial(reporting: Reporting, lens: Lens) -> DueReport | None:
    """The initial report as known on the day; None where it was not due by then."""
    days = due_days(reporting, lens)
    if days is None or days.initial_due > lens.on or _ended(reporting, lens.on):
        return None
    return _standing(reporting, "initial", None, days.initial_due, lens)


def initial_standing(reporting: Reporting, lens: Lens) -> Standing:
    """What is known of the initial report, due or not."""
    return _standing(reporting, "initial", None, lens.on, lens).standing


def annual_standing(reporting: Reporting, period_year: int, lens: Lens) -> Standing:
    """What is known of the annual report on that year, due or not."""
    return _standing(reporting, "annual", period_year, lens.on, lens).standing


def _ended(reporting: Reporting, by: date) -> bool:
    return any(end.origin.known_from <= by and end.on <= by for end in reporting.ended)


def _standing(reporting: Reporting, kind: str, year: int | None, due: date, lens: Lens) -> DueReport:
    def about(fact: Receipt | ReportStatement) -> bool:
        return fact.kind == kind and (year is None or fact.period_year == year) and lens.counts(fact.origin)

    receipts = [fact for fact in reporting.received if about(fact)]
    told = sorted((fact for fact in reporting.stated if about(fact)), key=lambda fact: fact.origin.known_from)
    arrivals = [fact for fact in told if fact.status in CAME_IN or fact.submitted_on]
    if receipts:
        return DueReport(reporting.state, due, "received", receipts[-1].late, receipts[-1].origin.link)
    if arrivals:
        last = arrivals[-1]
        late = {"on_time": False, "late": True}.get(last.status)
        return DueReport(reporting.state, due, "received", late, last.origin.link)
    if any(fact.status == "overdue" for fact in told):
        return DueReport(reporting.state, due, "missing", None, told[-1].origin.link)
    return DueReport(reporting.state, due, "unknown", None, "")


def report_measures(
    reporting: Iterable[Reporting], totals: Iterable[Total], treaty: str, year: int, lens: Lens
) -> list[Measure]:
    """The lines about reports on the calendar year `year`, as known on the day (ISU-1, ISU-2)."""
    ours = [document for document in reporting if document.treaty == treaty]
    totals = list(totals)
    due = [report for document in ours if (report := annual(document, year, lens))]
    first = [report for document in ours if (report := initial(document, lens))]
    received, missing = _of(due, "received"), _of(due, "missing")
    unknown = len(due) - len(received) - len(missing)
    covers = f"{len(due)} were due; of {unknown} of them nothing is known here. {ABSENCE}" if due else ABSENCE
    return [
        Measure(
            name="annual_rate",
            title=f"Annual reports on {year}, received",
            rules=("ISU-1",),
            own=Own(
                value=share(len(received), len(due)),
                unit="percent",
                states=tuple(sorted(received)),
                how="known to have come in ÷ due, at least",
                caution=covers,
            ),
            printed=printed(totals, treaty, year, lens, wording.ANNUAL_RATE),
        ),
        Measure(
            name="annual_received",
            title=f"Annual reports on {year} that came in",
            rules=("ISU-1",),
            own=counted(received, "States whose report is known to have come in", covers),
            printed=printed(totals, treaty, year, lens, wording.ANNUAL_RECEIVED),
        ),
        Measure(
            name="annual_awaited",
            title=f"Annual reports on {year}, awaited",
            rules=("ISU-1", "ISU-5"),
            own=counted(missing, "due, and seen to be missing by a source", covers),
            printed=printed(totals, treaty, year, lens, wording.ANNUAL_AWAITED),
        ),
        Measure(
            name="annual_not_known",
            title=f"Annual reports on {year} of which nothing is known here",
            rules=("ISU-3",),
            own=counted(_of(due, "unknown"), "due, and no row says whether it came in", ABSENCE),
        ),
        Measure(
            name="initial_outstanding",
            title="Initial reports outstanding",
            rules=("ISU-2", "ISU-3"),
            own=counted(_of(first, "missing"), "due by then, seen to be missing, and not known to have come in"),
            printed=printed(totals, treaty, year, lens, wording.INITIAL_OUTSTANDING),
        ),
        Measure(
            name="initial_received",
            title="Initial reports that came in",
            rules=("ISU-2",),
            own=counted(_of(first, "received"), f"of {len(first)} due by then, known to have come in"),
            printed=printed(totals, treaty, year, lens, wording.INITIAL_RECEIVED),
        ),
        Measure(
            name="initial_rate",
            title="Initial reports received",
            rules=("ISU-2",),
            own=Own(
                value=share(len(_of(first, "received")), len(first)),
                unit="percent",
                how="known to have come in ÷ due, at least",
                caution=ABSENCE,
            ),
            printed=printed(totals, treaty, year, lens, wording.INITIAL_RATE),
        ),
    ]


def _of(reports: Iterable[DueReport], standing: Standing) -> list[str]:
    return [report.state for report in reports if report.standing == standing]


def two_cycles_open(reporting: Iterable[Reporting], treaty: str, year: int, lens: Lens) -> tuple[str, ...]:
    """States whose report on the year is seen to be missing while the next one is due too (ISU-5)."""
    return tuple(
        sorted(
            document.state
            for document in reporting
            if document.treaty == treaty
            and (this := annual(document, year, lens)) is not None
            and this.standing == "missing"
            and (after := annual(document, year + 1, lens)) is not None
            and after.standing != "received"
        )
    )


class LatenessReason(Value):
    """How many States gave this reason for a late report (ISU-4)."""

    reason: str
    states: tuple[str, ...]


def lateness_reasons(reporting: Iterable[Reporting], treaty: str, year: int, lens: Lens) -> tuple[LatenessReason, ...]:
    """Reasons given for late reports on that year, the most frequent first; a State counts once for each."""
    given: Counter[tuple[str, str]] = Counter(
        (fact.reason, document.state)
        for document in reporting
        if document.treaty == treaty
        for fact in document.explained
        if lens.counts(fact.origin) and fact.period_year in (year, None)
    )
    by_reason: dict[str, list[str]] = {}
    for reason, state in given:
        by_reason.setdefault(reason, []).append(state)
    found = [LatenessReason(reason=reason, states=tuple(sorted(states))) for reason, states in by_reason.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.states), one.reason)))
