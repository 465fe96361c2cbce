"""Transparency reports: when they are due, whether they are late, which are missing."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.deadlines.domain.reporting import (
    REPORTING,
    BeforeEntryIntoForce,
    BeginReporting,
    EndReporting,
    ExplainLateness,
    IssueReportReminder,
    LatenessExplained,
    NoReportOwed,
    PeriodMissing,
    PeriodNotOver,
    ReceiveReport,
    RecordReportStatement,
    Reporting,
    ReportingBegan,
    ReportingEnded,
    ReportReceived,
    ReportReminderIssued,
    ReportStated,
    WordsMissing,
)
from services.deadlines.domain.reports_due import outstanding, two_cycles_open
from shared.dates import PartialDate
from shared.provenance import Statement
from tests.scenario import Scenario

SAID = Statement(source="isu", stated_on=PartialDate("2018-05"))
WHO: dict[str, Any] = {"treaty": "CCM", "state": "BEN"}
scenario = Scenario(REPORTING)

# Benin: in force from 1 January 2018.
BEGAN = ReportingBegan(
    **WHO, entry_into_force=date(2018, 1, 1), initial_due=date(2018, 6, 30), first_annual_due=date(2019, 4, 30)
)


def receive(kind: str, on: date, year: int | None = None) -> ReceiveReport:
    return ReceiveReport(**WHO, kind=kind, period_year=year, received_on=on, statement=SAID)


def received(kind: str, on: date, due: date | None, *, year: int | None = None, late: bool = False) -> ReportReceived:
    return ReportReceived(**WHO, kind=kind, period_year=year, received_on=on, due_on=due, late=late, statement=SAID)


def state(kind: str, submitted: str | None, status: str, year: int | None = None, **more: Any) -> RecordReportStatement:
    day = PartialDate(submitted) if submitted else None
    facts = {"kind": kind, "period_year": year, "submitted_on": day, "status": status, "statement": SAID}
    return RecordReportStatement(**WHO, **(facts | more))


def stated(command: RecordReportStatement) -> ReportStated:
    return ReportStated(**{name: getattr(command, name) for name in ReportStated.model_fields})


def test_reporting_begins_with_the_first_two_dates() -> None:
    begin = BeginReporting(**WHO, entry_into_force=date(2018, 1, 1))
    scenario.given().when(begin).then(BEGAN).when(begin).nothing()


def test_a_corrected_entry_into_force_gives_new_dates() -> None:
    scenario.given(BEGAN).when(BeginReporting(**WHO, entry_into_force=date(2018, 9, 1))).then(
        ReportingBegan(
            **WHO, entry_into_force=date(2018, 9, 1), initial_due=date(2019, 2, 28), first_annual_due=date(2020, 4, 30)
        )
    )


def test_the_first_annual_report_can_be_read_the_stricter_way() -> None:
    strict = BeginReporting(**WHO, entry_into_force=date(2018, 9, 1), first_annual="next_april")
    (began,) = scenario.given().when(strict).follows()
    assert isinstance(began, ReportingBegan)
    assert began.first_annual_due == date(2019, 4, 30)


def test_a_report_on_its_last_day_is_in_time_and_the_day_after_is_late() -> None:
    due = date(2018, 6, 30)
    scenario.given(BEGAN).when(receive("initial", due)).then(received("initial", due, due))
    after = due + timedelta(days=1)
    scenario.given(BEGAN).when(receive("initial", after)).then(received("initial", after, due, late=True))


def test_an_annual_report_covers_the_year_before() -> None:
    scenario.given(BEGAN).when(receive("annual", date(2019, 1, 16), 2018)).then(
        received("annual", date(2019, 1, 16), date(2019, 4, 30), year=2018)
    )
    scenario.given(BEGAN).when(receive("annual", date(2018, 12, 30), 2018)).refused(PeriodNotOver, field="period_year")
    scenario.given(BEGAN).when(receive("annual", date(2019, 1, 16))).refused(PeriodMissing, field="period_year")


def test_a_yearly_report_that_was_not_owed_yet_is_welcome_and_never_late() -> None:
    scenario.given(BEGAN).when(receive("annual", date(2018, 8, 1), 2017)).then(
        received("annual", date(2018, 8, 1), None, year=2017)
    )


def test_a_report_eight_years_late_still_counts() -> None:
    scenario.given(BEGAN).when(receive("initial", date(2026, 11, 11))).then(
        received("initial", date(2026, 11, 11), date(2018, 6, 30), late=True)
    )


def test_a_report_before_entry_into_force_is_voluntary() -> None:
    early = date(2017, 12, 31)
    scenario.given(BEGAN).when(receive("initial", early)).refused(BeforeEntryIntoForce, field="received_on")
    scenario.given(BEGAN).when(receive("voluntary", early)).then(received("voluntary", early, None))


def test_a_state_that_is_no_party_owes_nothing_and_may_report() -> None:
    scenario.given().when(receive("annual", date(2019, 1, 16), 2018)).refused(NoReportOwed, field="kind")
    scenario.given().when(receive("voluntary", date(2019, 1, 16), 2018)).follows()


def test_the_same_receipt_again_is_no_news() -> None:
    in_time = receive("initial", date(2018, 5, 1))
    given = scenario.given(BEGAN).when(in_time).then(received("initial", date(2018, 5, 1), date(2018, 6, 30)))
    given.when(in_time).nothing()


def test_a_source_is_recorded_in_any_order_and_only_once() -> None:
    said = state("initial", "2019-06-20", "late")
    scenario.given().when(said).then(stated(said)).when(said).nothing()


def test_sources_that_disagree_both_stay() -> None:
    one, other = state("initial", "2019-06-20", "late"), state("initial", None, "overdue", as_of=PartialDate("2019-06"))
    scenario.given(BEGAN).when(one).then(stated(one)).when(other).then(stated(other))


def test_a_reason_for_lateness_is_one_of_the_usual_ones_or_has_words() -> None:
    usual = ExplainLateness(**WHO, kind="initial", reason="staff_changeover", statement=SAID)
    explained = LatenessExplained(**WHO, kind="initial", reason="staff_changeover", statement=SAID)
    scenario.given(BEGAN).when(usual).then(explained).when(usual).nothing()
    other = ExplainLateness(**WHO, kind="initial", reason="other", statement=SAID)
    scenario.given(BEGAN).when(other).refused(WordsMissing, field="words")
    undated = ExplainLateness(**WHO, kind="annual", reason="staff_shortage", statement=SAID)
    scenario.given(BEGAN).when(undated).refused(PeriodMissing, field="period_year")


REMINDER: dict[str, Any] = {
    **WHO,
    "kind": "initial",
    "due_on": date(2018, 6, 30),
    "step_days": 30,
    "issued_on": date(2018, 5, 31),
}


def test_a_reminder_goes_out_once() -> None:
    remind = IssueReportReminder(**REMINDER)
    scenario.given(BEGAN).when(remind).then(ReportReminderIssued(**REMINDER)).when(remind).nothing()


def test_no_reminder_for_what_is_in_or_for_a_day_that_is_no_longer_right() -> None:
    remind = IssueReportReminder(**REMINDER)
    scenario.given(BEGAN, received("initial", date(2018, 5, 1), date(2018, 6, 30))).when(remind).nothing()
    scenario.given(BEGAN, ReportingEnded(**WHO, on=date(2018, 6, 1))).when(remind).nothing()
    scenario.given(BEGAN).when(IssueReportReminder(**(REMINDER | {"due_on": date(2018, 6, 29)}))).nothing()


def test_reporting_ends_with_a_withdrawal() -> None:
    end = EndReporting(**WHO, on=date(2025, 3, 6))
    scenario.given(BEGAN).when(end).then(ReportingEnded(**WHO, on=date(2025, 3, 6))).when(end).nothing()


def picture(on: date, *events: Any) -> list[tuple[str, int | None, str]]:
    found = outstanding(scenario.given(*events).state, on)
    every = ((found.initial,) if found.initial else ()) + found.annual
    return [(one.kind, one.period_year, one.standing) for one in every]


def test_nothing_is_owed_before_entry_into_force() -> None:
    assert picture(date(2017, 12, 31), BEGAN) == []
    assert picture(date(2020, 1, 1)) == []


def test_a_report_is_due_until_its_day_and_outstanding_after_it() -> None:
    assert picture(date(2018, 6, 30), BEGAN) == [("initial", None, "due")]
    assert picture(date(2018, 7, 1), BEGAN) == [("initial", None, "outstanding")]


def test_initial_and_annual_reports_are_kept_apart() -> None:
    assert picture(date(2020, 5, 1), BEGAN, received("annual", date(2019, 5, 2), date(2019, 4, 30), year=2018)) == [
        ("initial", None, "outstanding"),
        ("annual", 2018, "late"),
        ("annual", 2019, "outstanding"),
    ]


def test_a_report_is_in_from_the_day_it_came() -> None:
    came = received("initial", date(2019, 6, 20), date(2018, 6, 30), late=True)
    assert ("initial", None, "outstanding") in picture(date(2019, 6, 19), BEGAN, came)
    assert ("initial", None, "late") in picture(date(2019, 6, 20), BEGAN, came)


def test_overdue_as_of_a_day_is_a_statement_and_no_report() -> None:
    overdue = stated(state("initial", None, "overdue", as_of=PartialDate("2018-07-20")))
    assert picture(date(2018, 8, 1), BEGAN, overdue) == [("initial", None, "outstanding")]


def test_a_month_that_leaves_it_open_is_judged_by_the_sources_word() -> None:
    in_june = stated(state("initial", "2018-06", "on_time"))
    in_the_year = stated(state("initial", "2018", "late"))
    assert picture(date(2018, 12, 31), BEGAN, in_june)[0] == ("initial", None, "received")
    assert picture(date(2018, 12, 31), BEGAN, in_the_year)[0] == ("initial", None, "late")
    assert picture(date(2018, 12, 30), BEGAN, in_the_year)[0] == ("initial", None, "outstanding")


def test_the_rule_decides_over_the_sources_word_where_the_day_is_known() -> None:
    said_in_time = stated(state("initial", "2018-07-01", "on_time"))
    assert picture(date(2018, 8, 1), BEGAN, said_in_time)[0] == ("initial", None, "late")


def test_a_report_is_unlikely_once_the_next_one_was_due_too() -> None:
    reporting: Reporting = scenario.given(BEGAN).state
    assert two_cycles_open(reporting, date(2020, 4, 29)) == ()
    assert [one.period_year for one in two_cycles_open(reporting, date(2020, 4, 30))] == [2018]
    in_after_all = scenario.given(BEGAN, received("annual", date(2020, 3, 1), date(2019, 4, 30), year=2018)).state
    assert two_cycles_open(in_after_all, date(2020, 4, 30)) == ()


def test_trap_11_after_a_withdrawal_nothing_more_falls_due_and_the_history_stays() -> None:
    came = received("initial", date(2018, 5, 1), date(2018, 6, 30))
    ended = ReportingEnded(**WHO, on=date(2020, 1, 1))
    assert picture(date(2019, 12, 31), BEGAN, came, ended) == [
        ("initial", None, "received"),
        ("annual", 2018, "outstanding"),
    ]
    assert picture(date(2020, 6, 1), BEGAN, came, ended) == [("initial", None, "received")]


DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@given(DAYS, st.lists(st.tuples(st.integers(2017, 2025), st.integers(0, 900)), max_size=6))
def test_one_standing_for_each_report_owed_whatever_came_in(on: date, came: list[tuple[int, int]]) -> None:
    events = [
        received("annual", date(year + 1, 1, 1) + timedelta(days=days), date(year + 1, 4, 30), year=year)
        for year, days in came
    ]
    found = outstanding(scenario.given(BEGAN, *events).state, on)
    assert [one.period_year for one in found.annual] == list(range(2018, on.year))
    forwards = outstanding(scenario.given(BEGAN, *events).state, on)
    backwards = outstanding(scenario.given(*reversed(events), BEGAN).state, on)
    assert forwards == backwards
    assert set(two_cycles_open(scenario.given(BEGAN, *events).state, on)) <= set(found.missing)
