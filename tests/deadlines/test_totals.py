"""Printed totals are kept beside one another."""

from decimal import Decimal
from typing import Any

from services.deadlines.domain.totals import TOTALS, StateTotal, TotalStated, identity
from shared.dates import PartialDate
from shared.provenance import Statement
from tests.scenario import Scenario

scenario = Scenario(TOTALS)
RATE: dict[str, Any] = {
    "treaty": "CCM",
    "metric": "2016 annual reports received",
    "value": Decimal(82),
    "unit": "percent",
    "as_of": PartialDate("2017-12-20"),
    "statement": Statement(source="record of the informal meeting"),
}


def test_a_total_is_told_once() -> None:
    scenario.given().when(StateTotal(**RATE)).then(TotalStated(**RATE)).when(StateTotal(**RATE)).nothing()


def test_a_total_that_differs_stands_beside_the_first() -> None:
    other = RATE | {"value": Decimal(81)}
    scenario.given(TotalStated(**RATE)).when(StateTotal(**other)).then(TotalStated(**other))


def test_totals_of_no_treaty_are_the_worlds() -> None:
    assert TOTALS.stream(identity("")) == "totals-WORLD"
    assert TOTALS.stream(identity("CCM")) == "totals-CCM"
