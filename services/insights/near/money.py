"""Sums in US dollars at the rate of the day on which they were stated; an unknown rate stays unknown.

Rule: "The score inside a group" in docs/near-completion.md.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.insights.near.picture import Rates
from shared.money import Money, Rate


@dataclass(frozen=True, slots=True)
class Dollars:
    """A sum in US dollars and the rate it was reckoned at; `rate` None where it was stated in dollars."""

    amount: Decimal
    rate: Rate | None


def in_dollars(money: Money, on: date, rates: Rates) -> Dollars | None:
    """The sum at the rate of the day; None where no rate is known, which is not zero."""
    if money.currency == "USD":
        return Dollars(money.amount, None)
    rate = rates.usd(money.currency, on)
    return Dollars(rate.in_usd(money).amount, rate) if rate else None
