"""Meetings: planned, moved, held, and the days that count for a request lodged on a day."""

from datetime import date
from typing import Any

from services.deadlines.domain.meeting import (
    MEETINGS,
    AlreadyHeld,
    AlreadyPlanned,
    EndsBeforeItStarts,
    HoldMeeting,
    Meeting,
    MeetingHeld,
    MeetingMoved,
    MeetingPlanned,
    MeetingStated,
    MoveMeeting,
    NotPlanned,
    PlanMeeting,
    StateMeeting,
    days,
    identity,
)
from services.deadlines.treaty import MeetingDays, lodging_day
from shared.dates import PartialDate
from shared.provenance import Statement
from tests.scenario import Scenario

scenario = Scenario(MEETINGS)
WHICH: dict[str, Any] = {"treaty": "CCM", "name": "2RC part two"}


def said(on: str) -> Statement:
    return Statement(source="isu", stated_on=PartialDate(on))


PLAN: dict[str, Any] = {
    **WHICH,
    "kind": "rc",
    "starts_on": date(2021, 2, 4),
    "ends_on": date(2021, 2, 5),
    "place": "Geneva",
    "statement": said("2020-11-27"),
}
MOVE: dict[str, Any] = {
    **WHICH,
    "starts_on": date(2021, 9, 20),
    "ends_on": date(2021, 9, 21),
    "reason": "travel was not possible",
    "statement": said("2021-01-20"),
}
HOLD: dict[str, Any] = {
    **WHICH,
    "starts_on": date(2021, 9, 20),
    "ends_on": date(2021, 9, 21),
    "statement": said("2021-09-21"),
}
STATED: dict[str, Any] = {
    **WHICH,
    "kind": "rc",
    "starts_on": PartialDate("2021-09-20"),
    "ends_on": PartialDate("2021-09-21"),
    "place": "Geneva",
    "president": "CHE",
    "planned_starts_on": PartialDate("2021-02-04"),
    "statement": said("2021-09-30"),
}


def test_a_meeting_is_planned_moved_and_held() -> None:
    planned = scenario.given().when(PlanMeeting(**PLAN)).then(MeetingPlanned(**PLAN))
    planned.when(PlanMeeting(**PLAN)).nothing()
    moved = planned.when(MoveMeeting(**MOVE)).then(MeetingMoved(**MOVE))
    moved.when(MoveMeeting(**MOVE)).nothing()
    held = moved.when(HoldMeeting(**HOLD)).then(MeetingHeld(**HOLD))
    held.when(HoldMeeting(**HOLD)).nothing()


def test_a_planned_meeting_is_moved_not_planned_again() -> None:
    other = PlanMeeting(**(PLAN | {"starts_on": date(2021, 2, 3)}))
    scenario.given(MeetingPlanned(**PLAN)).when(other).refused(AlreadyPlanned, field="starts_on")


def test_what_is_not_in_the_calendar_is_neither_moved_nor_held() -> None:
    scenario.given().when(MoveMeeting(**MOVE)).refused(NotPlanned, field="name")
    scenario.given().when(HoldMeeting(**HOLD)).refused(NotPlanned, field="name")


def test_a_meeting_that_was_held_keeps_its_days() -> None:
    held = scenario.given(MeetingPlanned(**PLAN), MeetingHeld(**HOLD))
    held.when(MoveMeeting(**MOVE)).refused(AlreadyHeld)
    held.when(HoldMeeting(**(HOLD | {"ends_on": date(2021, 9, 22)}))).refused(AlreadyHeld, field="starts_on")


def test_a_meeting_does_not_end_before_it_starts() -> None:
    for wrong in (
        PlanMeeting(**(PLAN | {"ends_on": date(2021, 2, 3)})),
        MoveMeeting(**(MOVE | {"ends_on": date(2021, 9, 19)})),
        HoldMeeting(**(HOLD | {"ends_on": date(2021, 9, 19)})),
    ):
        scenario.given(MeetingPlanned(**PLAN)).when(wrong).refused(EndsBeforeItStarts, field="ends_on")


def test_statements_are_recorded_even_where_the_days_make_no_sense() -> None:
    slip = STATED | {"starts_on": PartialDate("2021-10"), "ends_on": PartialDate("2021-09-21")}
    told = scenario.given(MeetingStated(**STATED)).when(StateMeeting(**slip)).then(MeetingStated(**slip))
    told.when(StateMeeting(**slip)).nothing()


def test_a_stated_meeting_can_be_moved_and_held() -> None:
    future = STATED | {"starts_on": PartialDate("2026-09"), "ends_on": None, "planned_starts_on": None}
    scenario.given(MeetingStated(**future)).when(MoveMeeting(**MOVE)).then(MeetingMoved(**MOVE))
    scenario.given(MeetingStated(**future)).when(HoldMeeting(**HOLD)).then(MeetingHeld(**HOLD))


def told(*events: Any) -> Meeting:
    state: Meeting = scenario.given(*events).state
    return state


def test_the_days_are_those_of_the_plan_until_it_moves() -> None:
    meeting = told(MeetingPlanned(**PLAN), MeetingMoved(**MOVE))
    assert days(meeting) == MeetingDays("2RC part two", "rc", date(2021, 9, 20), date(2021, 9, 21))
    assert days(meeting, as_known_on=date(2020, 12, 31)) == MeetingDays(
        "2RC part two", "rc", date(2021, 2, 4), date(2021, 2, 5)
    )
    assert days(Meeting()) is None


def test_a_move_counts_though_nobody_said_when_it_was_announced() -> None:
    undated = Statement(source="isu")
    meeting = told(MeetingPlanned(**PLAN), MeetingMoved(**(MOVE | {"statement": undated})))
    now = days(meeting)
    assert now is not None
    assert now.starts_on == date(2021, 9, 20)


def test_a_request_is_measured_against_the_plan_of_its_day() -> None:
    meeting = told(MeetingPlanned(**PLAN), MeetingMoved(**MOVE), MeetingHeld(**HOLD))
    then = days(meeting, as_known_on=date(2020, 12, 1))
    assert then is not None
    found = lodging_day("CCM", date(2021, 3, 1), [then], 9)
    assert found is not None
    assert found.due_by == date(2020, 5, 4)


def test_a_stated_first_plan_counts_until_the_new_days_were_told() -> None:
    meeting = told(MeetingStated(**STATED))
    now, then = days(meeting), days(meeting, as_known_on=date(2020, 12, 1))
    assert now is not None
    assert then is not None
    assert (now.starts_on, then.starts_on) == (date(2021, 9, 20), date(2021, 2, 4))


def test_a_month_stands_for_its_first_day_until_more_is_known() -> None:
    future = STATED | {"starts_on": PartialDate("2026-09"), "ends_on": None, "planned_starts_on": None}
    found = days(told(MeetingStated(**future)))
    assert found is not None
    assert found.starts_on == date(2026, 9, 1)


def test_of_sources_that_disagree_the_one_nearest_to_the_meeting_counts() -> None:
    first = STATED | {"planned_starts_on": None, "statement": said("2024")}
    slip = first | {"starts_on": PartialDate("2021-09-02")}
    at_the_time = first | {"statement": said("2021-09")}
    for order in ((slip, at_the_time), (at_the_time, slip)):
        found = days(told(*(MeetingStated(**facts) for facts in order)))
        assert found is not None
        assert found.starts_on == date(2021, 9, 20)


def test_streams_are_named_after_treaty_and_meeting() -> None:
    assert MEETINGS.stream(identity("CCM", "2RC part two")) == "meeting-CCM-2RC_part_two"
