"""Cells of tables from outside: plain numbers, zero or more, and nothing else that looks like one."""

from datetime import date
from decimal import Decimal

import pytest

from shared.tables import BadCell, Row


def row(cell: str) -> Row:
    return Row({"n": cell})


@pytest.mark.parametrize(("cell", "number"), [("0", 0), ("12", 12), ("1250000.50", Decimal("1250000.50")), ("", None)])
def test_a_plain_number_is_read_to_the_last_digit(cell: str, number: Decimal | int | None) -> None:
    assert row(cell).number("n") == number


@pytest.mark.parametrize(
    "cell",
    ["1e999999999", "1E3", "NaN", "Infinity", "1_000", "1,000", "１２", "+1", ".5", "5.", "9" * 8_000, "x", "--1"],
)
def test_what_is_no_plain_number_is_named_and_holds_nobody_up(cell: str) -> None:
    for read in (row(cell).number, row(cell).integer):
        with pytest.raises(BadCell, match="is not a plain number"):
            read("n")


def test_less_than_nothing_and_parts_of_a_whole_are_refused() -> None:
    with pytest.raises(BadCell, match="must be zero or more"):
        row("-1").number("n")
    with pytest.raises(BadCell, match="must be a whole number"):
        row("1.5").integer("n")
    assert row("2.0").integer("n") == 2


@pytest.mark.parametrize(
    "cell", ["20170831", "2017-W35-4", "2017-08", "2017", "2017-02-30", "31.08.2017", "0017-08-31"]
)
def test_a_day_is_written_out_and_nothing_else_is_taken_for_one(cell: str) -> None:
    assert (row("2017-08-31").day("n"), row("").day("n")) == (date(2017, 8, 31), None)
    with pytest.raises(BadCell):
        row(cell).day("n")
