"""A run of yearly pledges to the same thing, read as one line (DON-5)."""

from collections.abc import Iterable

from services.pledges.views.pledge import PledgeShown
from shared.messages import Value
from shared.money import Money


class YearOfRun(Value):
    """One pledge of the run; `year` is blank where the pledge names none."""

    year: int | None
    pledge: str
    status: str
    stands: Money | None
    disbursed: Money | None


class Run(Value):
    """All pledges of a donor that name the same run, oldest year first, with their sums by currency."""

    donor: str
    run: str
    years: tuple[YearOfRun, ...]
    stands: tuple[Money, ...]
    disbursed: tuple[Money, ...]


def run_of(donor: str, run: str, pledges: Iterable[PledgeShown]) -> Run:
    """The run as one line."""
    ordered = sorted(pledges, key=lambda pledge: (pledge.year or 0, pledge.announced_on, pledge.id))
    years = tuple(
        YearOfRun(
            year=pledge.year,
            pledge=pledge.id,
            status=pledge.status,
            stands=pledge.ladder.stands if pledge.ladder else None,
            disbursed=pledge.ladder.disbursed if pledge.ladder else None,
        )
        for pledge in ordered
    )
    return Run(
        donor=donor,
        run=run,
        years=years,
        stands=by_currency(year.stands for year in years),
        disbursed=by_currency(year.disbursed for year in years),
    )


def by_currency(sums: Iterable[Money | None]) -> tuple[Money, ...]:
    """Sums apart by currency: nothing is converted here."""
    together: dict[str, Money] = {}
    for money in sums:
        if money is not None:
            together[money.currency] = together.get(money.currency, Money.zero(money.currency)) + money
    return tuple(together[currency] for currency in sorted(together))
