"""The treaties' dates: a test for each rule easily got wrong (docs/treaty-rules.md), and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.deadlines import treaty as law
from services.deadlines.treaty import Decision, MeetingDays
from services.deadlines.treaty_rules import TREATIES, Treaty

DEPOSITS = st.dates(date(1998, 1, 1), date(2090, 12, 31))
TREATY = st.sampled_from(["CCM", "APMBC"])

CCM_CALENDAR = (
    MeetingDays("8MSP", "msp", date(2018, 9, 3), date(2018, 9, 5)),
    MeetingDays("9MSP", "msp", date(2019, 9, 2), date(2019, 9, 4)),
    MeetingDays("2RC part one", "rc", date(2020, 11, 25), date(2020, 11, 27), planned_on=date(2020, 11, 23)),
    MeetingDays("2RC part two", "rc", date(2021, 9, 20), date(2021, 9, 21)),
    MeetingDays("10MSP", "msp", date(2022, 8, 30), date(2022, 9, 2)),
    MeetingDays("IM 2023", "ism", date(2023, 10, 1), date(2023, 10, 2)),
    MeetingDays("11MSP", "msp", date(2023, 9, 11), date(2023, 9, 14)),
    MeetingDays("12MSP", "msp", date(2024, 9, 10), date(2024, 9, 13)),
    MeetingDays("13MSP", "msp", date(2025, 9, 16), date(2025, 9, 19)),
)


@pytest.mark.parametrize(
    ("begins", "due"),
    [
        (date(2023, 8, 1), date(2024, 1, 28)),  # Nigeria; six months would give 1 February
        (date(2024, 2, 1), date(2024, 7, 30)),  # South Sudan; 29 February inside
        (date(2018, 1, 1), date(2018, 6, 30)),  # Benin
        (date(2015, 11, 1), date(2016, 4, 29)),  # South Africa
        (date(2020, 7, 1), date(2020, 12, 28)),  # São Tomé and Príncipe
    ],
)
def test_trap_1_the_initial_report_is_due_180_days_after_entry_into_force_not_six_months(
    begins: date, due: date
) -> None:
    assert law.initial_report_due("CCM", begins) == due
    assert law.initial_report_due("APMBC", begins) == due


@pytest.mark.parametrize(
    ("treaty", "deposited", "begins"),
    [
        ("CCM", date(2023, 2, 28), date(2023, 8, 1)),  # Nigeria
        ("CCM", date(2023, 8, 3), date(2024, 2, 1)),  # South Sudan
        ("CCM", date(2018, 8, 31), date(2019, 2, 1)),  # Namibia
        ("CCM", date(2012, 2, 1), date(2012, 8, 1)),  # Mauritania: on the first, and still the full count
        ("CCM", date(2015, 10, 1), date(2016, 4, 1)),  # Mauritius
        ("CCM", date(2008, 12, 3), date(2010, 8, 1)),  # before the thirtieth deposit
        ("CCM", date(2010, 2, 16), date(2010, 8, 1)),  # the thirtieth deposit itself
        ("APMBC", date(1998, 8, 13), date(1999, 3, 1)),
        ("APMBC", date(1999, 4, 12), date(1999, 10, 1)),
    ],
)
def test_trap_2_entry_into_force_is_day_one_six_months_after_the_month_of_deposit(
    treaty: Treaty, deposited: date, begins: date
) -> None:
    assert law.entry_into_force(treaty, deposited) == begins


def test_trap_2_a_succession_is_not_under_that_rule() -> None:
    assert law.entry_into_force("APMBC", date(2011, 11, 11), "succession") is None


@pytest.mark.parametrize(
    ("treaty", "article", "years", "cap"),
    [("CCM", "3", 8, 4), ("CCM", "4", 10, 5), ("APMBC", "4", 4, None), ("APMBC", "5", 10, 10)],
)
def test_trap_3_each_article_has_its_own_years_and_cap(
    treaty: Treaty, article: str, years: int, cap: int | None
) -> None:
    begins = date(2012, 3, 1)
    deadline = date(2012 + years, 3, 1)
    assert law.original_deadline(treaty, article, begins) == deadline
    longest = law.longest_extension(treaty, article, deadline)
    assert longest == (date(deadline.year + cap, 3, 1) if cap else None)
    assert law.terms(treaty, article, begins).extension_cap_years == cap


def test_trap_3_nothing_extends_the_mine_stockpile_deadline() -> None:
    rule = law.duty("APMBC", "APMBC 4")
    assert not rule.extendable
    assert not law.within_cap("APMBC", "4", date(2003, 3, 1), date(2003, 3, 2))
    assert law.lodging_day("APMBC", date(2003, 3, 1), CCM_CALENDAR, None) is None


def test_trap_4_nine_months_count_back_from_the_meeting_not_from_the_deadline() -> None:
    found = law.lodging_day("CCM", date(2023, 11, 1), CCM_CALENDAR, 9)  # Iraq, told to lodge by December 2022
    assert found == law.LodgingDay("11MSP", date(2023, 9, 11), date(2022, 12, 11))


def test_trap_4_the_meeting_itself_falls_before_the_deadline() -> None:
    found = law.lodging_day("CCM", date(2026, 5, 1), CCM_CALENDAR, 9)  # a spring deadline goes to the meeting before
    assert found == law.LodgingDay("13MSP", date(2025, 9, 16), date(2024, 12, 16))
    assert law.lodging_day("CCM", date(2023, 9, 12), CCM_CALENDAR, 9) == law.LodgingDay(
        "10MSP", date(2022, 8, 30), date(2021, 11, 30)
    ), "a meeting that still sits on the deadline has not decided in time"


def test_trap_4_the_day_planned_when_the_request_was_lodged_counts() -> None:
    found = law.lodging_day("CCM", date(2021, 3, 1), CCM_CALENDAR, 9)
    assert found == law.LodgingDay("2RC part one", date(2020, 11, 23), date(2020, 2, 23))


def test_trap_4_a_late_request_has_a_flag_and_the_last_day_is_in_time() -> None:
    due_by = date(2022, 12, 11)
    assert not law.is_late(due_by, due_by)
    assert law.is_late(due_by + timedelta(days=1), due_by)
    assert not law.is_late(date(2030, 1, 1), None)


def test_a_meeting_that_nobody_has_called_yet_gives_no_lodging_day() -> None:
    assert law.lodging_day("CCM", date(2030, 5, 1), CCM_CALENDAR, 9) is None
    assert law.lodging_day("CCM", date(2010, 9, 1), CCM_CALENDAR, 9) is None


def test_meetings_that_decide_nothing_do_not_count() -> None:
    found = law.deciding_meeting("CCM", date(2023, 11, 1), CCM_CALENDAR)
    assert found is not None
    assert found.name == "11MSP"


def test_trap_5_an_extension_runs_from_the_deadline_in_force() -> None:
    assert law.extended(date(2020, 8, 1), months=18) == date(2022, 2, 1)
    assert law.extended(date(2022, 2, 1), years=5) == date(2027, 2, 1)


def test_trap_5_a_granted_day_off_the_anniversary_stays_as_printed() -> None:
    assert law.deadline_in_force(date(2019, 10, 1), [Decision(date(2023, 12, 31))]) == date(2023, 12, 31)
    assert law.longest_extension("CCM", "3", date(2023, 12, 31)) == date(2027, 12, 31)


def test_trap_5_what_is_asked_is_measured_from_the_deadline_in_force() -> None:
    assert law.within_cap("CCM", "4", date(2020, 8, 1), date(2025, 8, 1))
    assert not law.within_cap("CCM", "4", date(2020, 8, 1), date(2025, 8, 2))
    assert not law.within_cap("CCM", "4", date(2020, 8, 1), date(2020, 8, 1))


def test_trap_6_a_request_that_is_not_granted_moves_nothing() -> None:
    assert law.deadline_in_force(date(2021, 3, 1), [Decision()]) == date(2021, 3, 1)
    assert law.deadline_in_force(date(2021, 3, 1), [Decision(date(2022, 9, 1)), Decision()]) == date(2022, 9, 1)


def test_trap_7_remnants_made_later_have_no_date_until_their_hostilities_end() -> None:
    begins = date(2012, 8, 1)
    assert law.original_deadline("CCM", "4", begins, clock="north") is None
    assert law.original_deadline("CCM", "4", begins, "north", date(2016, 5, 14)) == date(2026, 5, 14)
    assert law.terms("CCM", "4", begins, "north").reference == "CCM 4.1(b)"


def test_trap_7_each_hostilities_have_their_own_clock() -> None:
    begins = date(2012, 8, 1)
    ends = {"north": date(2016, 5, 14), "south": date(2018, 1, 2)}
    dates = {name: law.original_deadline("CCM", "4", begins, name, ended) for name, ended in ends.items()}
    assert dates == {"north": date(2026, 5, 14), "south": date(2028, 1, 2)}
    assert law.original_deadline("CCM", "4", begins) == date(2022, 8, 1)


def test_trap_7_the_mine_ban_knows_no_such_clock() -> None:
    with pytest.raises(law.NoSuchDuty):
        law.original_deadline("APMBC", "5", date(2012, 8, 1), clock="north")


def test_trap_8_finished_work_is_declared_to_the_next_meeting() -> None:
    found = law.declaration_meeting("CCM", "4", date(2020, 7, 30), CCM_CALENDAR)
    assert found is not None
    assert found.name == "2RC part one"
    assert law.declaration_meeting("CCM", "4", date(2025, 10, 1), CCM_CALENDAR) is None


def test_trap_8_only_clearance_under_the_ccm_has_that_duty_in_the_treaty_itself() -> None:
    by_treaty = {
        rule.reference
        for rules in TREATIES.values()
        for rule in rules.duties
        if rule.declaration and rule.declaration.treaty_duty
    }
    assert by_treaty == {"CCM 4.1(a)", "CCM 4.1(b)"}
    assert law.declaration_meeting("APMBC", "5", date(2020, 7, 30), CCM_CALENDAR) is None


def test_trap_9_a_later_find_starts_no_fresh_period() -> None:
    finds = {rule.reference: rule.later_find for rule in (*law.duties("CCM"), *law.duties("APMBC")) if rule.later_find}
    assert finds == {
        "CCM 3": "no_period_stated",
        "CCM 4.1(a)": "same_deadline",
        "CCM 4.1(b)": "same_deadline",
        "APMBC 5": "process",
    }
    assert law.deadline_in_force(law.original_deadline("CCM", "4", date(2010, 8, 1)), []) == date(2020, 8, 1)


def test_trap_11_a_withdrawal_takes_effect_six_months_after_receipt() -> None:
    assert law.withdrawal_effective("APMBC", date(2025, 6, 27)) == date(2025, 12, 27)  # Estonia, Latvia, Lithuania
    assert law.withdrawal_effective("APMBC", date(2025, 7, 10)) == date(2026, 1, 10)  # Finland


def test_trap_11_a_state_at_war_stays_bound_until_the_conflict_ends() -> None:
    received = date(2025, 6, 27)
    assert law.withdrawal_effective("CCM", received, in_conflict=True) is None
    ended = date(2026, 4, 5)
    assert law.withdrawal_effective("CCM", received, in_conflict=True, conflict_ended_on=ended) == ended
    early = date(2025, 9, 1)
    assert law.withdrawal_effective("CCM", received, in_conflict=True, conflict_ended_on=early) == date(2025, 12, 27)


def test_trap_12_the_reporting_year_is_the_year_before_the_submission() -> None:
    assert law.reporting_year(date(2018, 1, 16)) == 2017  # Saint Kitts and Nevis
    assert law.annual_report_due("CCM", 2016) == date(2017, 4, 30)
    assert law.day_after_period(2016) == date(2017, 1, 1)


def test_which_annual_report_is_the_first_can_be_read_in_two_ways() -> None:
    begins = date(2018, 9, 1)  # initial report by 28 February 2019
    assert law.first_annual_due("CCM", begins) == date(2020, 4, 30)
    assert law.first_annual_due("CCM", begins, "next_april") == date(2019, 4, 30)
    summer = date(2018, 1, 1)  # initial report by 30 June 2018
    assert law.first_annual_due("CCM", summer) == law.first_annual_due("CCM", summer, "next_april") == date(2019, 4, 30)


def test_29_february_and_years_is_28_february() -> None:
    assert law.original_deadline("CCM", "4", date(2010, 8, 1), "x", date(2024, 2, 29)) == date(2034, 2, 28)


@given(TREATY, DEPOSITS)
def test_entry_into_force_is_a_first_of_month_and_never_before_the_treatys_own(treaty: Treaty, day: date) -> None:
    begins = law.entry_into_force(treaty, day)
    assert begins is not None
    assert begins.day == 1
    assert begins >= TREATIES[treaty].entered_into_force
    assert begins > day


@given(TREATY, DEPOSITS, DEPOSITS)
def test_who_deposits_earlier_is_never_bound_later(treaty: Treaty, one: date, other: date) -> None:
    first, second = law.entry_into_force(treaty, min(one, other)), law.entry_into_force(treaty, max(one, other))
    assert first is not None
    assert second is not None
    assert first <= second


@given(TREATY, DEPOSITS)
def test_deadlines_are_anniversaries_and_the_first_annual_follows_the_initial_report(treaty: Treaty, day: date) -> None:
    begins = law.entry_into_force(treaty, day)
    assert begins is not None
    for rule in law.duties(treaty):
        if rule.years and rule.runs_from == "entry_into_force":
            due = law.original_deadline(treaty, rule.article, begins)
            assert due == begins.replace(year=begins.year + rule.years)
    initial = law.initial_report_due(treaty, begins)
    next_april, later = (
        law.first_annual_due(treaty, begins, "next_april"),
        law.first_annual_due(treaty, begins),
    )
    assert initial < next_april <= later


@given(st.dates(date(2019, 1, 1), date(2026, 3, 1)))
def test_the_lodging_day_always_precedes_its_meeting_and_that_the_deadline(deadline: date) -> None:
    found = law.lodging_day("CCM", deadline, CCM_CALENDAR, 9)
    assert found is not None
    assert found.due_by < found.meeting_on < deadline
