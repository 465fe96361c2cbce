"""Figures rounded for people: as they would by hand, everywhere by the same rule."""

from decimal import ROUND_HALF_UP, Decimal


def significant(number: Decimal, digits: int = 3) -> Decimal:
    """The number with so many digits from its first one on, a half rounded away from zero: 19.05 is 19.1.

    What has no more digits stays as it is, without zeros at its end: 19.00 is 19.
    """
    if not number:
        return Decimal(0)
    last = number.adjusted() - digits + 1
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < last:
        number = number.quantize(Decimal(1).scaleb(last), ROUND_HALF_UP)
    plain = number.normalize()
    # Without an exponent: 1E+2 is 100.
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain
