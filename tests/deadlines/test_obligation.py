"""Obligations: dates, completion, finds, hostilities, withdrawal."""

from datetime import date
from decimal import Decimal

from services.deadlines.domain import obligation_commands as commands
from services.deadlines.domain import obligation_events as events
from services.deadlines.domain import obligation_refusals as refusals
from services.deadlines.domain.obligation import OBLIGATIONS
from services.deadlines.domain.obligation_facts import OfDuty, ReminderKind
from shared.dates import PartialDate, Period
from tests.deadlines.duties import (
    CLUSTER_CLEARANCE,
    CLUSTER_STOCK,
    EIF,
    MINE_CLEARANCE,
    MINE_STOCK,
    VICTIMS,
    WAR,
    completed,
    dated,
    declared,
    declaring,
    ended,
    finished,
    found,
    hostilities,
    lodged,
    lodging,
    partial,
    request_stated,
    said,
    standing,
)
from tests.scenario import Scenario

scenario = Scenario(OBLIGATIONS)
TODAY = date(2026, 11, 21)


def test_a_duty_is_dated_from_entry_into_force() -> None:
    (
        scenario.given()
        .when(commands.DateObligation(**dict(CLUSTER_CLEARANCE), entry_into_force=EIF))
        .then(
            events.ObligationDated(
                **dict(CLUSTER_CLEARANCE),
                entry_into_force=EIF,
                original_deadline=date(2022, 8, 1),
                reference="CCM 4.1(a)",
                extension_cap_years=5,
                lodge_months_before_meeting=9,
            )
        )
    )


def test_dating_twice_is_dating_once() -> None:
    command = commands.DateObligation(**dict(CLUSTER_CLEARANCE), entry_into_force=EIF)
    scenario.given(dated()).when(command).nothing()


def test_a_corrected_entry_into_force_dates_anew_and_back_again() -> None:
    later = commands.DateObligation(**dict(CLUSTER_CLEARANCE), entry_into_force=date(2013, 8, 1))
    back = commands.DateObligation(**dict(CLUSTER_CLEARANCE), entry_into_force=EIF)
    story = scenario.given(dated()).when(later).then(dated(entry_into_force=date(2013, 8, 1)))
    assert story.when(back).then(dated()).state.standing.deadline_in_force == "2022-08-01"


def test_a_duty_without_a_treaty_date_has_no_deadline() -> None:
    assert dated(VICTIMS).original_deadline is None
    assert standing(dated(VICTIMS)).status(TODAY) == "open"


def test_an_article_that_the_treaty_does_not_have_is_refused() -> None:
    wrong = OfDuty(treaty="APMBC", state="XXA", article="3")
    command = commands.RegisterObligation(**dict(wrong), statement=said())
    scenario.given().when(command).refused(refusals.NoSuchDutyInTreaty, field="article")


def test_only_clearance_of_cluster_munitions_has_clocks_of_hostilities() -> None:
    wrong = OfDuty(treaty="CCM", state="XXA", article="3", clock="war")
    command = commands.RegisterObligation(**dict(wrong), statement=said())
    scenario.given().when(command).refused(refusals.NoSuchDutyInTreaty, field="article")


def test_a_command_for_another_duty_is_refused() -> None:
    command = commands.RegisterObligation(**dict(CLUSTER_STOCK), statement=said())
    scenario.given(dated()).when(command).refused(refusals.AnotherDuty, field="state")


def test_the_very_same_statement_is_recorded_once() -> None:
    command = commands.RecordFigure(
        **dict(CLUSTER_CLEARANCE),
        metric="remaining_cha_m2",
        value=Decimal(1_900_000),
        unit="m2",
        period=Period("2017"),
        statement=said(),
    )
    scenario.given().when(command).then(events.FigureStated(**dict(command))).when(command).nothing()


def test_figures_that_disagree_both_stand() -> None:
    one = commands.RecordFigure(
        **dict(CLUSTER_CLEARANCE),
        metric="remaining_cha_m2",
        value=Decimal(17_180_000),
        unit="m2",
        period=Period("2019"),
        statement=said(source="State"),
    )
    other = one.model_copy(update={"value": one.value - 5_480_000, "statement": said(source="a monitor")})
    (
        scenario.given()
        .when(one)
        .then(events.FigureStated(**dict(one)))
        .when(other)
        .then(events.FigureStated(**dict(other)))
    )


