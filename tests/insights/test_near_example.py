"""Montenegro on 20 December 2017, as a diplomat would check it by hand."""

from datetime import date

import pytest

from services.insights.near.ranking import rank
from services.insights.near.row import Row
from tests.insights.telling import Story

MEETING = date(2017, 12, 20)


def montenegro() -> Story:
    return (
        Story()
        .party("MNE", stated_on="2011")
        .left("MNE", 1.7, "2015", "2016-07-15")
        .left("MNE", 1.72, "2016", "2017-08-01")
        .released("MNE", 0, 2015, "2016-07-15")
        .released("MNE", 0, 2016, "2017-08-01")
        .status("MNE", "unclear", "2017-08-01")
        .need("mne", "MNE", stated_on="2017-12-20")
        # All that follows was said later.
        .released("MNE", 1.85, 2019, "2020-07-31")
        .left("MNE", 0, "2020-07-21", "2020-07-31")
        .completed("MNE", "2020-07-21", "2020-07-31")
    )


@pytest.fixture
def row() -> Row:
    found = rank(montenegro().picture(), MEETING).find("CCM-MNE-4")
    assert found is not None
    return found


def test_it_stands_in_the_first_group_with_the_amount_to_be_confirmed(row: Row) -> None:
    assert (row.group, row.to_be_confirmed) == (1, True)
    assert [(one.name, one.value) for one in row.conditions] == [
        ("near", True),
        ("needs help", True),
        ("small help", None),
    ]


def test_its_score_is_the_weighted_mean_of_what_is_known(row: Row) -> None:
    values = {part.name: part.value for part in row.parts}
    assert values["work_left"] == 0.783  # 1 - log10(1 + 10 x 1.72 / 10) / log10(101)
    assert values["time"] == 0.677  # (6 - 955 days / 365.25) / 5
    assert values["unanswered"] == 1
    assert values["small_help"] is None
    assert values["readiness"] is None
    assert row.score == 80.1  # (30 x 0.783 + 20 x 0.677 + 15) / 65


def test_its_range_counts_the_unknown_parts_as_nothing_and_as_all(row: Row) -> None:
    assert row.range == (52.0, 87.0)


def test_its_confidence_is_the_known_weight_while_the_figure_is_fresh(row: Row) -> None:
    assert row.confidence == 65.0


def test_it_shows_the_figure_of_2016_and_no_later_one(row: Row) -> None:
    assert row.remaining == 1_720_000
    assert row.remaining_on == date(2016, 12, 31)
    assert row.deadline_in_force == date(2020, 8, 1)
    assert not row.extended
    assert row.pace_years == (2016, 2015)


def test_it_says_why_in_sentences_with_their_sources(row: Row) -> None:
    said = [one.text for one in row.reasons]
    assert said == [
        "1.72 km² left (2016; the Monitor, 1 August 2017).",
        "Nothing released in 2015 and 2016.",
        "Deadline 1 August 2020, in 2 years 7 months.",
        "Asked for clearance (example.gov, 20 December 2017); no amount stated; no answer is known to us.",
        "Judged unclear whether on track (1 August 2017; the Monitor, 1 August 2017).",
    ]
    assert all(one.link.startswith(("deadlines/", "requests/")) for one in row.reasons)


def test_it_is_gone_once_it_declared() -> None:
    assert rank(montenegro().picture(), date(2020, 7, 30)).find("CCM-MNE-4") is not None
    assert rank(montenegro().picture(), date(2020, 7, 31)).find("CCM-MNE-4") is None


def test_asking_for_the_amount_comes_with_whom_to_ask() -> None:
    story = montenegro().party("AAA").left("AAA", 1.8).need("a", "AAA", 50_000)
    asked = rank(story.picture(), MEETING).ask
    question = next(one for one in asked if one.state == "MNE" and one.part == "small_help")
    assert question.text == "Montenegro, CCM Article 4: the amount needed could bring it from 2nd to 1st."
    assert question.whom == "the national authority of Montenegro, through the ISU"
