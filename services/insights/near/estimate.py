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

from services.insights.facts.obligation import Obligation
from services.insights.near.assess import Case
from services.insights.near.known import Lens, said_on
from services.insights.near.money import in_dollars
from services.insights.near.picture import Picture
from services.insights.near.pieces import name, number, word
from services.insights.near.row import Estimate
from services.insights.near.settings import Settings
from services.insights.near.told import in_english, marked, tell
from services.insights.near.work import Work

_ONE = {"munitions": marked("munition"), "submunitions": marked("submunition")}
MOST_NAMED = 40
"""So many of the States behind an estimate are named with their events, those nearest to the median; all are
counted. Else the list of the others would stand in every row."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A State's stated cost for one m² or munition."""

    state: str
    each: Decimal
    link: str


class Costs:
    """The known costs of one treaty and article, least first: one for each State, the one stated last."""

    def __init__(self, known: Iterable[Cost]) -> None:
        self._known = sorted(known, key=lambda one: (one.each, one.state, one.link))
        self._of_state: dict[str, list[int]] = {}
        for place, one in enumerate(self._known):
            self._of_state.setdefault(one.state, []).append(place)

    def beside(self, state: str) -> "Others | None":
        """The costs of the other States; None where there are none."""
        own = self._of_state.get(state, ())
        count = len(self._known) - len(own)
        if not count:
            return None

        def at(place: int) -> Cost:
            for mine in own:
                place += mine <= place
            return self._known[place]

        half = count // 2
        middle = at(half).each if count % 2 else (at(half - 1).each + at(half).each) / 2
        first = max(0, min(half - MOST_NAMED // 2, count - MOST_NAMED))
        named = tuple(at(place) for place in range(first, min(count, first + MOST_NAMED)))
        return Others(count, at(0).each, middle, at(count - 1).each, named)


@dataclass(frozen=True, slots=True)
class Others:
    """Least, median and greatest of so many States' costs, and those of them that are named."""

    count: int
    least: Decimal
    middle: Decimal
    greatest: Decimal
    named: tuple[Cost, ...]


def cost_of(case: Case, picture: Picture, lens: Lens, settings: Settings) -> Cost | None:
    """What the State stated for one m² or munition of this duty, last."""
    duty = case.duty
    return _from_requests(duty, picture, lens) or _from_needs(duty, case.standing.work, picture, lens, settings)


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


def estimate(duty: Obligation, work: Work | None, known: Costs | None, settings: Settings) -> Estimate | None:
    """What the rest might cost; None where too few other States stated a cost, or what is left is unknown."""
    if known is None or not is_estimable(work):
        return None
    others = known.beside(duty.state)
    if work is None or others is None or others.count < settings.estimate_states:
        return None
    per = "m²" if work.unit == "m2" else _ONE[work.unit]
    told = tell(
        "estimate: median cost for one %(per)s in %(states)s other States × what is left",
        per=word(per) if work.unit in _ONE else name(per),
        states=number(str(others.count)),
    )
    return Estimate(
        usd=_rounded(others.middle * work.remaining),
        low=_rounded(others.least * work.remaining),
        high=_rounded(others.greatest * work.remaining),
        per=per,
        cost_each=round(others.middle, 2),
        of_states=others.count,
        states=tuple(sorted(one.state for one in others.named)),
        links=tuple(sorted(one.link for one in others.named)),
        words=in_english(told),
        told=told,
    )


def is_estimable(work: Work | None) -> bool:
    """Whether what is left is known well enough to be multiplied with a cost."""
    return work is not None and not work.too_old and not work.used.at_least and bool(work.remaining)


def _rounded(usd: Decimal) -> Decimal:
    """Two significant digits: an estimate is not more exact than that."""
    if not usd:
        return Decimal(0)
    digits = usd.adjusted() - 1
    return usd.quantize(Decimal(1).scaleb(digits)).to_integral_value() if digits > 0 else usd.to_integral_value()