def test_a_printed_deadline_serves_until_entry_into_force_is_known() -> None:
    printed = events.OriginalDeadlineStated(**dict(CLUSTER_CLEARANCE), deadline=partial("2022-09"), statement=said())
    assert standing(printed).deadline_in_force == "2022-09"
    assert standing(printed, dated()).deadline_in_force == "2022-08-01"
    assert standing(printed, dated()).originals == (printed,)


def test_of_printed_deadlines_the_latest_stated_serves() -> None:
    def printed(deadline: str, on: str) -> events.OriginalDeadlineStated:
        return events.OriginalDeadlineStated(**dict(MINE_CLEARANCE), deadline=partial(deadline), statement=said(on))

    early, late = printed("2013-03-01", "2010"), printed("2013-04-01", "2012")
    assert standing(early, late).deadline_in_force == standing(late, early).deadline_in_force == "2013-04-01"


def test_what_is_done_on_the_anniversary_is_in_time() -> None:
    assert standing(dated()).status(date(2022, 8, 1)) == "open"
    assert standing(dated()).status(date(2022, 8, 2)) == "overdue"


def test_finished_work_stays_open_until_it_is_declared() -> None:
    story = scenario.given(dated(), finished())
    assert story.state.standing.status(TODAY) == "work_finished_not_declared"
    after = story.when(declaring()).then(declared())
    assert after.state.standing.status(TODAY) == "declared"


def test_a_declaration_again_is_nothing_and_another_is_refused() -> None:
    scenario.given(dated(), declared()).when(declaring()).nothing()
    scenario.given(dated(), declared()).when(declaring(on=date(2020, 9, 1))).refused(refusals.AlreadyDeclared)


def test_nothing_is_declared_before_entry_into_force() -> None:
    early = declaring(on=date(2012, 7, 31))
    scenario.given(dated()).when(early).refused(refusals.BeforeEntryIntoForce, field="declared_on")


def test_a_continuing_duty_cannot_be_completed() -> None:
    scenario.given(dated(VICTIMS)).when(declaring(VICTIMS)).refused(refusals.NothingToComplete, field="article")


def test_a_find_after_the_declaration_opens_the_duty_under_its_old_date() -> None:
    after = standing(dated(), declared(), found())
    assert (after.status(TODAY), after.deadline_in_force) == ("reopened", "2022-08-01")
    assert after.overdue(TODAY)


def test_a_find_told_before_the_completion_it_follows_opens_the_duty_all_the_same() -> None:
    assert standing(found(on="2021"), completed(CLUSTER_CLEARANCE, declared="2020-07")).reopened


def test_a_second_declaration_closes_again() -> None:
    again = declared(on=date(2021, 12, 1))
    assert standing(dated(), declared(), found(on="2021"), again).status(TODAY) == "declared"


def test_asking_for_more_time_after_a_declaration_says_that_there_is_work_again() -> None:
    closed = completed(MINE_CLEARANCE, declared="2018-11-29")
    asked = events.ExtensionRequestStated(
        **dict(MINE_CLEARANCE), lodged_on=partial("2021-06-01"), statement=said("2021-06-01")
    )
    assert standing(closed, asked).status(TODAY) == standing(asked, closed).status(TODAY) == "reopened"


def test_a_source_that_gives_only_the_end_of_clearance_does_not_declare_it() -> None:
    assert standing(completed(MINE_CLEARANCE, done="2003")).status(TODAY) == "work_finished_not_declared"
    assert standing(completed(CLUSTER_CLEARANCE, done="2019-08")).status(TODAY) == "work_finished_not_declared"


def test_a_stock_is_done_when_a_source_says_that_it_is_destroyed() -> None:
    assert standing(completed(CLUSTER_STOCK, done="2010-11")).status(TODAY) == "declared"
    assert standing(completed(MINE_STOCK, done="2003-08")).status(TODAY) == "declared"


def judged(duty: OfDuty, word: str, as_of: str) -> events.StatusStated:
    return events.StatusStated(**dict(duty), status=word, as_of=Period(as_of), statement=said())


