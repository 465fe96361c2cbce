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


def test_one_half_of_victim_assistance_says_nothing_of_the_other() -> None:
    assert of(Story().measure("AAA", "focal_point_named", "2016", "5"), "5") is None
    assert of(Story().measure("AAA", "plan_adopted", "2016", "5"), "5") is None


def test_victim_assistance_is_open_where_a_source_says_that_it_is_not_done() -> None:
    story = Story().measure("AAA", "focal_point_named", "2016", "5").measure("AAA", "none_reported", "2016", "5")
    row = of(story, "5")
    assert row is not None
    assert row.reasons[0].text.startswith("No national plan is reported (")
    drafted = of(story.measure("AAA", "plan_being_drafted", "2017-03", "5"), "5")
    assert drafted is not None
    assert drafted.reasons[0].text.startswith("A national plan is being drafted (")
    assert of(story.measure("AAA", "plan_adopted", "2017-06", "5"), "5") is None


def test_none_reported_of_a_focal_point_opens_the_focal_point_alone() -> None:
    story = Story().measure("AAA", "plan_adopted", "2017-06", "5")
    missing = d.MeasureStated(
        treaty="CCM",
        state="AAA",
        article="5",
        status="none_reported",
        as_of=PartialDate("2017"),
        statement=statement("2017-08").model_copy(update={"note": "focal point not defined"}),
    )
    row = of(story.tell("obligation-CCM-AAA-5", missing), "5")
    assert row is not None
    assert row.reasons[0].text.startswith("No focal point is reported (")


def test_a_duty_without_a_treaty_date_has_no_part_for_time() -> None:
    row = of(Story().measure("AAA", "none_reported", "2017-06-30"), "9")
    assert row is not None
    time = next(one for one in row.parts if one.name == "time")
    assert (time.applies, time.value, time.why) == (False, None, "the treaty sets no date for this")
    assert not [one for one in row.missing if one.part == "time"]
    # 30 of the 80 that are left are known, at 0.8: the time neither widens the range nor lowers the confidence.
    assert (row.score, row.range, row.confidence) == (80.0, (30.0, 92.5), 37.5)


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
    said = (
        "Work is said to be finished (by 1 November 2017; the Monitor, 5 November 2017); we have read no declaration."
    )
    assert row.reasons[0].text == said
    assert of(story, "4", date(2026, 1, 1)) is not None  # also after years


def test_a_later_find_brings_it_back_under_the_old_date() -> None:
    story = Story().left("AAA", 1).completed("AAA", "2016-11", "2016-12-16")
    assert of(story, "4") is None
    row = of(story.found("AAA", "2017-10", 0.2), "4")
    assert row is not None
    assert row.deadline_in_force == date(2020, 8, 1)


def test_nothing_left_is_one_declaration_away_until_more_time_is_asked_for() -> None:
    story = Story().left("AAA", 0, "2016", "2017-03-01")
    row = of(story, "4")
    assert row is not None
    assert (row.family, row.group) == ("act", 1)
    still = of(story.status("AAA", "unclear", "2017-08-01"), "4")
    assert still is not None
    assert still.family == "act"
    again = of(story.granted("AAA", "2025-08-01", "2017-09-06"), "4")
    assert again is not None
    assert again.family == "land"
    assert "a later source speaks of work still to do" in again.reasons[0].text


def test_finished_work_is_open_again_with_a_later_figure_of_what_is_left_and_declared_work_too() -> None:
    finished = Story().completed("AAA", "2016-05", stated_on="2016-06-01").left("AAA", 1, "2017-03", "2017-08-01")
    row = of(finished, "4")
    assert row is not None
    assert not row.one_declaration_away
    declared = Story().completed("AAA", "2016-05", "2016-06-01").left("AAA", 1, "2017-03", "2017-08-01")
    assert of(declared, "4") is not None


def test_an_old_word_that_work_is_finished_no_longer_makes_it_near() -> None:
    told = Story().completed("AAA", "2010-05", stated_on="2010-06-01")
    fresh, old = of(told, "4", date(2016, 5, 1)), of(told, "4", date(2016, 7, 1))
    assert fresh is not None
    assert old is not None
    assert (fresh.group, old.group) == (1, 5)
    assert old.one_declaration_away
    assert old.conditions[0].why == "the word that the work is finished is from 2010"


def test_a_word_of_doubt_opens_no_declared_duty_and_asking_for_more_time_does() -> None:
    story = Story().completed("AAA", declared_on="2016-06-01").status("AAA", "unclear", "2017-08-01")
    assert of(story, "4") is None
    assert of(story.granted("AAA", "2025-08-01", "2017-09-06"), "4") is not None


def test_a_completion_stated_without_any_day_closes_from_the_day_on_which_it_is_known() -> None:
    story = Story().left("AAA", 1).completed("AAA", stated_on="2017-11")
    assert of(story, "4", date(2017, 11, 29)) is not None
    assert of(story, "4", date(2017, 11, 30)) is None


def test_a_stock_is_closed_by_a_stated_completion_or_a_sources_word() -> None:
    def stock() -> Story:
        return Story().figure("AAA", "munitions_declared", 68, "2011", "2012-01-01", article="3")

    assert of(stock(), "3") is not None
    assert of(stock().completed("AAA", "2017-02-12", article="3"), "3") is None
    assert of(stock().status("AAA", "completed", "2017-02-12", "3"), "3") is None


def test_a_sources_word_completed_finishes_clearance_and_declares_nothing() -> None:
    row = of(Story().left("AAA", 1).status("AAA", "completed", "2017-08-01"), "4")
    assert row is not None
    assert row.one_declaration_away


def test_of_finished_work_the_passed_deadline_is_no_accusation() -> None:
    row = of(Story().completed("AAA", "2019-08", stated_on="2019-08-30"), "4", date(2026, 1, 1))
    assert row is not None
    assert "extension known" not in row.reasons[1].text
    assert row.reasons[1].text.endswith("; the work is said to have ended before it.")
    assert next(one.value for one in row.conditions if one.name == "needs help") is None


def test_a_declaration_recorded_here_answers_a_find_told_before_it_and_none_told_after() -> None:
    def story() -> Story:
        return Story().left("AAA", 1)

    stream = "obligation-CCM-AAA-4"
    declaration = d.CompletionDeclared(
        treaty="CCM", state="AAA", article="4", declared_on=date(2017, 11, 1), statement=statement("2017-11-01")
    )
    assert of(story().found("AAA", "2017", 0.1, "2017-10").tell(stream, declaration), "4") is None
    assert of(story().tell(stream, declaration).found("AAA", "2017", 0.1, "2017-12-01"), "4") is not None


def test_a_state_listed_as_done_by_a_day_is_one_declaration_away() -> None:
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
    row = of(story, "4")
    assert row is not None
    assert row.one_declaration_away
