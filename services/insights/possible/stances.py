"""What each donor has stated, as known on the day, and what it can still promise of it.

Its newest profile known counts; of its capacities that of the running year, or of the next one stated. What
it promised for that year is taken off; a sum without a known rate leaves the capacity unknown.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from services.insights.facts.donor import Capacity, Donor
from services.insights.facts.pledge import Announcement, Pledge
from services.insights.near.known import Lens, said_on
from services.insights.near.money import in_dollars
from services.insights.near.picture import Picture, Rates
from services.insights.possible.suggestions import DonorStance


def stances(picture: Picture, lens: Lens) -> Iterator[DonorStance]:
    """Every donor registered by the day that has stated what it looks for."""
    pledges: dict[str, list[Pledge]] = {}
    for pledge in picture.pledges_in_order:
        pledges.setdefault(pledge.donor, []).append(pledge)
    for donor in picture.donors:
        profiles = lens.known(donor.profiles)
        if not profiles or not lens.known(donor.registered):
            continue
        profile, capacity = profiles[-1], _capacity(donor, lens)
        yield DonorStance(
            donor=donor.id,
            name=donor.name,
            treaties=profile.treaties,
            regions=profile.regions,
            kinds=profile.kinds,
            criteria=profile.criteria,
            capacity_usd=_left(capacity, pledges.get(donor.id, ()), lens, picture.rates) if capacity else None,
            capacity_year=capacity.year if capacity else None,
            multi_year=profile.multi_year,
        )


def _capacity(donor: Donor, lens: Lens) -> Capacity | None:
    stated = {one.year: one for one in lens.known(donor.capacities)}
    return min((one for one in stated.values() if one.year >= lens.on.year), key=lambda one: one.year, default=None)


def _left(capacity: Capacity, pledges: Iterable[Pledge], lens: Lens, rates: Rates) -> Decimal | None:
    """The capacity less what is promised of it; zero where more is promised. None: a rate is not known."""
    stated = in_dollars(capacity.amount, said_on(capacity.origin), rates)
    promised = [_promised(one, capacity.year, lens, rates) for one in pledges]
    if stated is None or None in promised:
        return None
    return max(stated.amount - sum((one for one in promised if one), Decimal(0)), Decimal(0))


def _promised(pledge: Pledge, year: int, lens: Lens, rates: Rates) -> Decimal | None:
    """What the pledge promises for the year, reductions taken off; money to be redirected is promised still."""
    announced = lens.known(pledge.announcements)
    steps = lens.known(pledge.steps)
    if not announced or any(step.how == "cancelled" for step in steps):
        return Decimal(0)
    newest = announced[-1]
    part = _of_year(newest, year)
    if newest.amount is None or not part:
        return Decimal(0)
    standing = newest.amount.amount - sum(
        (step.amount.amount for step in steps if step.how == "reduced" and step.amount), Decimal(0)
    )
    promised = newest.amount.model_copy(update={"amount": min(part, max(standing, Decimal(0)))})
    usd = in_dollars(promised, newest.announced_on, rates)
    return usd.amount if usd else None


def _of_year(announced: Announcement, year: int) -> Decimal:
    """The parts expected in that year where all parts are dated; else all of it in the year of its announcement."""
    dated = [
        (one.expected_on.end.year, one.amount.amount) for one in announced.tranches if one.expected_on and one.amount
    ]
    if dated and len(dated) == len(announced.tranches):
        return sum((amount for when, amount in dated if when == year), Decimal(0))
    return announced.amount.amount if announced.amount and announced.announced_on.year == year else Decimal(0)