def left(duty: OfDuty, value: int, period: str) -> events.FigureStated:
    return events.FigureStated(
        **dict(duty),
        metric="remaining_contamination_m2",
        value=Decimal(value),
        unit="m2",
        period=Period(period),
        statement=said(period),
    )


def test_a_completion_without_any_day_closes_from_the_day_on_which_it_was_said() -> None:
    listed = completed(MINE_CLEARANCE)
    assert standing(listed).status(TODAY) == "declared"
    assert standing(listed).declared_on == "2020-01-01"
    assert standing(listed, found(MINE_CLEARANCE, "2021-03")).status(TODAY) == "reopened"


def test_a_sources_word_completed_closes_a_stock_and_finishes_clearance() -> None:
    assert standing(judged(CLUSTER_STOCK, "completed", "2018-09")).status(TODAY) == "declared"
    assert standing(judged(MINE_CLEARANCE, "completed", "2018")).status(TODAY) == "work_finished_not_declared"
    assert standing(judged(MINE_CLEARANCE, "completed", "2017/2018")).finished_on == "2018-12-31"


def test_a_word_of_doubt_opens_nothing() -> None:
    for closed in (completed(MINE_CLEARANCE, declared="2009"), completed(MINE_CLEARANCE, done="2009")):
        after = standing(closed, judged(MINE_CLEARANCE, "unclear", "2018-11"))
        assert after.status(TODAY) == standing(closed).status(TODAY)


def test_a_later_figure_of_area_left_opens_finished_work_and_a_declared_duty() -> None:
    later = left(CLUSTER_CLEARANCE, 1, "2021")
    assert standing(completed(CLUSTER_CLEARANCE, done="2020-07"), later).status(TODAY) == "reopened"
    assert standing(completed(CLUSTER_CLEARANCE, declared="2020-07"), later).status(TODAY) == "reopened"
    same_year = left(CLUSTER_CLEARANCE, 1, "2020")
    assert standing(same_year, completed(CLUSTER_CLEARANCE, done="2020-07")).finished


def test_a_figure_of_nothing_left_finishes_clearance_until_another_of_that_day_differs() -> None:
    nothing = left(CLUSTER_CLEARANCE, 0, "2020")
    assert standing(nothing).status(TODAY) == "work_finished_not_declared"
    assert not standing(nothing, left(CLUSTER_CLEARANCE, 5, "2020-12-31")).finished
    assert standing(nothing, left(CLUSTER_CLEARANCE, 5, "2019")).finished


def test_more_time_granted_after_the_end_opens_the_duty() -> None:
    granted = request_stated(MINE_CLEARANCE, "2021-12-01", decided_on="2021-11", granted=True)
    assert standing(completed(MINE_CLEARANCE, done="2021-06"), granted).status(TODAY) == "reopened"
    refused = request_stated(MINE_CLEARANCE, "2021-12-01", decided_on="2021-11", granted=False)
    assert standing(completed(MINE_CLEARANCE, done="2021-06"), refused).finished


def test_the_clock_of_hostilities_has_no_date_while_they_last() -> None:
    now = standing(events.HostilitiesStated(**dict(hostilities(None))), dated(WAR))
    assert now.deadline_in_force is None
    assert now.waits_for_peace
    assert now.status(date(2090, 1, 1)) == "open"


def test_the_clock_of_hostilities_runs_from_their_end() -> None:
    peace = hostilities(date(2024, 2, 29), "2024-03-01")
    story = scenario.given(events.HostilitiesStated(**dict(hostilities(None)))).when(peace)
    after = story.then(events.HostilitiesStated(**dict(peace), original_deadline=date(2034, 2, 28)))
    assert after.state.standing.deadline_in_force == "2034-02-28"


def test_hostilities_without_a_clock_are_refused() -> None:
    nameless = commands.StateHostilities(**dict(CLUSTER_CLEARANCE), name="War", statement=said())
    scenario.given().when(nameless).refused(refusals.ClockNeeded, field="clock")


def test_withdrawal_ends_the_duty_on_its_day_and_history_stays() -> None:
    after = standing(dated(), ended())
    assert after.status(date(2025, 3, 5)) == "overdue"
    assert after.status(date(2025, 3, 6)) == "ended"
    assert after.deadline_in_force == "2022-08-01"


