"""Which figure is used, what is left, and how fast it goes."""

from datetime import date
from decimal import Decimal

from services.insights.near.ranking import rank
from services.insights.near.row import Row
from services.insights.readings import deadlines as d
from shared.dates import PartialDate
from tests.insights.telling import Story, statement

ON = date(2017, 12, 20)
ISU = "https://www.clusterconvention.org/aaa"
STATE = "https://mine.gov.aa/report"


def of(story: Story, on: date = ON, article: str = "4") -> Row:
    found = rank(story.party("AAA").picture(), on).find(f"CCM-AAA-{article}")
    assert found is not None
    return found


def left(story: Story, value: float, period: str, stated_on: str, source: str) -> Story:
    return story.figure("AAA", "remaining_contamination_m2", value, period, stated_on, source=source)


def condition(row: Row, name: str) -> bool | None:
    return next(one.value for one in row.conditions if one.name == name)


def test_the_most_recent_figure_is_used_whoever_says_it() -> None:
    story = left(Story(), 5_000_000, "2015", "2017-01-01", STATE)
    assert of(left(story, 4_000_000, "2016", "2017-01-01", "https://the-monitor.org/x")).remaining == 4_000_000


def test_among_equally_recent_ones_the_states_own_comes_before_the_isu_and_a_monitor() -> None:
    story = left(Story(), 1, "2016", "2017-03-01", "https://the-monitor.org/x")
    story = left(story, 2, "2016", "2017-02-01", ISU)
    assert of(story).remaining == 2
    row = of(left(story, 3, "2016-12-31", "2017-01-01", STATE))
    assert row.remaining == 3
    assert sorted(one.value for one in row.others_say) == [1, 2]


def test_confirmed_and_suspected_of_one_source_and_period_are_added() -> None:
    story = Story().figure("AAA", "remaining_cha_m2", 1_120_000, "2016-12-31", "2017-12-11")
    row = of(story.figure("AAA", "remaining_sha_m2", 7_300_000, "2016-12-31", "2017-12-11"))
    assert (row.remaining, row.remaining_formula) == (8_420_000, "confirmed + suspected area")


def test_halves_of_different_sources_are_not_added() -> None:
    story = Story().figure("AAA", "remaining_cha_m2", 1_000_000, "2016", "2017-01-01", source=ISU)
    row = of(story.figure("AAA", "remaining_sha_m2", 2_000_000, "2016", "2017-01-01"))
    assert row.at_least
    assert condition(row, "near") is None


def test_an_explicit_zero_is_finished_work_and_a_blank_is_unknown() -> None:
    assert of(Story().left("AAA", 0)).group == 1
    assert condition(of(Story().status("AAA", "unclear", "2017-08-01")), "near") is None


def test_a_figure_older_than_six_years_is_shown_and_decides_nothing() -> None:
    row = of(Story().left("AAA", 2, "2009", "2010-01-01").status("AAA", "unclear", "2017-08-01"))
    assert row.remaining == 2_000_000
    assert row.group == 5
    assert "the newest figure is from 2009" in [one.why for one in row.conditions]


def test_areas_found_after_the_figure_stand_beside_it_and_count_for_near_and_for_the_lower_end() -> None:
    without = of(Story().left("AAA", 9.8))
    row = of(Story().left("AAA", 9.8).figure("AAA", "confirmed_new_m2", 400_000, "2017-05", "2017-10-01"))
    assert row.remaining == 9_800_000
    assert [one.value for one in row.found_since] == [400_000]
    assert "since then 0.4 km² newly found" in row.reasons[0].text
    assert (condition(without, "near"), condition(row, "near")) == (True, False)
    assert row.score == without.score
    assert row.range[0] < without.range[0]


def test_an_area_found_before_the_figure_is_in_it() -> None:
    assert not of(Story().left("AAA", 9).figure("AAA", "confirmed_new_m2", 400_000, "2016", "2017-10-01")).found_since


def stock(story: Story, metric: str, value: float, period: str, unit: str = "munitions") -> Story:
    return story.figure("AAA", f"{unit}_{metric}", value, period, "2017-06-01", article="3", unit=unit)


def test_a_stock_is_what_was_declared_less_all_that_was_destroyed() -> None:
    story = stock(stock(Story(), "declared", 7_235, "2011"), "destroyed_total", 6_000, "2016")
    row = of(story, article="3")
    assert (row.remaining, row.baseline, row.unit) == (1_235, 7_235, "munitions")
    assert condition(row, "near") is True  # 1,235 is at most a fifth of 7,235


