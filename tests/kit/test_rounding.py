"""Figures are rounded as by hand, and by one rule everywhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rounding import significant

FIGURES = st.decimals(min_value="0.000001", max_value="999999999999", allow_nan=False, places=6)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("19.05", "19.1"),
        ("19.00", "19"),
        ("1.725", "1.73"),
        ("0.031249", "0.0312"),
        ("99.95", "100"),
        ("12345", "12300"),
        ("100", "100"),
        ("0", "0"),
    ],
)
def test_a_half_is_rounded_away_from_zero_and_no_zeros_stand_at_the_end(number: str, shown: str) -> None:
    assert str(significant(Decimal(number))) == shown


@given(FIGURES, st.integers(1, 6))
def test_what_is_shown_is_at_most_half_a_last_digit_off_and_stays_when_rounded_again(
    number: Decimal, digits: int
) -> None:
    shown = significant(number, digits)
    assert abs(shown - number) <= Decimal(1).scaleb(number.adjusted() - digits + 1) / 2
    assert significant(shown, digits) == shown
    assert "E" not in str(shown)
