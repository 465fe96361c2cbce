"""What the work might cost, where no amount is stated: from the cost per m² or munition that other States
of the same article stated. Printed as an estimate beside the row, never added to a sum.

cost for one = stated sum in US dollars ÷ what was left then. Taken are budgets of extension requests
with the area left at the request, and stated needs that speak of all that is left; sums for a year or a
part of a plan are not.

Rule: "The score inside a group" in docs/near-completion.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from services.insights.facts.obligation import Obligation
from services.insights.near.known import Lens, said_on
from services.insights.near.money import in_dollars
from services.insights.near.picture import Picture
from services.insights.near.row import Estimate
from services.insights.near.settings import Settings
from services.insights.near.work import Work


@dataclass(frozen=True, slots=True)
class Cost:
    """A State's stated cost for one m² or munition."""

    state: str
    each: Decimal
    link: str


def costs(
    works: Iterable[tuple[Obligation, Work | None]], picture: Picture, lens: Lens, settings: Settings
) -> dict[tuple[str, str], list[Cost]]:
    """Known costs by treaty and article, one for each State: the one stated last."""
    found: dict[tuple[str, str], list[Cost]] = {}
    for duty, work in works:
        cost = _from_requests(duty, picture, lens) or _from_needs(duty, work, picture, lens, settings)
        if cost:
            found.setdefault((duty.treaty, duty.article), []).append(cost)
    return found


def _from_requests(duty: Obligation, picture: Picture, lens: Lens) -> Cost | None:
    budgets = [one for one in lens.known(duty.extensions) if one.budget and one.remaining_at_request_m2]
    for one in sorted(budgets, key=lambda one: (said_on(one.origin), one.origin.link), reverse=True):
        usd = in_dollars(one.budget, said_on(one.origin), picture.rates) if one.budget else None
        if usd and usd.amount and one.remaining_at_request_m2:
            return Cost(duty.state, usd.amount / one.remaining_at_request_m2, one.origin.link)
    return None


def _from_needs(duty: Obligation, work: Work | None, picture: Picture, lens: Lens, settings: Settings) -> Cost | None:
    if work is None or work.too_old or work.used.at_least or work.used.at_most or not work.remaining:
        return None
    stated = [
        one
        for need in picture.needs_by_duty.get((duty.treaty, duty.state, duty.article), ())
        for one in lens.known(need.stated)
        # One year's sum pays for a year, not for all that is left.
        if one.amount
        and not one.part_of
        and one.kind in ("clearance", "stockpile_destruction")
        and (one.year_to is None or one.year_from is None or one.year_to > one.year_from)
        and "per year" not in f"{one.what} {one.origin.note}"
        and lens.years_since(said_on(one.origin)) <= settings.too_old_years
    ]
    for one in sorted(stated, key=lambda one: (said_on(one.origin), one.origin.link), reverse=True):
        usd = in_dollars(one.amount, said_on(one.origin), picture.rates) if one.amount else None
        if usd and usd.amount:
            return Cost(duty.state, usd.amount / work.remaining, one.origin.link)
    return None


def estimate(
    duty: Obligation, work: Work | None, known: dict[tuple[str, str], list[Cost]], settings: Settings
) -> Estimate | None:
    """What the rest might cost; None where too few other States stated a cost, or what is left is unknown."""
    if work is None or work.too_old or work.used.at_least or not work.remaining:
        return None
    others = [one for one in known.get((duty.treaty, duty.article), ()) if one.state != duty.state]
    if len(others) < settings.estimate_states:
        return None
    each = sorted(one.each for one in others)
    per = "m²" if work.unit == "m2" else work.unit.removesuffix("s")
    middle = Decimal(median(each))
    return Estimate(
        usd=_rounded(middle * work.remaining),
        low=_rounded(each[0] * work.remaining),
        high=_rounded(each[-1] * work.remaining),
        per=per,
        cost_each=round(middle, 2),
        states=tuple(sorted(one.state for one in others)),
        links=tuple(sorted(one.link for one in others)),
        words=f"estimate: median cost for one {per} in {len(others)} other States × what is left",
    )


def _rounded(usd: Decimal) -> Decimal:
    """Two significant digits: an estimate is not more exact than that."""
    if not usd:
        return Decimal(0)
    digits = usd.adjusted() - 1
    return usd.quantize(Decimal(1).scaleb(digits)).to_integral_value() if digits > 0 else usd.to_integral_value()
