"""Exchange rates of the European Central Bank, as its day rates from 1999 ship in a package."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache

from currency_converter import CurrencyConverter, RateNotFoundError

from shared.money import Rate

SOURCE = "European Central Bank, reference rates"
LONGEST_GAP_DAYS = 31
"""No rate on weekends and holidays, nor after the day on which the package was made; an older one is none."""


class EcbRates:
    """Rates as `near.picture.Rates`: about 40 currencies, none before 4 January 1999."""

    def __init__(self) -> None:
        self._find = lru_cache(maxsize=4_096)(self._found)

    @cached_property
    def _rates(self) -> CurrencyConverter:
        # Some 300 ms to load: not while the system starts, but when the first sum is to be reckoned.
        return CurrencyConverter(decimal=True)

    def usd(self, currency: str, on: date) -> Rate | None:
        """US dollars for one unit on that day or the last day before with a rate; None where none is known."""
        return self._find(currency, on)

    def _found(self, currency: str, on: date) -> Rate | None:
        if currency not in self._rates.currencies:
            return None
        for back in range(LONGEST_GAP_DAYS + 1):
            day = on - timedelta(days=back)
            try:
                usd = self._rates.convert(1, currency, "USD", date=day)
            except (RateNotFoundError, ValueError):
                continue
            # Six significant digits, as the bank prints its rates.
            return Rate(currency=currency, usd=_six_digits(Decimal(usd)), on=day, source=SOURCE)
        return None


def _six_digits(rate: Decimal) -> Decimal:
    return round(rate, 5 - rate.adjusted())
