"""The shipped tables of help given and of yearly totals are read whole, as printed."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.pledges.domain.assistance import ASSISTANCE, RecordAssistance
from services.pledges.domain.support import SUPPORT, StateDonorTotal
from services.pledges.importing import TABLES
from shared.decider import Decider
from shared.tables import BadCell, Recording, Row, Table
from tests.scenario import Scenario

DATA = Path(__file__).parents[2] / "deploy" / "data"
ROWS = {"assistance.csv": 1281, "donor_totals.csv": 87, "recipient_totals.csv": 315, "world_support.csv": 8}


def rows(table: Table) -> list[dict[str, str]]:
    with (DATA / table.file).open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def recordings(table: Table) -> list[Recording]:
    return [recording for cells in rows(table) for recording in table.read(Row(cells))]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_every_row_is_read_and_accepted(table: Table) -> None:
    assert rows(table)[0].keys() == set(table.columns)
    deciders: dict[str, Decider[Any, Any, Any]] = {"assistance": ASSISTANCE, "support": SUPPORT}
    said = recordings(table)
    assert len(said) == ROWS[table.file]
    for recording in said:
        Scenario(deciders[recording.category]).given().when(recording.command).follows()


def test_each_statement_of_help_has_a_stream_of_its_own() -> None:
    assert len({recording.identity for recording in recordings(TABLES[0])}) == ROWS["assistance.csv"]


def test_totals_of_one_donor_stand_together_also_where_it_is_no_state() -> None:
    union = [one.command for one in recordings(TABLES[1]) if one.identity == "donor-European_Union"]
    assert [total.year for total in union if isinstance(total, StateDonorTotal)] == [2012, 2020, 2021, 2022]


def test_sums_stay_as_printed_in_both_currencies() -> None:
    given = [one.command for one in recordings(TABLES[0])]
    union = next(
        one
        for one in given
        if isinstance(one, RecordAssistance) and one.recipient == "AFG" and one.donor_name == "European Union"
    )
    assert union.amount is not None
    assert (union.amount.amount, union.amount.currency, union.amount_usd_printed) == (
        Decimal("22000000.00"),
        "EUR",
        Decimal(30657000),
    )


def test_a_sum_whose_currency_was_lost_is_kept_and_none_is_guessed() -> None:
    lost = [
        one.command
        for one in recordings(TABLES[0])
        if isinstance(one.command, RecordAssistance) and one.command.amount_without_currency is not None
    ]
    assert sorted(one.amount_without_currency or 0 for one in lost) == [30000, 946000, 1043080]
    assert all(one.amount is None for one in lost)


def test_a_table_read_in_part_is_marked_so() -> None:
    partial = [one for one in recordings(TABLES[0]) if isinstance(one.command, RecordAssistance)]
    assert any(one.command.partial for one in partial if isinstance(one.command, RecordAssistance))


def test_the_same_total_twice_is_kept_once_and_a_revised_one_beside_it() -> None:
    first, *_ = recordings(TABLES[1])
    assert isinstance(first.command, StateDonorTotal)
    kept = Scenario(SUPPORT).given().when(first.command).follows()
    Scenario(SUPPORT).given(*kept).when(first.command).nothing()
    revised = first.command.model_copy(update={"amount_usd_printed": Decimal(1)})
    assert len(Scenario(SUPPORT).given(*kept).when(revised).follows()) == 1


def test_a_year_that_is_no_year_is_named() -> None:
    with pytest.raises(BadCell) as bad:
        list(TABLES[1].read(Row({**rows(TABLES[1])[0], "year": "20x1"})))
    assert bad.value.column == "year"
