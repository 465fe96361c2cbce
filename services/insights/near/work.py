"""How much is left: land in m² (CCM 4, APMBC 5), stocks in munitions (CCM 3, APMBC 4).

Remaining land is the undivided figure, or confirmed plus suspected area of the same period and source;
where a source gives only one of the two, that is "at least". The most recent is used, and where it is only a
half, the newest whole stands beside it. What a request for more time names as left is
such a figure too. Remaining stock is what is held, or what
was declared less all that was destroyed; a declared stock of which no destruction is stated is "at
most". An explicit zero is zero, a blank is unknown. Munitions are counted, submunitions only where no
munitions are. Remaining is never reckoned from an earlier remaining less what was released.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from services.insights.facts.obligation import ExtensionStatement, Figure, LaterFind, Obligation
from services.insights.near.figures import Sum, disagreeing, preferred, printed
from services.insights.near.known import Lens, said_on
from services.insights.near.pieces import word, year
from services.insights.near.settings import Settings
from services.insights.near.told import Told, marked, tell
from shared.dates import Period

LAND = {("CCM", "4"), ("APMBC", "5")}
STOCK = {("CCM", "3"), ("APMBC", "4")}
MORE_GONE = "; more destroyed by "
"""Stands in a formula before the year."""
HELD = marked("held")
DECLARED = marked("declared")
GREATEST = marked("greatest area stated so far")


def formula_told(formula: str) -> Told | None:
    """How a figure was made, apart from the year in it; None where it has none."""
    made, since, gone = formula.partition(MORE_GONE)
    return tell("%(how)s; more destroyed by %(year)s", how=word(made), year=year(int(gone))) if since else None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the work is measured against: the whole stock, or the greatest area stated earlier."""

    value: Decimal
    on: date
    period: str
    source: str
    link: str
    formula: str

    @classmethod
    def of(cls, stated: Sum, formula: str) -> "Baseline":
        """A stated figure as what the rest is measured against."""
        return cls(stated.value, stated.on, stated.period, stated.source, stated.link, formula)


@dataclass(frozen=True, slots=True)
class Find:
    """What was newly found after the figure in use; said beside it."""

    value: Decimal
    period: str
    link: str
    source: str


@dataclass(frozen=True, slots=True)
class Work:
    """What is left of a measured duty. `too_old`: shown with its age, decides nothing."""

    unit: str
    used: Sum
    others: tuple[Sum, ...]
    baseline: Baseline | None
    found_since: tuple[Find, ...]
    threshold: float
    too_old: bool

    @property
    def remaining(self) -> Decimal:
        """The figure in use, without later finds."""
        return self.used.value

    @property
    def with_finds(self) -> Decimal:
        """The figure in use and all that was found after it: the test of near, and the range's lower end."""
        return self.used.value + sum((one.value for one in self.found_since), Decimal(0))

    @property
    def finished(self) -> bool:
        """A source says that nothing is left, and nothing was found since."""
        return not self.too_old and not self.used.at_least and self.with_finds == 0


def work_left(duty: Obligation, lens: Lens, settings: Settings) -> Work | None:
    """What is left on the day; None where no source said by then."""
    figures = lens.known(duty.figures)
    if (duty.treaty, duty.article) in LAND:
        return _land(duty, [*figures, *at_request(lens.known(duty.extensions))], lens, settings)
    if (duty.treaty, duty.article) in STOCK:
        return _stock(duty, figures, lens, settings)
    return None


def _land(duty: Obligation, figures: list[Figure], lens: Lens, settings: Settings) -> Work | None:
    whole, partial = _areas(figures)
    whole, partial = preferred(whole), preferred(partial)
    newest = max((one.on for one in (*whole, *partial)), default=None)
    if newest is None:
        return None
    # The most recent figure is the one used; of one day a whole comes before a half.
    used = next(one for one in (*whole, *partial) if one.on == newest)
    beside = disagreeing(used, [*whole, *partial])
    if used.at_least and whole:
        beside.append(whole[0])
    limits = settings.thresholds
    return Work(
        unit="m2",
        used=used,
        others=tuple(beside),
        baseline=_area_baseline(whole, used),
        found_since=_found_since(figures, lens.known(duty.later_finds), used.on),
        threshold=limits.near_ccm_land_m2 if duty.treaty == "CCM" else limits.near_apmbc_land_m2,
        too_old=lens.years_since(used.on) > settings.too_old_years,
    )


def at_request(extensions: list[ExtensionStatement]) -> list[Figure]:
    """The area left that sources give for a request for more time, as figures like any other.

    Each speaks of the day on which the request was lodged or, where that was not read, decided. The day of
    the source alone dates no area: a later page may repeat an old one.
    """
    found = []
    for said in extensions:
        spoken_of = said.lodged_on or said.decided_on
        if said.remaining_at_request_m2 is not None and spoken_of:
            found.append(
                Figure(
                    origin=said.origin,
                    metric="remaining_contamination_m2",
                    value=said.remaining_at_request_m2,
                    unit="m2",
                    period=Period(str(spoken_of)),
                )
            )
    return found