def test_an_ended_duty_takes_no_more_acts() -> None:
    for command in (declaring(), lodging()):
        scenario.given(dated(), ended()).when(command).refused(refusals.DutyIsOver)


def test_a_source_may_speak_of_an_ended_duty() -> None:
    late = commands.RecordStatus(
        **dict(CLUSTER_CLEARANCE), status="unclear", as_of=Period("2026"), statement=said("2026")
    )
    scenario.given(dated(), ended()).when(late).then(events.StatusStated(**dict(late)))


def test_ending_again_is_nothing_and_a_later_day_is_recorded() -> None:
    same = commands.EndDuty(**dict(CLUSTER_CLEARANCE), on=date(2025, 3, 6))
    later = commands.EndDuty(**dict(CLUSTER_CLEARANCE), on=date(2026, 3, 6))
    scenario.given(dated(), ended()).when(same).nothing()
    scenario.given(dated(), ended()).when(later).then(ended(on=date(2026, 3, 6)))


def test_a_state_that_joins_again_has_its_duty_again() -> None:
    again = commands.DateObligation(**dict(CLUSTER_CLEARANCE), entry_into_force=date(2026, 3, 1))
    story = scenario.given(dated(), ended()).when(again).then(dated(entry_into_force=date(2026, 3, 1)))
    assert (story.state.standing.status(TODAY), story.state.standing.deadline_in_force) == ("open", "2036-03-01")


def test_an_end_of_hostilities_told_without_a_day_of_its_own_counts_from_that_end() -> None:
    fighting = events.HostilitiesStated(**dict(hostilities(None, "2023-01-01")))
    peace = hostilities(date(2024, 5, 1)).model_copy(update={"statement": said(None)})
    told = events.HostilitiesStated(**dict(peace), original_deadline=date(2034, 5, 1))
    story = scenario.given(fighting).when(peace).then(told)
    assert story.state.standing.deadline_in_force == "2034-05-01"


def test_every_kind_of_statement_may_come_first() -> None:
    said_first = (
        commands.RegisterObligation(**dict(MINE_CLEARANCE), statement=said()),
        commands.StateOriginalDeadline(**dict(MINE_CLEARANCE), deadline=partial("2013"), statement=said()),
        commands.RecordStatus(**dict(MINE_CLEARANCE), status="unclear", as_of=Period("2013"), statement=said()),
        commands.RecordExtensionStatement(**dict(MINE_CLEARANCE), sequence=3, statement=said()),
        commands.RecordCompletionStatement(**dict(MINE_CLEARANCE), statement=said()),
        commands.RecordLaterFind(**dict(MINE_CLEARANCE), found_on=PartialDate("2020"), statement=said()),
        commands.RecordMeasure(**dict(VICTIMS), status="plan_adopted", statement=said()),
    )
    for command in said_first:
        assert len(scenario.given().when(command).follows()) == 1


def _reminder(kind: ReminderKind, due: date, step: int) -> commands.IssueReminder:
    return commands.IssueReminder(
        **dict(CLUSTER_CLEARANCE),
        kind=kind,
        due_on=due,
        step_days=step,
        issued_on=due,
    )


def test_a_reminder_goes_out_once_and_an_older_step_not_after_a_newer_one() -> None:
    week = _reminder("deadline", date(2022, 8, 1), 7)
    issued = events.ReminderIssued(**dict(week))
    story = scenario.given(dated()).when(week).then(issued)
    story.when(week).nothing()
    story.when(_reminder("deadline", date(2022, 8, 1), 30)).nothing()
    on_the_day = _reminder("deadline", date(2022, 8, 1), 0)
    story.when(on_the_day).then(events.ReminderIssued(**dict(on_the_day)))


def test_a_reminder_of_a_date_that_no_longer_holds_does_not_go_out() -> None:
    scenario.given(dated()).when(_reminder("deadline", date(2021, 8, 1), 7)).nothing()
    scenario.given(dated(), declared()).when(_reminder("deadline", date(2022, 8, 1), 7)).nothing()
    scenario.given(dated(), ended()).when(_reminder("deadline", date(2022, 8, 1), 7)).nothing()
    scenario.given(dated(), lodged()).when(_reminder("lodging", date(2021, 12, 1), 7)).nothing()
