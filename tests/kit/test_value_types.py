"""Money, dates, countries and texts as they come in: exact, as precise as stated, and nothing else."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.countries import Iso3, country_in_text
from shared.dates import PartialDate, Period, add_months, add_years, first_of_month_after
from shared.messages import Value
from shared.money import CurrencyMismatch, Money, Rate, total
from shared.text import Identity, Line, Prose


class Statement(Value):
    on: PartialDate
    over: Period
    sum: Money


def money(amount: Any, currency: Any = "EUR") -> Money:
    return Money.model_validate({"amount": amount, "currency": currency})


@pytest.mark.parametrize("amount", ["0", "1", "1250000.00", "0.01", "999999999999999.99", "1.000", "007"])
def test_plain_decimal_text_is_money(amount: str) -> None:
    assert money(amount).amount == Decimal(amount)


@pytest.mark.parametrize(
    "amount",
    [1, 1.5, 0, True, None, "", " 1", "1 ", "-1", "+1", "1e3", "1E3", "NaN", "Infinity", "1,5", "1_000", "0x10", "١",
     "1.2.3", ".", "1.001", "1000000000000000", [], {}, "1" * 5_000],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_floats_exponents_signs_and_over_precise_amounts_are_refused(amount: Any) -> None:
    with pytest.raises(ValidationError):
        money(amount)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("-1", "cannot be negative"),
        ("-0.50", "cannot be negative"),
        ("\u22125", "cannot be negative"),
        (Decimal("-3"), "cannot be negative"),
        ("NaN", "plain decimal number"),
        (Decimal("NaN"), "finite amount"),
        ("-", "plain decimal number"),
        ("-0", "plain decimal number"),
        ("--1", "plain decimal number"),
    ],
)
def test_what_is_wrong_with_an_amount_is_said_in_its_words(amount: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        money(amount)


def test_names_of_countries_stand_in_a_sentence_as_people_say_them() -> None:
    said = {code: country_in_text(code) for code in ("GBR", "LAO", "MNE", "XXA")}
    assert list(said.values()) == ["the United Kingdom", "the Lao PDR", "Montenegro", "Exercise State XXA"]


@pytest.mark.parametrize(
    ("amount", "currency", "allowed"),
    [("1.5", "JPY", False), ("1", "JPY", True), ("1.123", "KWD", True), ("1.123", "EUR", False), ("1.10", "EUR", True)],
)
def test_a_currency_allows_its_own_decimals_only(amount: str, currency: str, allowed: bool) -> None:
    if allowed:
        assert money(amount, currency).currency == currency
    else:
        with pytest.raises(ValidationError, match="decimals"):
            money(amount, currency)


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "XX", "€", None, 978])
def test_an_unknown_currency_is_refused(currency: Any) -> None:
    with pytest.raises(ValidationError):
        money("1", currency)


@given(cents=st.lists(st.integers(0, 10**12), max_size=20))
def test_sums_are_exact_to_the_cent_and_survive_storage(cents: list[int]) -> None:
    whole = total((Money.of(Decimal(c) / 100, "EUR") for c in cents), "EUR")
    assert whole.amount == Decimal(sum(cents)) / 100
    assert Money.model_validate_json(whole.model_dump_json()) == whole


@given(a=st.integers(0, 10**14), b=st.integers(0, 10**14))
def test_taking_away_what_was_added_leaves_the_same_and_less_than_nothing_is_refused(a: int, b: int) -> None:
    one, other = Money.of(Decimal(a) / 100, "EUR"), Money.of(Decimal(b) / 100, "EUR")
    assert (one + other) - other == one
    if a < b:
        with pytest.raises(ValidationError):
            one - other


def test_equal_sums_are_written_alike() -> None:
    assert money("1.0").model_dump_json() == money("1.00").model_dump_json() == '{"amount":"1.00","currency":"EUR"}'
    assert hash(money("1")) == hash(money("1.00"))


def test_two_currencies_need_a_rate() -> None:
    for reckon in (lambda: money("1") + money("1", "USD"), lambda: money("1") < money("1", "USD")):
        with pytest.raises(CurrencyMismatch):
            reckon()
    rate = Rate(currency="EUR", usd=Decimal("1.0835"), on=date(2026, 1, 2), source="a bank")
    assert rate.in_usd(money("10.01")) == Money.of("10.85", "USD")


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2017", date(2017, 1, 1), date(2017, 12, 31), "year"),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29), "month"),
        ("2017-08-31", date(2017, 8, 31), date(2017, 8, 31), "day"),
        ("2017/2018-03", date(2017, 1, 1), date(2018, 3, 31), "span"),
    ],
)
def test_a_date_stays_as_precise_as_it_was_stated(text: str, start: date, end: date, precision: str) -> None:
    period = TypeAdapter(Period).validate_python(text)
    assert (period.start, period.end, period.precision) == (start, end, precision)
    assert TypeAdapter(Period).dump_json(period) == f'"{text}"'.encode()


@pytest.mark.parametrize(
    "text",
    ["", "17", "2017-13", "2017-00", "2017-02-30", "2017-2-3", "2017/", "2018/2017", "1899", "2201", "2017-08-31T00:00",
     " 2017", "2017\n", "20170831", "2017-08-31/2017-08-01", "2017/2018/2019", "٢٠١٧"],
)  # fmt: skip
def test_other_texts_are_no_dates(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Period).validate_python(text)


@pytest.mark.parametrize("value", [2017, 2017.0, None, True, date(2017, 1, 1)])
def test_a_date_comes_as_text(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PartialDate).validate_python(value)


def test_a_single_date_is_no_span() -> None:
    with pytest.raises(ValidationError, match="not a date"):
        TypeAdapter(PartialDate).validate_python("2017/2018")


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2012, 2, 29), 8, date(2020, 2, 29)),
        (date(2012, 2, 29), 10, date(2022, 2, 28)),
        (date(2011, 2, 28), 1, date(2012, 2, 28)),
        (date(2010, 8, 1), 10, date(2020, 8, 1)),
        (date(2012, 2, 29), -1, date(2011, 2, 28)),
    ],
)
def test_an_anniversary_of_29_february_is_the_28th_where_there_is_no_29th(day: date, years: int, then: date) -> None:
    assert add_years(day, years) == then


def test_years_added_twice_are_not_years_added_once() -> None:
    """Extensions count from the deadline that was set, never from a chain."""
    leap = date(2012, 2, 29)
    assert add_years(add_years(leap, 5), 3) == date(2020, 2, 28)
    assert add_years(leap, 8) == date(2020, 2, 29)


@given(day=st.dates(date(1950, 1, 1), date(2150, 12, 31)), months=st.integers(-600, 600))
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    then = add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (
        then.day < day.day and add_months(then.replace(day=1), 1).toordinal() - then.toordinal() == 1
    )
    assert first_of_month_after(day, months) == then.replace(day=1)


@pytest.mark.parametrize("code", ["LAO", "BIH", "XXA", "QMA", "ZZZ"])
def test_countries_and_fictional_ones_of_exercises_are_known(code: str) -> None:
    assert TypeAdapter(Iso3).validate_python(code) == code


@pytest.mark.parametrize("code", ["lao", "LA", "LAOS", "ABC", "", "X\n", "XXÄ"])
def test_other_codes_are_no_countries(code: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Iso3).validate_python(code)


@given(text=st.text(max_size=300))
def test_texts_are_kept_as_they_are_or_refused_never_changed(text: str) -> None:
    for kind in (Line, Prose, Identity):
        try:
            assert TypeAdapter(kind).validate_python(text) == text
        except ValidationError:
            continue
        assert "\x00" not in text
