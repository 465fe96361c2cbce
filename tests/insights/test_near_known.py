"""What counts as known on a day, and which deadline was in force then."""

from datetime import date

from services.insights.near.ranking import rank
from services.insights.near.settings import Options
from tests.insights.telling import Story


def of(story: Story, on: str, **options: bool):  # type: ignore[no-untyped-def]
    return rank(story.picture(), date.fromisoformat(on), Options(**options)).find("CCM-AAA-4")  # type: ignore[arg-type]


def test_a_month_is_known_from_its_last_day() -> None:
    story = Story().party("AAA").left("AAA", 3, "2016", "2017-08")
    assert of(story, "2017-08-30") is None
    assert of(story, "2017-08-31").remaining == 3_000_000


def test_a_bare_year_is_known_from_its_last_day() -> None:
    story = Story().party("AAA").left("AAA", 3, "2016", "2017")
    assert of(story, "2017-12-30") is None
    assert of(story, "2017-12-31") is not None


def test_a_fact_without_a_day_counts_a_year_after_what_it_speaks_of_and_says_so() -> None:
    story = Story().party("AAA").left("AAA", 3, "2016", "")
    assert of(story, "2017-12-30") is None
    assert "day not known" in of(story, "2017-12-31").reasons[0].text


def test_as_recorded_asks_what_this_system_had_been_told() -> None:
    story = Story().party("AAA").left("AAA", 3, "2016", "2017-08-01")
    assert of(story, "2026-01-14", as_recorded=True) is None
    assert of(story, "2026-01-15", as_recorded=True) is not None


def test_a_state_is_no_party_before_its_entry_into_force() -> None:
    story = Story().party("AAA", in_force="2018-08-01", stated_on="2017").left("AAA", 3)
    assert of(story, "2018-07-31") is None
    assert of(story, "2018-08-01") is not None


def test_a_signatory_is_never_ranked() -> None:
    assert of(Story().left("AAA", 1).need("a", "AAA"), "2017-12-20") is None


def test_a_withdrawal_ends_the_row_on_the_day_it_takes_effect_whatever_day_the_table_carries() -> None:
    story = Story().party("AAA").left("AAA", 3, "2023", "2024-01-01").withdrawn("AAA", "2025-03-06")
    assert of(story, "2025-03-05") is not None
    assert of(story, "2025-03-06") is None


def test_an_extension_moves_the_deadline_from_the_day_it_is_known() -> None:
    story = Story().party("AAA").left("AAA", 3, "2019", "2020-01-01").granted("AAA", "2025-08-01", "2020-06-01")
    assert of(story, "2020-05-31").deadline_in_force == date(2020, 8, 1)
    after = of(story, "2020-06-01")
    assert (after.deadline_in_force, after.extended) == (date(2025, 8, 1), True)
    assert after.original_deadline == date(2020, 8, 1)


def test_the_furthest_of_the_granted_dates_is_in_force_not_the_one_said_last() -> None:
    story = Story().party("AAA").left("AAA", 3, "2022", "2023-01-01")
    story.granted("AAA", "2023-08-01", "2021", "2021", sequence=2).granted("AAA", "2021-08-01", "2020", "2022")
    assert of(story, "2023-02-01").deadline_in_force == date(2023, 8, 1)


def test_the_lodging_day_is_nine_months_before_the_last_meeting_known() -> None:
    story = Story().party("AAA").left("AAA", 3).meeting("8MSP", "2018-09-03", "2017-09-06")
    story.meeting("9MSP", "2019-09-02", "2018-09-05")
    assert of(story, "2017-12-20").lodging_day is None  # the meeting before the deadline has no day yet
    later = of(story, "2018-10-01")
    assert (later.lodging_day, later.lodging_meeting) == (date(2018, 12, 2), "9MSP")
    assert "would have to be asked for by 2 December 2018" in " ".join(one.text for one in later.reasons)


def test_a_deadline_known_only_as_a_month_has_passed_only_after_its_last_day() -> None:
    story = Story().party("AAA").left("AAA", 3, "2019", "2020-01-01").granted("AAA", "2021-08", "2020-06-01")
    said = {
        on: " ".join(one.text for one in of(story, on).reasons) for on in ("2021-07-31", "2021-08-31", "2021-09-01")
    }
    assert "Extended to August 2021, in 1 day." in said["2021-07-31"]
    assert "Extended to August 2021, not over yet." in said["2021-08-31"]
    late = "Extended to August 2021, 1 day ago; no later extension known to us by 1 September 2021."
    assert late in said["2021-09-01"]

    def needs_help(on: str) -> bool | None:
        return next(one.value for one in of(story, on).conditions if one.name == "needs help")  # type: ignore[no-any-return]

    assert (needs_help("2021-08-31"), needs_help("2021-09-01")) == (None, True)


def test_past_the_last_deadline_the_sentence_says_what_we_know_and_accuses_nobody() -> None:
    row = of(Story().party("AAA").left("AAA", 3, "2019", "2020-01-01"), "2020-12-20")
    assert "; no extension known to us by 20 December 2020." in row.reasons[1].text


def test_an_old_deadline_of_which_nobody_speaks_any_more_accuses_nobody() -> None:
    story = Story().party("AAA").left("AAA", 3, "2011", "2012-01-01")
    row = of(story, "2021-01-01")
    assert row.group == 5
    assert {one.name: one.value for one in row.conditions} == {"near": None, "needs help": None, "small help": None}
    assert row.score is None
