"""How fast it goes: the median release of the last reported years (docs/near-completion.md).

Released = cleared + reduced + cancelled where no total is given, of one source. Only figures that speak
of one calendar year are a reported year; a figure over several years tells nothing about each.
Zero is a fact, not infinity.
"""

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from services.insights.facts.obligation import Figure, Obligation
from services.insights.near.figures import Sum, preferred, printed
from services.insights.near.known import Lens
from services.insights.near.settings import Settings
from services.insights.near.work import LAND, Work

_PARTS = ("cleared_m2", "reduced_m2", "cancelled_m2")


@dataclass(frozen=True, slots=True)
class Pace:
    """What was released or destroyed in each of the last reported years, newest first."""

    years: tuple[tuple[int, Sum], ...]
    per_year: float

    @property
    def nothing_lately(self) -> tuple[tuple[int, Sum], ...]:
        """The newest reported years in a row with a zero, newest first."""
        zeros: list[tuple[int, Sum]] = []
        for year, total in self.years:
            if total.value:
                break
            zeros.append((year, total))
        return tuple(zeros)

    def years_left(self, remaining: Decimal) -> float | None:
        """Remaining ÷ pace; None where nothing was released."""
        return float(remaining) / self.per_year if self.per_year > 0 else None


def pace_of(duty: Obligation, work: Work | None, lens: Lens, settings: Settings) -> Pace | None:
    """The pace known on the day; None where no year was reported that is recent enough."""
    figures = lens.known(duty.figures)
    if (duty.treaty, duty.article) in LAND:
        totals = _land_totals(figures)
    else:
        unit = work.unit if work else "munitions"
        totals = [one for one in printed(figures, f"{unit}_destroyed") if _is_a_year(one.figures[0])]
    by_year: dict[int, list[Sum]] = {}
    for total in totals:
        if lens.years_since(total.on) <= settings.too_old_years:
            by_year.setdefault(total.on.year, []).append(total)
    if not by_year:
        return None
    newest = sorted(by_year, reverse=True)[: settings.pace_years]
    years = tuple((year, preferred(by_year[year])[0]) for year in newest)
    return Pace(years, float(median(total.value for _, total in years)))


def _is_a_year(figure: Figure) -> bool:
    start, end = figure.period.start, figure.period.end
    return start.year == end.year and (end - start).days >= 300


def _land_totals(figures: list[Figure]) -> list[Sum]:
    totals = [one for one in printed(figures, "released_m2") if _is_a_year(one.figures[0])]
    given = {(one.period, one.source) for one in totals}
    parts: dict[tuple[str, str], dict[str, Figure]] = {}
    for figure in sorted(figures, key=lambda one: one.origin.link):
        if figure.metric in _PARTS and _is_a_year(figure):
            parts.setdefault((str(figure.period), figure.origin.source), {})[figure.metric] = figure
    for (period, source), found in parts.items():
        if (period, source) in given:
            continue
        each = tuple(found[name] for name in _PARTS if name in found)
        words = " + ".join(name.removesuffix("_m2") for name in _PARTS if name in found)
        value = sum((one.value for one in each), Decimal(0))
        totals.append(Sum(value, each[0].period.end, period, each, words))
    return totals
