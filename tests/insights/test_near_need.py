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


def sentence(row: Row) -> str:
    """What the row says of help."""
    return next(one.text for one in row.reasons if one.link.startswith("requests/"))


def needs_help(row: Row) -> tuple[bool | None, str]:
    """Whether it needs help, and why."""
    return next((one.value, one.why) for one in row.conditions if one.name == "needs help")


def test_a_state_asked_only_where_the_record_says_that_it_asked() -> None:
    row = of(Story().need("a", "AAA", 1, basis="asked"))
    assert sentence(row).startswith("Asked for clearance (")
    assert needs_help(row) == (True, "an open need is not covered")
    assert [(line.basis, line.said) for line in row.help] == [("asked", "asked for")]


def test_what_a_source_says_of_a_state_is_not_put_into_its_mouth() -> None:
    row = of(Story().need("a", "AAA", 1, basis="stated"))
    assert sentence(row).startswith("Said to need clearance (example.gov, 20 December 2017)")
    assert needs_help(row) == (True, "a source says that help is needed")
    assert "sked for" not in " ".join(one.text for one in row.reasons)


@pytest.mark.parametrize("note", ["recommendation of a survey", "not an appeal of the State"])
def test_what_a_source_recommends_is_no_appeal(note: str) -> None:
    assert sentence(of(Story().need("a", "AAA", 1, basis="stated", note=note))).startswith("Recommended clearance (")


def test_what_was_asked_and_what_was_said_stand_apart() -> None:
    story = Story().need("a", "AAA", 1, basis="stated").need("b", "AAA", kind="technical", basis="asked")
    words = sentence(of(story))
    assert words.startswith("Said to need clearance (")
    assert "; asked for technical help (" in words


def test_a_request_here_was_asked_for_and_only_there_nobody_has_answered() -> None:
    row = of(Story().request("r", "AAA", [("a", "clearance", 400_000)]).helped("AAA", "France", "2017"))
    assert sentence(row).startswith("Asked for clearance (")
    assert sentence(row).endswith("; nobody has answered.")
    assert (row.answered, part(row, "unanswered")) == (False, 1)
    assert [line.basis for line in row.help] == ["request"]


@pytest.mark.parametrize("basis", ["asked", "stated"])
def test_of_a_recorded_need_without_recorded_help_no_answer_is_known(basis: str) -> None:
    row = of(Story().need("a", "AAA", 1, basis=basis))
    assert sentence(row).endswith("; no answer is known to us.")
    assert (row.answered, part(row, "unanswered")) == (False, 1)


@pytest.mark.parametrize("basis", ["asked", "stated"])
def test_whether_recorded_help_answers_a_recorded_need_is_not_known(basis: str) -> None:
    story = Story().need("a", "AAA", 1, basis=basis, years=(2015, None))
    for donor, year in (
        ("France", "2015"),
        ("Japan", "2016"),
        ("Norway", "2016"),
        ("Japan", "2015"),
        ("Italy", "2015"),
    ):
        story.helped("AAA", donor, year)
    row = of(story)
    assert sentence(row).endswith(
        "; help is recorded since (Japan 2016; Norway 2016; France 2015; 1 more); "
        "whether it answers this need is not known."
    )
    assert (row.answered, part(row, "unanswered")) == (None, None)


def test_help_before_the_need_for_another_treaty_or_told_later_answers_nothing() -> None:
    story = Story().need("a", "AAA", 1, basis="stated", years=(2016, None))
    story.helped("AAA", "France", "2015").helped("AAA", "Japan", "2016", treaty="APMBC")
    story.helped("AAA", "Norway", "2016", stated_on="2018-01-01").helped("BBB", "Italy", "2016")
    assert part(of(story), "unanswered") == 1
    assert part(of(story.helped("AAA", "Spain", "2016", treaty="CCM")), "unanswered") is None


def test_a_printed_total_is_named_only_where_no_donor_is() -> None:
    story = Story().need("a", "AAA", 1, years=(2015, None)).helped("AAA", "all donors", "2016")
    assert "(all donors 2016)" in sentence(of(story))
    assert "(France 2015)" in sentence(of(story.helped("AAA", "France", "2015")))


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
