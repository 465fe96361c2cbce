"""What falls due between two days, as known on a day (ISU-13)."""

from datetime import date

from services.insights.calendar import CalendarPage, Due, Kind, calendar
from services.insights.near.known import Lens
from services.insights.near.settings import Settings
from services.insights.readings import coalitions as c
from services.insights.readings import deadlines as d
from services.insights.readings.requests import DutyNamed
from shared.dates import add_months
from tests.insights.telling import Story

NOW = date(2017, 12, 20)


def page(story: Story, months: int = 36, on: date = NOW, kinds: tuple[Kind, ...] = ()) -> CalendarPage:
    last = add_months(on, months)
    if kinds:
        return calendar(story.picture(), Lens(on), on, last, Settings(), kinds)
    return calendar(story.picture(), Lens(on), on, last, Settings())


def due(story: Story, kind: Kind, months: int = 36, on: date = NOW) -> list[Due]:
    return [one for one in page(story, months, on).due if one.kind == kind]


def montenegro() -> Story:
    return Story().party("MNE").left("MNE", 1.72)


def test_an_open_duty_is_due_on_its_deadline_in_force() -> None:
    (deadline,) = due(montenegro(), "deadline")
    assert (deadline.on, deadline.states, deadline.article) == (date(2020, 8, 1), ("MNE",), "4")
    assert deadline.days_left == (date(2020, 8, 1) - NOW).days
    assert due(montenegro(), "deadline", months=24) == []


def test_a_granted_extension_moves_it_and_a_declaration_takes_it_off() -> None:
    assert [one.on for one in due(montenegro().granted("MNE", "2022-08-01", "2017-09"), "deadline", 60)] == [
        date(2022, 8, 1)
    ]
    assert due(montenegro().completed("MNE", declared_on="2017-10-01"), "deadline") == []


def test_the_last_day_to_ask_for_more_time_counts_back_from_the_meeting() -> None:
    story = montenegro().meeting("10MSP", "2020-06-20", "2017-09-01")
    (lodging,) = due(story, "lodging")
    assert lodging.on == date(2019, 9, 20)
    assert "10MSP" in lodging.title


def test_a_meeting_of_which_only_the_month_is_known_keeps_its_month() -> None:
    (meeting,) = due(Story().meeting("8MSP", "2018-09", "2017-10-01"), "meeting")
    assert (meeting.said, meeting.precision) == ("2018-09", "month")


def test_a_meeting_not_announced_by_the_day_is_not_in_its_calendar() -> None:
    assert due(Story().meeting("8MSP", "2018-09-03", "2018-02-01"), "meeting") == []


def reporting(story: Story, state: str) -> Story:
    began = d.ReportingBegan(
        treaty="CCM",
        state=state,
        entry_into_force=date(2017, 10, 1),
        initial_due=date(2018, 3, 30),
        first_annual_due=date(2019, 4, 30),
    )
    return story.tell(f"reporting-CCM-{state}", began)


def test_initial_reports_stand_one_by_one_and_annual_ones_together() -> None:
    story = reporting(reporting(Story(), "MNE"), "LAO")
    assert [(one.on, one.states) for one in due(story, "initial_report")] == [
        (date(2018, 3, 30), ("LAO",)),
        (date(2018, 3, 30), ("MNE",)),
    ]
    first = due(story, "annual_report")[0]
    assert (first.on, first.states) == (date(2019, 4, 30), ("LAO", "MNE"))


def test_a_report_that_is_in_is_no_longer_due() -> None:
    story = reporting(Story(), "MNE").report("MNE", "on_time", submitted_on="2017-12-01")
    assert due(story, "initial_report") == []


def test_a_report_that_came_early_is_no_longer_due_and_one_that_comes_later_still_is() -> None:
    story = reporting(reporting(Story(), "MNE"), "LAO").report(
        "MNE", "on_time", "annual", 2018, submitted_on="2019-02-01"
    )
    story.report("LAO", "on_time", "annual", 2018, submitted_on="2019-04-01")
    (annual,) = due(story, "annual_report", months=3, on=date(2019, 3, 1))
    assert annual.states == ("LAO",)


def test_a_milestone_is_due_as_last_agreed_until_it_is_reached() -> None:
    story = Story().tell(
        "coalition-1",
        c.CoalitionProposed(state="MNE", obligations=(DutyNamed(treaty="CCM", article="4"),), proposed_on=NOW),
        NOW,
    )
    story.tell("coalition-1", c.MilestoneAgreed(milestone="m", title="Survey done", due_on=date(2018, 5, 1)), NOW)
    story.tell("coalition-1", c.MilestoneRevised(milestone="m", title="Survey done", due_on=date(2018, 6, 1)), NOW)
    assert [one.on for one in due(story, "milestone")] == [date(2018, 6, 1)]
    story.tell("coalition-1", c.MilestoneReached(milestone="m", on=NOW), NOW)
    assert due(story, "milestone") == []


def test_it_is_in_the_order_of_days_and_can_be_narrowed() -> None:
    story = reporting(montenegro(), "LAO").meeting("8MSP", "2018-09-03", "2017-10-01")
    days = [one.on for one in page(story).due]
    assert days == sorted(days)
    assert {one.kind for one in page(story, kinds=("meeting",)).due} == {"meeting"}
