"""A State on one page, as known on a day."""

from datetime import date

from services.insights.near.known import Lens
from services.insights.near.settings import Options
from services.insights.profile.page import StateProfile, profile
from services.insights.record import Record
from tests.insights.telling import Story

VIENNA = date(2017, 12, 20)


def montenegro() -> Story:
    story = Story().party("MNE").left("MNE", 1.72).status("MNE", "unclear", "2017-08-01")
    story.figure(
        "MNE", "remaining_contamination_m2", 1_500_000, "2016", "2017-09-01", source="https://mineactionreview.org/x"
    )
    story.granted("MNE", "2022-08-01", "2019-09").completed("MNE", "2020-07-31", "2020-09-01")
    return story.need("n", "MNE").report("MNE", "late", "annual", 2016, submitted_on="2017-06-01")


def page(story: Story, on: date, state: str = "MNE") -> StateProfile | None:
    return profile(Record(story.picture()), state, Lens(on), Options())


def seen(story: Story, on: date) -> StateProfile:
    found = page(story, on)
    assert found is not None
    return found


def test_it_names_the_treaty_the_duty_and_its_deadline_in_force() -> None:
    found = seen(montenegro(), VIENNA)
    (party,) = found.treaties
    assert (party.treaty, party.bound, party.entry_into_force) == ("CCM", True, date(2010, 8, 1))
    duty = party.duties[0]
    assert (duty.article, duty.how, duty.deadline_in_force, duty.extended) == ("4", "open", date(2020, 8, 1), False)


def test_sources_that_disagree_stand_side_by_side() -> None:
    figures = seen(montenegro(), VIENNA).treaties[0].duties[0].figures
    assert {(one.value, one.cited.source_name) for one in figures} == {
        (1_720_000, "the Monitor"),
        (1_500_000, "Mine Action Review"),
    }


def test_how_the_deadline_came_about_is_told_in_steps_with_links() -> None:
    duty = seen(montenegro(), date(2019, 12, 31)).treaties[0].duties[0]
    assert (duty.deadline_in_force, duty.extended) == (date(2022, 8, 1), True)
    extension = next(one for one in duty.steps if one.kind == "extension")
    assert extension.words == "request 1: granted, until 1 August 2022"
    assert extension.cited.link == "deadlines/obligation-CCM-MNE-4@4.1"


def test_nothing_later_leaks_in() -> None:
    told = seen(montenegro(), VIENNA).model_dump_json()
    assert "2022-08-01" not in told
    assert "2020-07-31" not in told
    assert seen(montenegro(), date(2021, 1, 1)).treaties[0].duties[0].how == "closed"


def test_reports_and_open_duties_are_on_it() -> None:
    found = seen(montenegro(), VIENNA)
    assert [(one.kind, one.period_year, one.status) for one in found.treaties[0].reports] == [("annual", 2016, "late")]
    assert [row.id for row in found.ranked] == ["CCM-MNE-4"]


def test_an_act_of_which_nobody_says_that_it_is_open_is_not_called_open() -> None:
    story = Story().party("LAO").measure("LAO", "specific_law", "2016-01-01")
    found = page(story, VIENNA, "LAO")
    assert found is not None
    assert found.treaties[0].duties[0].how == "not_stated"


def test_of_a_state_of_which_nothing_was_known_there_is_no_page() -> None:
    assert page(montenegro(), date(2009, 1, 1)) is None
    assert page(montenegro(), VIENNA, "FRA") is None
