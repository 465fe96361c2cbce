"""Whose Article 7 reports are late: each State under each treaty, with the reports that nobody recorded as in."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from services.insights.facts.reporting import Reporting
from services.insights.near.known import Lens
from services.insights.statistics.reports import awaited
from shared.dates import days_later
from shared.messages import Value


class LateReport(Value):
    """A report whose day has passed; `period_year`: the calendar year that an annual one covers."""

    kind: Literal["initial", "annual"]
    period_year: int | None
    due_on: date


class LateReporter(Value):
    """A State Party and what is late of it, the oldest first."""

    state: str
    treaty: str
    reports: tuple[LateReport, ...]


class LateReports(Value):
    """Due from the first day on and not known to have come in by the day asked about. That no row tells of a report
    is no evidence that it did not come in.

    Those whose newest late report is the newest come first, and among them those of whom the fewest are late: a
    report of this year is still within reach. `total`: how many there are in all.
    """

    as_of: date
    first: date
    total: int
    late: tuple[LateReporter, ...]


def late_reports(
    reporting: Iterable[Reporting], lens: Lens, first: date, treaty: str = "", limit: int | None = None
) -> LateReports:
    """The first so many of both treaties or one."""
    last = days_later(lens.on, -1)
    found = [
        (one, missing)
        for one in reporting
        if treaty in ("", one.treaty) and (missing := awaited(one, lens, first, last))
    ]
    found.sort(key=lambda late: (-late[1][-1].due_on.toordinal(), len(late[1]), late[0].state, late[0].treaty))
    return LateReports(
        as_of=lens.on,
        first=first,
        total=len(found),
        late=tuple(
            LateReporter(
                state=one.state,
                treaty=one.treaty,
                reports=tuple(LateReport(kind=r.kind, period_year=r.period_year, due_on=r.due_on) for r in missing),
            )
            for one, missing in found[:limit]
        ),
    )
