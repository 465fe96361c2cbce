"""The calendar of a part of the world, and names by which calendars know an entry again."""

from datetime import date

from services.insights.calendar import Due, calendar
from services.insights.near.known import Lens
from services.insights.near.settings import Settings
from shared.dates import add_months
from tests.insights.telling import Story
from tests.insights.test_calendar import reporting

NOW = date(2017, 12, 20)


def due(story: Story, *regions: str) -> list[Due]:
    """What falls due in the five years from then on, in these regions."""
    page = calendar(story.picture(), Lens(NOW), NOW, add_months(NOW, 60), Settings(), regions=regions)
    return list(page.due)


def two_states() -> Story:
    """One of Europe, one of Asia."""
    story = Story().party("MNE").left("MNE", 1.72).party("LAO").left("LAO", 100)
    return reporting(reporting(story, "MNE"), "LAO")


def test_only_what_concerns_a_state_of_the_region_stands_in_its_calendar() -> None:
    whole, european = due(two_states()), due(two_states(), "Europe")
    assert {state for one in whole for state in one.states} == {"MNE", "LAO"}
    assert {state for one in european for state in one.states} == {"MNE"}
    assert due(two_states(), "Southern Europe") == european
    assert due(two_states(), "MNE") == european
    assert due(two_states(), "Americas") == []


def test_yearly_reports_of_a_region_count_its_states_alone() -> None:
    (first, *_) = [one for one in due(two_states(), "Asia") if one.kind == "annual_report"]
    assert first.states == ("LAO",)
    assert "1 State Party" in first.title
    (both, *_) = [one for one in due(two_states(), "Asia", "Europe") if one.kind == "annual_report"]
    assert both.states == ("LAO", "MNE")
    assert both.name == first.name


def test_an_entry_keeps_its_name_when_its_day_moves_and_no_two_share_one() -> None:
    def deadline(story: Story) -> Due:
        (found,) = [one for one in due(story) if one.kind == "deadline" and one.states == ("MNE",)]
        return found

    before, after = deadline(two_states()), deadline(two_states().granted("MNE", "2022-08-01", "2017-09"))
    assert (before.name, before.on) == ("deadline/CCM-MNE-4", date(2020, 8, 1))
    assert (after.name, after.on) == ("deadline/CCM-MNE-4", date(2022, 8, 1))
    names = [one.name for one in due(two_states().meeting("10MSP", "2020-06-20", "2017-09-01"))]
    assert len(names) == len(set(names))
    assert "meeting/CCM-10MSP" in names