def test_a_declared_stock_of_which_nothing_is_stated_as_destroyed_is_an_upper_bound() -> None:
    row = of(stock(Story(), "declared", 510, "2017"), article="3")
    assert (row.remaining, row.at_most) == (510, True)
    assert condition(row, "near") is True
    large = of(stock(Story(), "declared", 6_909, "2017"), article="3")
    assert condition(large, "near") is None


def test_three_years_left_at_a_seen_pace_is_near_too_but_one_year_is_no_pace() -> None:
    story = Story().left("AAA", 20).released("AAA", 8, 2016)
    assert condition(of(story), "near") is False
    assert condition(of(story.released("AAA", 7, 2015)), "near") is True


def test_the_pace_is_the_median_of_the_last_three_reported_years() -> None:
    story = Story().left("AAA", 9)
    for year, km2 in ((2012, 100), (2013, 1), (2015, 5), (2016, 3)):
        story.released("AAA", km2, year)
    row = of(story)
    assert (row.pace_years, row.pace_per_year) == ((2016, 2015, 2013), 3_000_000)
    assert row.years_left == 3
    assert [(one.period, one.value) for one in row.released] == [("2016", 3e6), ("2015", 5e6), ("2013", 1e6)]
    assert all(one.link for one in row.released)


def test_cleared_reduced_and_cancelled_make_the_release_where_no_total_is_given() -> None:
    story = Story().left("AAA", 9)
    for metric, value in (("cleared_m2", 230_000), ("reduced_m2", 760_000), ("cancelled_m2", 470_000)):
        story.figure("AAA", metric, value, "2015", "2016-11-30")
    assert of(story).pace_per_year == 1_460_000


def test_a_figure_over_several_years_is_no_reported_year() -> None:
    row = of(Story().left("AAA", 9).figure("AAA", "released_m2", 1_850_900, "2014/2016", "2017-01-01"))
    assert row.pace_per_year is None


def test_what_a_request_names_as_left_is_a_figure_like_any_other() -> None:
    story = Story().left("AAA", 1.9, "2013-07", "2013-11-28")
    asked = d.ExtensionRequestStated(
        treaty="CCM",
        state="AAA",
        article="4",
        lodged_on=PartialDate("2016-03-31"),
        remaining_at_request_m2=Decimal(22_300),
        statement=statement("2016-06-01", "https://docslib.org/request"),
    )
    row = of(story.tell("obligation-CCM-AAA-4", asked))
    assert (row.remaining, row.remaining_on) == (22_300, date(2016, 3, 31))
    assert row.remaining_source == "https://docslib.org/request"
    newer = of(left(story, 15_000, "2016-12-31", "2017-08-01", ISU))
    assert newer.remaining == 15_000


def test_what_a_request_names_as_left_dates_no_area_where_neither_lodging_nor_decision_was_read() -> None:
    story = Story().left("AAA", 1.9, "2013-07", "2013-11-28")
    asked = d.ExtensionRequestStated(
        treaty="CCM", state="AAA", article="4", remaining_at_request_m2=Decimal(22_300), statement=statement("2016")
    )
    assert of(story.tell("obligation-CCM-AAA-4", asked)).remaining == 1_900_000


def test_a_newer_half_is_used_as_at_least_and_the_older_whole_stands_beside_it_with_its_day() -> None:
    story = Story().left("AAA", 200, "2012", "2013-01-01")
    row = of(story.figure("AAA", "remaining_cha_m2", 74_000_000, "2015-07", "2016-01-01"))
    assert (row.remaining, row.at_least) == (74_000_000, True)
    assert [(one.value, one.period) for one in row.others_say] == [(200_000_000, "2012")]
    assert "says 200 km² (2012)" in row.reasons[0].text


def test_from_time_alone_no_score_is_shown_and_the_range_orders() -> None:
    story = Story().status("AAA", "unclear", "2017-08-01")
    row = of(story)
    assert (row.group, row.score) == (5, None)
    low, high = row.range
    assert 0 < low < high < 100
    known = of(story.figure("AAA", "remaining_cha_m2", 900_000_000, "2016", "2017-01-01"))
    assert known.score is not None


def test_a_figure_is_told_no_more_exact_than_its_source_and_the_baseline_has_its_own() -> None:
    story = Story().figure("AAA", "remaining_contamination_m2", 9_000_000, "2015-06", "2015-09-01", source="A report")
    story.left("AAA", 2, "2016", "2017-08-01")
    row = of(story)
    assert (row.remaining_on, row.remaining_period) == (date(2016, 12, 31), "2016")
    assert (row.baseline, row.baseline_on, row.baseline_period) == (9_000_000, date(2015, 6, 30), "2015-06")
    assert (row.baseline_source, row.baseline_link) == ("A report", "deadlines/obligation-CCM-AAA-4@1.1")
    assert row.remaining_link == "deadlines/obligation-CCM-AAA-4@2.1"
