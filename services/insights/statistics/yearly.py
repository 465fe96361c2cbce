"""The statistics of one year and treaty, as known on a day."""

from datetime import date

from services.insights.near.known import Lens
from services.insights.near.settings import Settings
from services.insights.record import Record
from services.insights.statistics.assisting import assistance_measures
from services.insights.statistics.duties import DeadlineYear, counting, deadline_years, duty_measures
from services.insights.statistics.measure import Measure
from services.insights.statistics.reports import LatenessReason, lateness_reasons, report_measures, two_cycles_open
from shared.messages import Value


class YearStatistics(Value):
    """Own counts beside printed totals; `duties_on` is the day on which open duties were counted."""

    treaty: str
    year: int
    as_of: date
    duties_on: date
    measures: tuple[Measure, ...]
    two_cycles_open: tuple[str, ...]
    lateness_reasons: tuple[LatenessReason, ...]
    stockpile_deadlines: tuple[DeadlineYear, ...]


def year_statistics(record: Record, treaty: str, year: int, lens: Lens, settings: Settings) -> YearStatistics:
    """Statistics of the calendar year for CCM or APMBC, as known on the lens's day.

    Reports are those *on* the year, which are due in the year after; help is that asked or given in
    the year; open duties are counted at the year's end, or on the day where that comes first.
    """
    picture, totals = record.picture, record.totals
    # What was recorded by a day says nothing of a year's end: then the day itself is counted.
    at = counting(picture, lens if lens.as_recorded else Lens(min(lens.on, date(year, 12, 31))), settings)
    stockpiles = "3" if treaty == "CCM" else "4"
    return YearStatistics(
        treaty=treaty,
        year=year,
        as_of=lens.on,
        duties_on=at.lens.on,
        measures=(
            *report_measures(picture.reporting, totals, treaty, year, lens),
            *assistance_measures(picture, totals, treaty, year, lens),
            *duty_measures(at, totals, treaty, year, lens),
        ),
        two_cycles_open=two_cycles_open(picture.reporting, treaty, year, lens),
        lateness_reasons=lateness_reasons(picture.reporting, treaty, year, lens),
        stockpile_deadlines=deadline_years(at, picture, totals, treaty, stockpiles, lens),
    )
