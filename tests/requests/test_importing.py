"""The shipped table of needs is read whole, as printed."""

import csv
from pathlib import Path

import pytest

from services.requests.domain.need import NEEDS, RecordNeed
from services.requests.importing import TABLES
from shared.money import Money
from shared.tables import BadCell, Row
from tests.scenario import Scenario

DATA = Path(__file__).parents[2] / "deploy" / "data"
(NEEDS_TABLE,) = TABLES


def rows() -> list[dict[str, str]]:
    with (DATA / NEEDS_TABLE.file).open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def read(cells: dict[str, str]) -> RecordNeed:
    (recording,) = NEEDS_TABLE.read(Row(cells))
    assert isinstance(recording.command, RecordNeed)
    return recording.command


def test_every_row_is_read_and_has_a_name_of_its_own() -> None:
    assert rows()[0].keys() == set(NEEDS_TABLE.columns)
    recordings = [recording for cells in rows() for recording in NEEDS_TABLE.read(Row(cells))]
    assert len({recording.identity for recording in recordings}) == len(rows()) == 94


def test_a_sum_keeps_its_currency_and_a_part_of_a_plan_says_so() -> None:
    chad = [read(cells) for cells in rows() if cells["iso3"] == "TCD" and cells["kind"] == "equipment"]
    assert [(need.amount, need.part_of) for need in chad] == [(Money.of(4_500_000, "USD"), True)]
    nato_paid_part = [read(cells) for cells in rows() if cells["iso3"] == "SVK"]
    assert not any(need.part_of for need in nato_paid_part)


def test_the_same_statement_is_kept_once() -> None:
    command = read(rows()[0])
    kept = Scenario(NEEDS).given().when(command).follows()
    Scenario(NEEDS).given(*kept).when(command).nothing()


def test_a_cell_that_does_not_fit_is_named() -> None:
    with pytest.raises(BadCell) as bad:
        read({**rows()[0], "amount": "eighty"})
    assert bad.value.column == "amount"
