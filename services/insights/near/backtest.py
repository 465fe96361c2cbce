"""How good was it? For the last day of every year, the first rows against what truly came to an end.

Looked at are measured duties (land and stockpiles) that were open on the day: for an act there is no
dated completion to test against, nor for work that had ended already. *Came to an end*: some source
known today gives a completion or declaration within the three years after the day. Beside the ranking
stand two plain rivals on the same open duties: by deadline (the next to come first, then those that
passed, newest first) and by work left (the least against the threshold first). Printed as it is, good
or bad. Years whose three years are not over are shown and not counted.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from collections.abc import Sequence
from datetime import date

from services.insights.near.assess import MEASURED, Case, cases
from services.insights.near.chosen import wanted
from services.insights.near.closing import OPEN
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.near.settings import Options
from shared.dates import add_years
from shared.messages import Value

YEARS_AFTER = 3
FEW, MANY = 5, 10


class Tried(Value):
    """One way of ordering: its first ten, and how many of the first five and ten came to an end."""

    name: str
    first: tuple[str, ...]
    of_five: int
    of_ten: int


class Year(Value):
    """One day: how many duties were open, which came to an end in the three years after, who foresaw them."""

    on: date
    over: bool
    open: int
    came_to_an_end: tuple[str, ...]
    tried: tuple[Tried, ...]


class Sum(Value):
    """All counted years: hits ÷ rows looked at."""

    name: str
    of_five: int
    five: int
    of_ten: int
    ten: int


class Backtest(Value):
    """The whole comparison."""

    years: tuple[Year, ...]
    sums: tuple[Sum, ...]

    def lines(self) -> list[str]:
        """As a table in plain text."""
        names = [one.name for one in self.sums]
        table = ["day         open  ended  " + "  ".join(f"{name:>21}" for name in names)]
        for year in self.years:
            hits = "  ".join(f"{f'{t.of_five} of 5, {t.of_ten} of 10':>21}" for t in year.tried)
            table.append(
                f"{year.on}  {year.open:>4}  {len(year.came_to_an_end):>5}  {hits}"
                + ("" if year.over else "  not over")
            )
        total = "  ".join(f"{f'{s.of_five}/{s.five}, {s.of_ten}/{s.ten}':>21}" for s in self.sums)
        return [*table, f"{'all years over':<25}{total}"]


def backtest(picture: Picture, today: date, options: Options | None = None) -> Backtest:
    """Every year from the first in which a measured duty that is asked for was known to be open, to last year."""
    options = options or Options()
    ends = _ends(picture, Lens(today, options.as_recorded))
    years = []
    for year in range(_first_year(picture), today.year):
        day = date(year, 12, 31)
        open_ones = [
            one
            for one in cases(picture, Lens(day, options.as_recorded), options)
            if (one.duty.treaty, one.duty.article) in MEASURED
            and one.standing.closing.how == OPEN
            and wanted(one, options)
        ]
        if open_ones:
            years.append(_year(day, open_ones, ends, today))
    over = [year for year in years if year.over]
    names = ("ranking", "by deadline", "by work left")
    return Backtest(years=tuple(years), sums=tuple(_sum(name, over) for name in names))


def _first_year(picture: Picture) -> int:
    days = [
        fact.origin.known_from.year
        for duty in picture.obligations
        for fact in (*duty.original_deadlines, *duty.figures, *duty.statuses)
    ]
    return min(days, default=date.max.year)


def _ends(picture: Picture, lens: Lens) -> dict[str, list[date]]:
    ends: dict[str, list[date]] = {}
    for duty in picture.obligations:
        for one in lens.known(duty.completions):
            day = one.declared_on or one.completed_on
            if day:
                ends.setdefault(duty.id, []).append(day.end)
        if duty.id not in ends:
            judged = [one.as_of.end for one in lens.known(duty.statuses) if one.status == "completed"]
            if judged:
                ends[duty.id] = [min(judged)]
    return ends


def _year(day: date, open_ones: Sequence[Case], ends: dict[str, list[date]], today: date) -> Year:
    until = add_years(day, YEARS_AFTER)
    ended = {one.duty.id for one in open_ones if any(day < end <= until for end in ends.get(one.duty.id, ()))}
    ways = (
        ("ranking", [one for one in sorted(open_ones, key=lambda one: one.order) if one.group <= 3]),
        ("by deadline", sorted(open_ones, key=lambda one: (*_by_deadline(one, day), one.duty.id))),
        ("by work left", sorted(open_ones, key=lambda one: (_by_work(one), one.duty.id))),
    )
    return Year(
        on=day,
        over=until <= today,
        open=len(open_ones),
        came_to_an_end=tuple(sorted(ended)),
        tried=tuple(_tried(name, [one.duty.id for one in rows[:MANY]], ended) for name, rows in ways),
    )


def _by_deadline(case: Case, day: date) -> tuple[int, int]:
    if case.deadline is None:
        return (2, 0)
    days = (case.deadline - day).days
    return (0, days) if days >= 0 else (1, -days)


def _by_work(case: Case) -> float:
    work = case.standing.work
    return float(work.remaining) / work.threshold if work else float("inf")


def _tried(name: str, first: list[str], ended: set[str]) -> Tried:
    return Tried(
        name=name,
        first=tuple(first),
        of_five=sum(id_ in ended for id_ in first[:FEW]),
        of_ten=sum(id_ in ended for id_ in first),
    )


def _sum(name: str, years: Sequence[Year]) -> Sum:
    mine = [one for year in years for one in year.tried if one.name == name]
    return Sum(
        name=name,
        of_five=sum(one.of_five for one in mine),
        five=sum(min(len(one.first), FEW) for one in mine),
        of_ten=sum(one.of_ten for one in mine),
        ten=sum(len(one.first) for one in mine),
    )
