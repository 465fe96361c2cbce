"""What falls due, over obligations and reports together, in the order of its days. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from services.deadlines import treaty
from services.deadlines.domain.reminders import due_days
from services.deadlines.domain.reports_due import outstanding
from services.deadlines.treaty import MeetingDays
from services.deadlines.treaty_rules import Article, Treaty
from services.deadlines.views.obligations import ObligationDocument
from services.deadlines.views.reporting import ReportingDocument
from shared.countries import Iso3, country_name
from shared.dates import PartialDate
from shared.messages import Value

DueKind = Literal["deadline", "lodging", "declaration", "initial_report", "annual_report"]
"""The deadline itself; the last day to ask for more time; the declaration of finished work; a report."""


class DueLine(Value):
    """One day by which something is due. `due_on` is the first day that `due` can mean.

    `late`: the last day that it can mean has passed. `thing` is the path of what it belongs to.
    """

    kind: DueKind
    due_on: date
    due: PartialDate
    treaty: Treaty
    state: Iso3
    name: str
    article: Article
    clock: str = ""
    period_year: int | None = None
    status: str
    late: bool
    days_left: int
    thing: str


def due_lines(
    obligations: Iterable[ObligationDocument],
    reports: Iterable[ReportingDocument],
    calendars: Mapping[str, Sequence[MeetingDays]],
    today: date,
) -> list[DueLine]:
    """Everything open that has a day, missed or to come. `calendars`: the meetings of each treaty."""
    lines = [one for document in obligations for one in _of_duty(document, calendars.get(document.treaty, ()), today)]
    lines += [one for document in reports for one in _of_reports(document, today)]
    return sorted(lines, key=lambda one: (one.due_on, one.state, one.treaty, one.article, one.clock, one.kind))


def _of_duty(document: ObligationDocument, calendar: Sequence[MeetingDays], today: date) -> Iterable[DueLine]:
    standing = document.folded
    if standing.ended(today):
        return
    for due in due_days(standing, calendar):
        if due.kind == "lodging" and standing.overdue(today):
            continue  # the deadline itself has passed: nothing can be lodged in time any more
        exact = standing.deadline_in_force if due.kind == "deadline" else None
        when = exact or PartialDate(due.on.isoformat())
        yield DueLine(
            kind=due.kind,
            due_on=due.on,
            due=when,
            treaty=document.treaty,
            state=document.state,
            name=country_name(document.state),
            article=document.article,
            clock=document.clock,
            status=standing.status(today),
            late=when.end < today and not (due.kind == "deadline" and standing.spoken_beyond),
            days_left=(due.on - today).days,
            thing=f"/deadlines/obligations/{document.duty_id}",
        )


def _of_reports(document: ReportingDocument, today: date) -> Iterable[DueLine]:
    owed = outstanding(document.folded, today)
    every = (*((owed.initial,) if owed.initial else ()), *owed.annual)
    lines = [
        (one.kind, one.period_year, one.due_on, one.standing) for one in every if one.standing in ("due", "outstanding")
    ]
    # The report on the year that still runs cannot be handed in yet, but its day is known.
    coming = document.folded.due_of("annual", today.year)
    if coming is not None:
        lines.append(("annual", today.year, coming, "due"))
    for kind, year, due_on, standing in lines:
        yield DueLine(
            kind="initial_report" if kind == "initial" else "annual_report",
            due_on=due_on,
            due=PartialDate(due_on.isoformat()),
            treaty=document.treaty,
            state=document.state,
            name=country_name(document.state),
            article="7",
            period_year=year,
            status=standing,
            late=treaty.is_late(today, due_on),
            days_left=(due_on - today).days,
            thing=f"/deadlines/reporting/{document.treaty}-{document.state}",
        )
