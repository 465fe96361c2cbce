"""Over all States: the calendar, the statistics, funding gaps, and who is unsupported."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.insights.answers import Answers
from services.insights.api.asking import NoSuchRegion, On, OutOfRange, Treaty, must_be_askable, must_be_regions
from services.insights.calendar import KINDS, CalendarPage, Kind, calendar, of_state
from services.insights.gaps import Gaps, gaps
from services.insights.late_reports import LateReports, late_reports
from services.insights.near.known import Lens
from services.insights.near.settings import Settings
from services.insights.record import Record
from services.insights.statistics.printed import Plain
from services.insights.statistics.yearly import YearStatistics, year_statistics
from services.insights.unsupported import WhoHelpsWhom, who_helps_whom
from shared.countries import Iso3
from shared.dates import add_months
from shared.http.problems import problems
from shared.messages import Unacceptable, Value

OneTreaty = Annotated[Treaty, Query(description="The treaty counted")]
AnyTreaty = Annotated[Treaty | None, Query(description="One treaty; both where blank")]
AnyState = Annotated[Iso3 | None, Query(description="One State, ISO 3166-1 alpha-3")]
LONGEST_MONTHS = 120
"""A calendar page reaches ten years at most."""
FIRST_YEAR = {"CCM": 2010, "APMBC": 1999}
"""The years in which the treaties entered into force; statistics begin there."""


class WrongOrder(Unacceptable):
    """The last day must not be before the first, nor more than ten years after it."""


class Line(Value):
    """One measure in one year: our own count (None: nothing to count by) beside what sources print."""

    name: str
    title: str
    own: Plain | None
    printed: tuple[Plain, ...]


class YearLine(Value):
    """The measures of one year, in short; the year's own page has States and sources."""

    year: int
    lines: tuple[Line, ...]


class Years(Value):
    """All years up to the day."""

    treaty: str
    as_of: date
    years: tuple[YearLine, ...]


def routes(answers: Answers) -> APIRouter:
    """The routes of the overviews: due and late, statistics, gaps, who is unsupported; as of a day."""
    router = APIRouter(tags=["overviews"])

    @router.get("/calendar", responses=problems(OutOfRange, WrongOrder, NoSuchRegion))
    async def due(
        on: On,
        treaty: AnyTreaty = None,
        state: AnyState = None,
        kind: Annotated[list[Kind] | None, Query(max_length=6, description="Kinds of dates; all where blank")] = None,
        months: Annotated[int, Query(ge=1, le=LONGEST_MONTHS, description="How many months ahead")] = 12,
        first: Annotated[date | None, Query(description="From this day; the day asked about where blank")] = None,
        last: Annotated[date | None, Query(description="To this day; instead of `months`")] = None,
        region: Annotated[
            list[str] | None, Query(max_length=20, description="UN regions or sub-regions, or ISO 3166-1 codes")
        ] = None,
    ) -> CalendarPage:
        """What falls due between two days: deadlines, lodging days, reports, meetings, milestones."""
        must_be_askable("first", first)
        must_be_askable("last", last)
        regions = tuple(region or ())
        must_be_regions(regions)
        begin = first or on.lens(answers.today()).on
        end = last or add_months(begin, months)
        if not begin <= end <= add_months(begin, LONGEST_MONTHS):
            raise WrongOrder(
                field="last",
                found=end.isoformat(),
                allowed=f"{begin.isoformat()} to {add_months(begin, LONGEST_MONTHS).isoformat()}",
            )
        kinds = tuple(kind) if kind else KINDS
        whole = await answers.ask(
            ("calendar", begin, end, treaty, kinds, regions),
            on,
            lambda record, lens: calendar(
                record.picture, lens, begin, end, Settings(), kinds, treaty or "", regions=regions
            ),
        )
        # One reckoning for all States: each is asked for its own dates.
        return of_state(whole, state) if state else whole

    @router.get("/late-reports", responses=problems(OutOfRange))
    async def late(
        on: On,
        treaty: AnyTreaty = None,
        months: Annotated[int, Query(ge=1, le=LONGEST_MONTHS, description="How many months back")] = LONGEST_MONTHS,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 50,
    ) -> LateReports:
        """States whose Article 7 reports are late, as far as any source says; the newest first."""
        first = add_months(on.lens(answers.today()).on, -months)
        return await answers.ask(
            ("late reports", treaty, months, limit),
            on,
            lambda record, lens: late_reports(record.picture.reporting, lens, first, treaty or "", limit),
        )

    @router.get("/statistics/{year}", responses=problems(OutOfRange))
    async def statistics_of(
        year: Annotated[int, Path(ge=1997, le=2200, description="Calendar year")], on: On, treaty: OneTreaty = "CCM"
    ) -> YearStatistics:
        """One year: our own counts beside printed totals, each with the States counted and the sources."""
        return await answers.ask(
            ("statistics", treaty, year),
            on,
            lambda record, lens: year_statistics(record, treaty, year, lens, Settings()),
        )

    @router.get("/statistics", responses=problems(OutOfRange))
    async def statistics(on: On, treaty: OneTreaty = "CCM") -> Years:
        """All years from the treaty's entry into force to the day, in short."""
        return await answers.ask(("years", treaty), on, lambda record, lens: _years(record, lens, treaty))

    @router.get("/gaps", responses=problems(OutOfRange))
    async def funding_gaps(on: On, treaty: AnyTreaty = None, state: AnyState = None) -> Gaps:
        """What published requests still lack, by currency and in US dollars; stated needs beside, never added."""
        return await answers.ask(
            ("gaps", treaty, state),
            on,
            lambda record, lens: gaps(record.picture, lens, Settings(), state or "", treaty or ""),
        )

    @router.get("/unsupported", responses=problems(OutOfRange), response_model=WhoHelpsWhom)
    async def unsupported(on: On, treaty: AnyTreaty = None) -> Response:
        """States with open needs to which no answer is known, and where donors overlap."""
        # Written once and kept: each donor's desk asks for it.
        written = await answers.ask(
            ("unsupported", treaty),
            on,
            lambda record, lens: (
                who_helps_whom(record.picture, lens, Settings(), treaty or "").model_dump_json().encode()
            ),
        )
        return Response(written, media_type="application/json")

    return router


def _years(record: Record, lens: Lens, treaty: str) -> Years:
    found = []
    for year in range(FIRST_YEAR[treaty], min(lens.on.year, 2100) + 1):
        statistics = year_statistics(record, treaty, year, lens, Settings())
        lines = tuple(
            Line(
                name=measure.name,
                title=measure.title,
                own=measure.own.value if measure.own else None,
                printed=tuple(one.value for one in measure.printed),
            )
            for measure in statistics.measures
        )
        found.append(YearLine(year=year, lines=lines))
    return Years(treaty=treaty, as_of=lens.on, years=tuple(found))
