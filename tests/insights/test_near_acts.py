"""Reports, plans, laws and declarations."""

from datetime import date

from services.insights.near.ranking import rank
from services.insights.near.row import Row
from services.insights.readings import deadlines as d
from shared.dates import PartialDate
from tests.insights.telling import Story, statement

ON = date(2017, 12, 20)


def of(story: Story, article: str, on: date = ON) -> Row | None:
    return rank(story.party("AAA").picture(), on).find(f"CCM-AAA-{article}")


def test_an_initial_report_seen_as_overdue_is_missing_until_it_comes_in() -> None:
    row = of(Story().report("AAA", "overdue", as_of="2017-06-30"), "7")
    assert row is not None
    assert (row.group, row.to_be_confirmed, row.family) == (1, True, "act")
    assert row.deadline_in_force == date(2011, 1, 28)  # 180 days after 1 August 2010
    story = Story().report("AAA", "overdue", as_of="2017-06-30").report("AAA", "late", submitted_on="2017-09-01")
    assert of(story, "7") is None


def test_silence_about_a_report_is_no_missing_report() -> None:
    assert of(Story(), "7") is None


def test_an_annual_report_is_missing_for_the_last_year_due_only() -> None:
    missing = Story().report("AAA", "overdue", "annual", 2016, as_of="2017-06-30")
    row = of(missing, "7")
    assert row is not None
    assert "The annual report for 2016 is missing" in row.reasons[0].text
    assert of(missing, "7", date(2018, 12, 20)) is None


def test_a_law_being_drafted_is_one_step_of_two_and_an_adopted_one_is_done() -> None:
    row = of(Story().measure("AAA", "being_drafted", "2017-06-30"), "9")
    assert row is not None
    assert row.group == 3  # near, but nobody says that it needs little or manages alone
    assert next(one.value for one in row.parts if one.name == "work_left") == 0.8
    assert of(Story().measure("AAA", "specific_law", "2017-06-30"), "9") is None


def test_victim_assistance_is_open_while_plan_or_focal_point_is_missing() -> None:
    story = Story().measure("AAA", "focal_point_named", "2016", "5")
    assert of(story, "5") is not None
    assert of(story.measure("AAA", "plan_adopted", "2017-06", "5"), "5") is None


def test_help_asked_for_with_a_plan_makes_a_row_of_its_own() -> None:
    row = of(Story().need("a", "AAA", kind="victim_assistance", article="5"), "5")
    assert row is not None
    assert (row.group, row.to_be_confirmed) == (1, False)


def test_finished_work_is_one_declaration_away_and_comes_first() -> None:
    story = Story().left("AAA", 1).completed("AAA", "2017-11-01", stated_on="2017-11-05")
    row = of(story, "4")
    assert row is not None
    assert (row.group, row.to_be_confirmed) == (1, True)
    assert row.one_declaration_away
    assert "is not declared, as far as known" in row.reasons[0].text


def test_a_later_find_brings_it_back_under_the_old_date() -> None:
    story = Story().left("AAA", 1).completed("AAA", "2016-11", "2016-12-16")
    assert of(story, "4") is None
    row = of(story.found("AAA", "2017-10", 0.2), "4")
    assert row is not None
    assert row.deadline_in_force == date(2020, 8, 1)


def test_nothing_left_is_one_declaration_away_until_a_later_source_speaks_of_work() -> None:
    story = Story().left("AAA", 0, "2016", "2017-03-01")
    row = of(story, "4")
    assert row is not None
    assert (row.family, row.group) == ("act", 1)
    again = of(story.status("AAA", "unclear", "2017-08-01"), "4")
    assert again is not None
    assert again.family == "land"
    assert "a later source speaks of work still to do" in again.reasons[0].text


def test_a_state_listed_as_done_by_a_day_is_done() -> None:
    story = Story().left("AAA", 1)
    story.tell(
        "obligation-CCM-AAA-4",
        d.CompletionStated(
            treaty="CCM",
            state="AAA",
            article="4",
            completed_on=PartialDate("2017-10"),
            completed_not_later=True,
            statement=statement("2017-10"),
        ),
    )
    assert of(story, "4") is None
