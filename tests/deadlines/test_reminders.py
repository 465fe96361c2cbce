"""Which reminders are still to go out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.deadlines.domain import reporting
from services.deadlines.domain.obligation_events import ObligationEvent, ReminderIssued
from services.deadlines.domain.obligation_facts import ReminderKind
from services.deadlines.domain.reminders import (
    STEPS,
    PlannedReminder,
    due_days,
    reminders,
    report_reminders,
    steps_left,
)
from services.deadlines.domain.reporting import REPORTING
from services.deadlines.treaty import MeetingDays
from tests.deadlines.duties import (
    CLUSTER_CLEARANCE,
    MINE_STOCK,
    dated,
    decided,
    declared,
    ended,
    finished,
    lodged,
    said,
    standing,
)

TENTH = MeetingDays("10MSP", "msp", date(2022, 7, 15))
ELEVENTH = MeetingDays("11MSP", "msp", date(2023, 9, 12))
INFORMAL = MeetingDays("an informal meeting", "informal", date(2022, 7, 30))
CALENDAR = (TENTH, ELEVENTH, INFORMAL)


def planned(today: date, *happened: ObligationEvent) -> list[tuple[str, date, int]]:
    return [(one.kind, one.on, one.step_days) for one in reminders(standing(*happened), CALENDAR, today)]


def issued(step: int, kind: ReminderKind = "deadline", due: date = date(2022, 8, 1)) -> ReminderIssued:
    return ReminderIssued(
        **dict(CLUSTER_CLEARANCE),
        kind=kind,
        due_on=due,
        step_days=step,
        issued_on=due - timedelta(days=step),
    )


def test_reminders_count_back_from_the_deadline_and_from_the_lodging_day() -> None:
    days = {one.kind: one.on for one in due_days(standing(dated()), CALENDAR)}
    assert days == {"deadline": date(2022, 8, 1), "lodging": date(2021, 10, 15)}
    every = planned(date(2020, 1, 1), dated())
    assert [step for kind, _, step in every if kind == "deadline"] == list(STEPS)
    assert ("lodging", date(2021, 10, 15), 0) in every
    assert ("deadline", date(2022, 7, 25), 7) in every


def test_of_missed_steps_only_the_newest_is_of_use() -> None:
    late = [one for one in planned(date(2022, 7, 28), dated()) if one[0] == "deadline"]
    assert late == [("deadline", date(2022, 7, 25), 7), ("deadline", date(2022, 8, 1), 0)]


def test_a_step_that_went_out_is_not_planned_again_nor_any_older_one() -> None:
    left = [one for one in planned(date(2022, 7, 28), dated(), issued(7)) if one[0] == "deadline"]
    assert left == [("deadline", date(2022, 8, 1), 0)]


def test_deadlines_long_past_are_not_reminded_of() -> None:
    assert planned(date(2022, 9, 1), dated())
    assert planned(date(2022, 9, 2), dated()) == []


def test_a_pending_request_needs_no_reminder_to_lodge() -> None:
    kinds = {kind for kind, _, _ in planned(date(2021, 9, 20), dated(), lodged())}
    assert kinds == {"deadline"}


def test_after_a_grant_reminders_follow_the_new_deadline() -> None:
    days = {one.kind: one.on for one in due_days(standing(dated(), lodged(), decided()), CALENDAR)}
    # The meeting that decides before August 2025 is not in the calendar yet.
    assert days == {"deadline": date(2025, 8, 1)}


def test_where_no_extension_exists_nothing_is_to_be_lodged() -> None:
    days = {one.kind for one in due_days(standing(dated(MINE_STOCK)), CALENDAR)}
    assert days == {"deadline"}


def test_finished_work_is_to_be_declared_at_the_next_meeting() -> None:
    days = due_days(standing(dated(), finished()), CALENDAR)
    assert [(one.kind, one.on) for one in days] == [("declaration", date(2022, 7, 15))]


def test_a_closed_or_ended_duty_needs_no_reminder() -> None:
    assert planned(date(2021, 1, 1), dated(), declared()) == []
    assert planned(date(2021, 1, 1), dated(), ended()) == []


def test_a_moved_meeting_moves_the_lodging_day() -> None:
    earlier = MeetingDays("10MSP", "msp", date(2022, 5, 15))
    days = {one.kind: one.on for one in due_days(standing(dated()), (earlier, ELEVENTH))}
    assert days["lodging"] == date(2021, 8, 15)


@given(
    due=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    gap=st.integers(-800, 800),
    gone_out=st.lists(st.sampled_from(STEPS)),
)
def test_at_most_one_missed_step_is_left_and_none_twice(due: date, gap: int, gone_out: list[int]) -> None:
    today = due - timedelta(days=gap)
    left = steps_left(due, gone_out, today, STEPS)
    assert len([step for step in left if due - timedelta(days=step) <= today]) <= 1
    assert not set(left) & set(gone_out)
    assert all(step < min(gone_out, default=9999) for step in left)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_however_often_and_late_one_looks_each_step_goes_out_at_most_once(waits: list[int]) -> None:
    today, out = date(2020, 1, 1), list[PlannedReminder]()
    happened: list[ObligationEvent] = [dated()]
    for wait in waits:
        today += timedelta(days=wait)
        due = [one for one in reminders(standing(*happened), CALENDAR, today) if one.on <= today]
        out += due
        happened += [issued(one.step_days, one.kind, one.due_on) for one in due]
        assert len({one.kind for one in due}) == len(due)
    assert len({(one.kind, one.due_on, one.step_days) for one in out}) == len(out)


# reports


def _reporting(*events: reporting.ReportingEvent) -> reporting.Reporting:
    begin = reporting.BeginReporting(treaty="CCM", state="XXA", entry_into_force=date(2023, 8, 1))
    return REPORTING.fold([*REPORTING.decide(begin, REPORTING.initial), *events])


def test_the_initial_report_is_reminded_of_until_it_is_in() -> None:
    due = [one.due_on for one in report_reminders(_reporting(), date(2023, 9, 1)) if one.kind == "initial"]
    assert set(due) == {date(2024, 1, 28)}
    came = reporting.ReportReceived(
        treaty="CCM", state="XXA", kind="initial", received_on=date(2024, 1, 2), statement=said("2024-01-02")
    )
    assert [one for one in report_reminders(_reporting(came), date(2024, 1, 3)) if one.kind == "initial"] == []


def test_annual_reports_are_reminded_of_before_30_april() -> None:
    annual = [one for one in report_reminders(_reporting(), date(2025, 1, 10)) if one.period_year == 2024]
    assert [(one.due_on, one.step_days) for one in annual] == [(date(2025, 4, 30), step) for step in (90, 30, 7, 0)]


def test_a_state_that_left_is_not_reminded_of_reports() -> None:
    gone = reporting.ReportingEnded(treaty="CCM", state="XXA", on=date(2025, 3, 6))
    assert report_reminders(_reporting(gone), date(2025, 4, 1)) == ()