def _areas(figures: list[Figure]) -> tuple[list[Sum], list[Sum]]:
    whole = printed(figures, "remaining_contamination_m2")
    partial: list[Sum] = []
    undivided = {(one.period, one.source) for one in whole}
    halves: dict[tuple[str, str], dict[str, Figure]] = {}
    for figure in sorted(figures, key=lambda one: (said_on(one.origin), one.origin.link)):
        if figure.metric in ("remaining_cha_m2", "remaining_sha_m2"):
            halves.setdefault((str(figure.period), figure.origin.source), {})[figure.metric] = figure
    for (period, source), found in halves.items():
        if (period, source) in undivided:
            continue
        parts = tuple(found[name] for name in sorted(found))
        value = sum((part.value for part in parts), Decimal(0))
        both = len(parts) == 2
        if both:
            formula = marked("confirmed + suspected area")
        elif "cha" in parts[0].metric:
            formula = marked("confirmed area only")
        else:
            formula = marked("suspected area only")
        total = Sum(value, parts[0].period.end, period, parts, formula, at_least=not both)
        (whole if both else partial).append(total)
    return whole, partial


def _area_baseline(whole: list[Sum], used: Sum) -> Baseline | None:
    earlier = [one for one in whole if one.on <= used.on]
    if not earlier:
        return None
    greatest = max(earlier, key=lambda one: (one.value, -one.on.toordinal(), one.link))
    return Baseline.of(greatest, GREATEST)


def _found_since(figures: list[Figure], finds: list[LaterFind], since: date) -> tuple[Find, ...]:
    """Areas newly found in a period that begins after the figure's day."""
    newest: dict[str, Figure] = {}
    for figure in sorted(figures, key=lambda one: (said_on(one.origin), one.origin.link)):
        # Two sources that tell of the same find are not added.
        if figure.metric == "confirmed_new_m2" and figure.period.start > since:
            newest[str(figure.period)] = figure
    found = [Find(one.value, period, one.origin.link, one.origin.source) for period, one in newest.items()]
    told = {one.period for one in found}
    by_day: dict[str, LaterFind] = {}
    for find in finds:
        if find.area_m2 is not None and find.found_on.start > since and str(find.found_on) not in told:
            by_day[str(find.found_on)] = find
    found += [Find(one.area_m2 or Decimal(0), day, one.origin.link, one.origin.source) for day, one in by_day.items()]
    return tuple(sorted(found, key=lambda one: (one.period, one.link)))


def _stock(duty: Obligation, figures: list[Figure], lens: Lens, settings: Settings) -> Work | None:
    limits = settings.thresholds
    for unit in ("munitions", "submunitions"):
        left = _left_in_stock(figures, unit)
        if not left:
            continue
        used = preferred(left)[0]
        if used.value and used.on < (newest := _newest_destroyed(figures, unit, used.on)):
            used = replace(used, at_most=True, formula=f"{used.formula or HELD}{MORE_GONE}{newest.year}")
        declared = preferred(printed(figures, f"{unit}_declared"))
        baseline = Baseline.of(declared[0], DECLARED) if declared else None
        share = limits.near_stock_share * float(baseline.value) if baseline else 0.0
        finds = tuple(
            Find(Decimal(one.items), str(one.found_on), one.origin.link, one.origin.source)
            for one in lens.known(duty.later_finds)
            if one.items and one.found_on.start > used.on
        )
        threshold = max(share, limits.near_stock_munitions) if unit == "munitions" else share
        return Work(
            unit=unit,
            used=used,
            others=tuple(disagreeing(used, left)),
            baseline=baseline,
            found_since=finds,
            threshold=threshold or limits.near_stock_munitions,
            too_old=lens.years_since(used.on) > settings.too_old_years,
        )
    return None


def _left_in_stock(figures: list[Figure], unit: str) -> list[Sum]:
    declared = preferred(printed(figures, f"{unit}_declared"))
    destroyed = printed(figures, f"{unit}_destroyed_total")
    left = printed(figures, f"{unit}_held")
    for gone in destroyed:
        before = [one for one in declared if one.on <= gone.on] or declared
        if before:
            rest = max(before[0].value - gone.value, Decimal(0))
            left.append(
                Sum(
                    rest,
                    gone.on,
                    gone.period,
                    (*gone.figures, *before[0].figures),
                    marked("declared − destroyed in all"),
                )
            )
    newest_gone = max((one.on for one in destroyed), default=date.min)
    kept = preferred(printed(figures, f"{unit}_retained"))
    for one in declared:
        if one.on > newest_gone or not destroyed:
            # What may be kept for training (CCM 3.6) is not to be destroyed.
            rest = max(one.value - kept[0].value, Decimal(0)) if kept else one.value
            if kept and kept[0].value:
                formula = marked("declared − retained, no total destroyed stated")
            else:
                formula = marked("declared, no total destroyed stated")
            left.append(replace(one, value=rest, formula=formula, at_most=True))
    return left


def _newest_destroyed(figures: list[Figure], unit: str, since: date) -> date:
    return max((one.period.end for one in figures if one.metric == f"{unit}_destroyed" and one.value), default=since)
