"""The twelve rules most likely to be got wrong, each by its number (docs/treaty-rules.md)."""

from datetime import date
from decimal import Decimal

import pytest

from services.deadlines import treaty
from services.deadlines.domain import obligation_events as events
from services.deadlines.domain import obligation_refusals as refusals
from services.deadlines.domain.obligation import OBLIGATIONS
from services.deadlines.domain.obligation_commands import RecordFigure
from services.deadlines.domain.obligation_facts import LandMetric, OfDuty
from services.deadlines.treaty import MeetingDays
from shared.dates import Period
from tests.deadlines.duties import (
    CLUSTER_CLEARANCE,
    CLUSTER_STOCK,
    MINE_CLEARANCE,
    MINE_STOCK,
    WAR,
    completed,
    dated,
    decided,
    declared,
    ended,
    finished,
    found,
    hostilities,
    lodged,
    lodging,
    said,
    standing,
)
from tests.scenario import Scenario

scenario = Scenario(OBLIGATIONS)


@pytest.mark.parametrize(
    ("entered", "due"),
    [
        (date(2023, 8, 1), date(2024, 1, 28)),  # six months would give 1 February
        (date(2024, 2, 1), date(2024, 7, 30)),  # a leap February inside
        (date(2020, 7, 1), date(2020, 12, 28)),
    ],
)
def test_trap_1_the_initial_report_is_due_180_days_after_entry_into_force(entered: date, due: date) -> None:
    assert treaty.initial_report_due("CCM", entered) == due


@pytest.mark.parametrize(
    ("deposited", "entered"),
    [
        (date(2023, 2, 28), date(2023, 8, 1)),
        (date(2018, 8, 31), date(2019, 2, 1)),
        (date(2012, 2, 1), date(2012, 8, 1)),  # on the first day of a month: still the full count
    ],
)
def test_trap_2_entry_into_force_is_day_one_of_the_sixth_month_after_deposit(deposited: date, entered: date) -> None:
    assert treaty.entry_into_force("CCM", deposited) == entered


@pytest.mark.parametrize(
    ("duty", "years", "cap"),
    [(CLUSTER_STOCK, 8, 4), (CLUSTER_CLEARANCE, 10, 5), (MINE_STOCK, 4, None), (MINE_CLEARANCE, 10, 10)],
)
def test_trap_3_each_article_has_its_own_years_and_its_own_cap(duty: OfDuty, years: int, cap: int | None) -> None:
    event = dated(duty, date(2011, 3, 1))
    assert event.original_deadline == date(2011 + years, 3, 1)
    assert event.extension_cap_years == cap
    if cap is None:
        scenario.given(event).when(lodging(duty)).refused(refusals.ExtensionNotPossible)


def test_trap_4_nine_months_count_back_from_the_meeting_and_late_is_flagged() -> None:
    meeting = MeetingDays("11MSP", "msp", date(2023, 9, 11))
    day = treaty.lodging_day("CCM", date(2023, 11, 1), [meeting], 9)
    assert day is not None
    assert day.due_by == date(2022, 12, 11)
    late = lodging(lodged_on=date(2022, 7, 1), meeting_planned_on=date(2022, 7, 20))
    (event,) = scenario.given(dated()).when(late).follows()
    assert isinstance(event, events.ExtensionRequestLodged)
    assert (event.due_by, event.late) == (date(2021, 10, 20), True)


def test_trap_5_an_extension_runs_from_the_deadline_in_force_may_be_cut_and_may_be_a_named_date() -> None:
    cut = decided(outcome="granted_less", granted_until=date(2023, 12, 31), decided_on=date(2022, 7, 16))
    now = standing(dated(), lodged(), cut)
    assert now.deadline_in_force == "2023-12-31"
    next_request = lodging(lodged_on=date(2023, 1, 1), asked_until=date(2028, 12, 31))
    assert len(scenario.given(dated(), lodged(), cut).when(next_request).follows()) == 1


def test_trap_6_an_undecided_request_leaves_the_old_date() -> None:
    now = standing(dated(), lodged())
    assert now.deadline_in_force == "2022-08-01"
    assert now.status(date(2022, 8, 2)) == "overdue_request_pending"


def test_trap_7_each_hostilities_has_its_own_clock_and_no_date_until_they_end() -> None:
    fighting = events.HostilitiesStated(**dict(hostilities(None)))
    assert standing(fighting).deadline_in_force is None
    peace = hostilities(date(2024, 5, 1), "2024-06-01")
    ended_war = events.HostilitiesStated(**dict(peace), original_deadline=date(2034, 5, 1))
    after = scenario.given(fighting).when(peace).then(ended_war)
    assert after.state.standing.deadline_in_force == "2034-05-01"
    assert (WAR.duty_id, CLUSTER_CLEARANCE.duty_id) == ("CCM-XXA-4-border_war", "CCM-XXA-4")


def test_trap_8_completed_work_is_not_closed_until_declared() -> None:
    today = date(2026, 11, 21)
    assert standing(dated(), finished()).status(today) == "work_finished_not_declared"
    assert standing(completed(CLUSTER_CLEARANCE, done="2020-07-10")).status(today) == "work_finished_not_declared"
    assert standing(dated(), finished(), declared()).status(today) == "declared"


def test_trap_9_later_found_area_does_not_restart_the_clock() -> None:
    now = standing(dated(), declared(), found(on="2024-05-01"))
    assert (now.status(date(2024, 6, 1)), now.deadline_in_force) == ("reopened", "2022-08-01")


def test_trap_10_remaining_area_is_told_by_sources_and_never_reckoned_from_releases() -> None:
    def figure(metric: LandMetric, value: int, period: str) -> RecordFigure:
        return RecordFigure(
            **dict(CLUSTER_CLEARANCE),
            metric=metric,
            value=Decimal(value),
            unit="m2",
            period=Period(period),
            statement=said(),
        )

    story = scenario.given(dated())
    # More is left than before, though area was released: both stand as they were told.
    for told in (
        figure("remaining_cha_m2", 1_000_000, "2020"),
        figure("released_m2", 400_000, "2021"),
        figure("remaining_cha_m2", 1_300_000, "2021"),
    ):
        story = story.when(told).then(events.FigureStated(**dict(told)))


def test_trap_11_a_withdrawn_state_keeps_its_history_and_its_duty_stops_six_months_after_receipt() -> None:
    assert treaty.withdrawal_effective("CCM", date(2024, 9, 6)) == date(2025, 3, 6)
    now = standing(dated(), lodged(), decided(), ended(on=date(2025, 3, 6)))
    assert now.status(date(2025, 3, 6)) == "ended"
    assert now.deadline_in_force == "2025-08-01"


def test_trap_12_the_reporting_year_is_the_year_before_the_submission() -> None:
    assert treaty.annual_report_due("CCM", 2016) == date(2017, 4, 30)
    assert treaty.reporting_year(date(2017, 12, 20)) == 2016
