"""Totals that sources print, found by what they count; their wording differs from page to page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer

from services.insights.facts.total import PrintedTotal, Total
from services.insights.near.known import Lens
from shared.messages import Value

Plain = Annotated[Decimal, PlainSerializer(lambda number: format(number, "f"), return_type=str)]
"""A number as text, without exponent."""


class Printed(Value):
    """A total as its source prints it. `speaks_of`: the year or day it is about, blank if it says none."""

    value: Plain
    unit: str
    metric: str
    speaks_of: str
    note: str
    source: str
    stated_on: str
    link: str


@dataclass(frozen=True)
class Wording:
    """How a total is worded in print: by a pattern over its metric, and the year it belongs to.

    A `{year}` in the pattern stands for the year asked about. `years_back` 1 takes in what a source
    says in the year after: the ISU told in December 2017 of the reports of 2016.
    """

    pattern: str
    years_back: tuple[int, ...] = (0,)

    def fits(self, fact: PrintedTotal, year: int) -> bool:
        """Whether that total is worded so and speaks of that year."""
        if not re.fullmatch(self.pattern.replace("{year}", str(year)), fact.metric):
            return False
        if "{year}" in self.pattern:
            return True
        return any(_year_of(fact) == year + back for back in self.years_back)


# The metrics of treaty_totals.csv, and none but those: a new wording is added here when it is met.
ANNUAL_RATE = (Wording("annual_rate"), Wording("{year} annual reports received"))
ANNUAL_RECEIVED = (Wording("annual_received"),)
ANNUAL_AWAITED = (Wording("annual_outstanding"), Wording("{year} annual reports awaited"))
INITIAL_OUTSTANDING = (Wording("initial_overdue"), Wording("initial reports (outstanding|late)"))
INITIAL_RECEIVED = (Wording("initial_submitted"), Wording("initial reports submitted"))
INITIAL_RATE = (Wording("initial_rate"), Wording("initial report compliance"))
REQUESTING = (Wording("States requesting assistance"),)
PROVIDING = (Wording("States providing assistance"),)
RECEIVING = (Wording("States that received assistance"),)
STOCKPILE_STATES = (Wording(r"Art 3 States with obligations.*"),)
STOCKPILE_DEADLINES = (Wording(r"Art 3 deadlines in \d{4}"),)
CLEARANCE_STATES = (Wording(r"Art 4 States with obligations.*"),)
VICTIM_STATES = (Wording(r"Art 5 States with obligations.*"), Wording("states_with_victim_obligations"))
# The 13 States of ISU-6 are those of 2016, and ISU-11 takes these for their article requests.
CLEARANCE_REQUESTERS = (Wording("Art 4 States that asked for assistance", (0, 1)),)
CLEARANCE_PROVIDERS = (Wording("States that reported helping clearance", (0, 1)),)
VICTIM_REQUESTERS = (Wording("Art 5 States that asked for assistance", (0, 1)),)
VICTIM_PROVIDERS = (Wording("States that helped victims", (0, 1)),)
LAW_REQUESTERS = (Wording("Art 9 States that asked for assistance", (0, 1)),)


def printed(
    totals: Iterable[Total], treaty: str, year: int, lens: Lens, wordings: Iterable[Wording]
) -> tuple[Printed, ...]:
    """What sources print of that year in one of these wordings, as known on the day, oldest statement first."""
    wanted = tuple(wordings)
    found = [
        fact
        for document in totals
        if document.treaty == treaty
        for fact in document.totals
        if lens.counts(fact.origin) and any(wording.fits(fact, year) for wording in wanted)
    ]
    return tuple(_shown(fact) for fact in sorted(found, key=lambda fact: (fact.origin.known_from, fact.metric)))


def _year_of(fact: PrintedTotal) -> int | None:
    """The year it is about; the year of the statement where it names none."""
    for about in (fact.period, fact.as_of, fact.origin.stated_on):
        if about:
            return about.end.year
    return None


def _shown(fact: PrintedTotal) -> Printed:
    return Printed(
        value=fact.value,
        unit=fact.unit,
        metric=fact.metric,
        speaks_of=", ".join(str(about) for about in (fact.period, fact.as_of) if about),
        note=fact.origin.note,
        source=fact.origin.source,
        stated_on=fact.origin.stated_on or "",
        link=fact.origin.link,
    )
