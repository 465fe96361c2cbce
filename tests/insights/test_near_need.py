"""What is asked for, what it comes to, and the groups that follow."""

from datetime import date
from decimal import Decimal

import pytest

from services.insights.near.conditions import Answer
from services.insights.near.groups import group_of
from services.insights.near.ranking import rank
from services.insights.near.row import Row
from shared.money import Rate
from tests.insights.telling import Story

ON = date(2017, 12, 20)


class OneRate:
    """A euro costs two dollars; nothing else has a rate."""

    def usd(self, currency: str, on: date) -> Rate | None:
        return Rate(currency="EUR", usd=Decimal(2), on=on, source="a test") if currency == "EUR" else None


def of(story: Story, on: date = ON) -> Row:
    found = rank(story.party("AAA").left("AAA", 2).picture(rates=OneRate()), on).find("CCM-AAA-4")
    assert found is not None
    return found


def part(row: Row, name: str) -> float | None:
    return next(one.value for one in row.parts if one.name == name)


def test_an_amount_in_another_currency_is_shown_with_its_rate() -> None:
    row = of(Story().need("a", "AAA", 1_000_000, currency="EUR"))
    assert row.usd_open == 2_000_000
    assert row.help[0].rate is not None
    assert row.group == 1
    assert not row.to_be_confirmed


def test_a_currency_without_a_rate_leaves_the_amount_unknown_not_zero() -> None:
    row = of(Story().need("a", "AAA", 1_000_000, currency="LAK"))
    assert row.usd_open is None
    assert part(row, "small_help") is None
    assert row.to_be_confirmed


def test_more_than_the_threshold_is_larger_help() -> None:
    assert of(Story().need("a", "AAA", 5_000_001)).group == 3


def test_technical_help_only_is_small_help() -> None:
    row = of(Story().need("a", "AAA", kind="technical"))
    assert part(row, "small_help") == 0.9
    assert (row.group, row.to_be_confirmed) == (1, False)


@pytest.mark.parametrize(("usd", "value"), [(100_000, 1.0), (1_000_000, 0.5), (10_000_000, 0.0)])
def test_the_small_help_part_falls_with_the_logarithm(usd: int, value: float) -> None:
    assert part(of(Story().need("a", "AAA", usd)), "small_help") == value


def test_a_whole_and_its_parts_are_never_added() -> None:
    story = Story().need("whole", "AAA", 3_000_000).need("part", "AAA", 1_000_000, part_of=True)
    assert of(story).usd_open == 3_000_000


def test_two_statements_of_a_need_are_not_added_the_later_one_is_used() -> None:
    story = Story().need("a", "AAA", 3_000_000, stated_on="2017-01-01").need("b", "AAA", 4_000_000)
    assert of(story).usd_open == 4_000_000


def test_what_is_secured_is_not_open() -> None:
    row = of(Story().need("a", "AAA", 4_000_000, secured=3_000_000))
    assert row.usd_open == 1_000_000
    assert part(row, "unanswered") == 0.25


def test_a_need_of_years_gone_by_is_history() -> None:
    assert of(Story().need("a", "AAA", 1, stated_on="2015", years=(2015, 2016))).help == ()
    assert of(Story().need("a", "AAA", 1, stated_on="2013", years=(None, None))).help == ()
    assert of(Story().need("a", "AAA", 1, stated_on="2015-06-01", years=(None, None))).help != ()


def test_an_estimate_is_nobodys_request() -> None:
    assert of(Story().need("a", "AAA", 1, basis="estimate")).help == ()


def test_a_request_is_open_by_what_its_allocations_leave() -> None:
    story = Story().request("r", "AAA", [("clearing", "clearance", 400_000), ("advice", "training", None)])
    row = of(story.allocated("r", "p1", "clearing", 100_000))
    assert row.usd_open == 300_000
    assert (row.answered, row.group) == (True, 1)


def test_a_request_that_is_covered_leaves_a_state_on_its_own() -> None:
    story = Story().request("r", "AAA", [("clearing", "clearance", 400_000)])
    assert of(story.allocated("r", "p1", "clearing", 400_000)).group == 2


def test_readiness_counts_with_the_fifths_that_are_known() -> None:
    row = of(Story().request("r", "AAA", [("a", "clearance", 1)], authority="MAC", benefit="farming"))
    readiness = next(one for one in row.parts if one.name == "readiness")
    assert (readiness.value, readiness.known) == (0.667, 0.6)  # named, no dated plan, benefit stated


T, F, U = Answer(True, ""), Answer(False, ""), Answer(None, "")


@pytest.mark.parametrize(
    ("near", "helped", "small", "group", "to_be_confirmed"),
    [
        (T, T, T, 1, False),
        (T, T, U, 1, True),
        (T, U, T, 1, True),
        (U, T, T, 1, True),
        (T, F, T, 2, False),
        (T, F, U, 2, False),
        (T, T, F, 3, False),
        (T, U, F, 3, True),
        (T, U, U, 3, True),
        (F, T, T, 4, False),
        (F, U, U, 4, False),
        (U, T, U, 5, False),
        (U, F, T, 5, False),
        (U, U, U, 5, False),
    ],
)
def test_groups(near: Answer, helped: Answer, small: Answer, group: int, to_be_confirmed: bool) -> None:
    assert group_of(near, helped, small) == (group, to_be_confirmed)
