"""States with open duties, by article and year of the deadline in force (ISU-7 to ISU-9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.insights.bound import BoundDuty, bound_duties
from services.insights.facts.total import Total
from services.insights.near.known import Lens, said_on
from services.insights.near.picture import Picture
from services.insights.near.settings import Settings
from services.insights.statistics import printed as wording
from services.insights.statistics.assisting import given_in, requesting
from services.insights.statistics.measure import Measure, counted
from services.insights.statistics.printed import Printed, printed
from shared.messages import Value


def open_duties(bound: Iterable[BoundDuty], treaty: str, article: str) -> list[BoundDuty]:
    """Those under this article that are open. Finished but undeclared work is open."""
    return [one for one in bound if (one.duty.treaty, one.duty.article) == (treaty, article) and one.is_open]


class DutyStanding(Value):
    """How one State stands with a duty. `status` is its newest judgement as printed, blank where none is known."""

    state: str
    deadline_in_force: date | None
    status: str
    status_words: str
    asked: bool
    helped: bool
    link: str


class DeadlineYear(Value):
    """States whose deadline in force falls in `year`; None: no date is known."""

    year: int | None
    states: tuple[DutyStanding, ...]
    printed: tuple[Printed, ...] = ()


@dataclass(frozen=True)
class Counting:
    """A day on which duties are counted: the duties that then bind, and how facts are judged on it."""

    bound: tuple[BoundDuty, ...]
    lens: Lens


def counting(picture: Picture, lens: Lens, settings: Settings) -> Counting:
    """The duties of the lens's day."""
    return Counting(tuple(bound_duties(picture, lens, settings)), lens)


def deadline_years(
    at: Counting, picture: Picture, totals: Iterable[Total], treaty: str, article: str, lens: Lens
) -> tuple[DeadlineYear, ...]:
    """Open duties under that article by the year of their deadline in force, with how each State stands (ISU-7).

    Own counts are of the counting's day; printed totals are those of its year, known on the lens's day.
    """
    asking = _within(picture, treaty, article, at.lens)
    helped = _helped(picture, treaty, article, at.lens)
    by_year: dict[int | None, list[DutyStanding]] = {}
    for one in open_duties(at.bound, treaty, article):
        year = one.dates.in_force.year if one.dates.in_force else None
        by_year.setdefault(year, []).append(_standing(one, at.lens, asking, helped))
    words = wording.STOCKPILE_DEADLINES if (treaty, article) == ("CCM", "3") else ()
    said = printed(totals, treaty, at.lens.on.year, lens, words)
    named = {int(one.metric[-4:]) for one in said}
    years = sorted({*by_year, *named}, key=lambda year: (year is None, year or 0))
    return tuple(
        DeadlineYear(
            year=year,
            states=tuple(by_year.get(year, ())),
            printed=tuple(one for one in said if one.metric.endswith(f" {year}")),
        )
        for year in years
    )


def _within(picture: Picture, treaty: str, article: str, lens: Lens) -> set[str]:
    """States that asked in this year or the one before."""
    return set().union(*(requesting(picture, treaty, lens.on.year - back, lens, article) for back in (0, 1)))


def _helped(picture: Picture, treaty: str, article: str, lens: Lens) -> set[str]:
    """States recorded as helped under this article in this year or the one before."""
    return {
        help_.recipient
        for back in (0, 1)
        for help_ in given_in(picture, treaty, lens.on.year - back, lens)
        if help_.recipient and (help_.treaty, help_.article) == (treaty, article)
    }


def _standing(one: BoundDuty, lens: Lens, asking: set[str], helped: set[str]) -> DutyStanding:
    statuses = lens.known(one.duty.statuses)
    newest = max(statuses, key=lambda said: (said.as_of.end, said_on(said.origin), said.origin.link), default=None)
    return DutyStanding(
        state=one.duty.state,
        deadline_in_force=one.dates.in_force,
        status=newest.status if newest else "",
        status_words=newest.words if newest else "",
        asked=one.duty.state in asking,
        helped=one.duty.state in helped,
        link=newest.origin.link if newest else "",
    )


_LINES = {
    ("CCM", "3"): (
        "article_3_states",
        "States with stocks to destroy (Article 3)",
        ("ISU-7",),
        wording.STOCKPILE_STATES,
    ),
    ("CCM", "4"): ("article_4_states", "States with land to clear (Article 4)", ("ISU-8",), wording.CLEARANCE_STATES),
    ("CCM", "5"): ("article_5_states", "States with victims to assist (Article 5)", ("ISU-9",), wording.VICTIM_STATES),
    ("APMBC", "4"): ("article_4_states", "States with stocks to destroy (Article 4)", (), ()),
    ("APMBC", "5"): ("article_5_states", "States with land to clear (Article 5)", (), ()),
}


def duty_measures(at: Counting, totals: Iterable[Total], treaty: str, year: int, lens: Lens) -> list[Measure]:
    """How many States have an open duty on the counting's day, by article, beside what is printed of the year."""
    totals = list(totals)
    how = f"bound, and not declared or known to be done, as known on {at.lens.on.isoformat()}"
    return [
        Measure(
            name=name,
            title=title,
            rules=rules,
            own=counted((one.duty.state for one in open_duties(at.bound, named, article)), how),
            printed=printed(totals, treaty, year, lens, words),
        )
        for (named, article), (name, title, rules, words) in _LINES.items()
        if named == treaty
    ]
