"""Extension requests: asked, analysed, decided; and read about in many sources."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from services.deadlines.domain import obligation_commands as commands
from services.deadlines.domain import obligation_events as events
from services.deadlines.domain import obligation_refusals as refusals
from services.deadlines.domain.obligation import OBLIGATIONS
from services.deadlines.domain.obligation_facts import ContentPart, OfDuty
from tests.deadlines.duties import (
    CLUSTER_CLEARANCE,
    CLUSTER_STOCK,
    MINE_CLEARANCE,
    MINE_STOCK,
    VICTIMS,
    WAR,
    dated,
    decided,
    deciding,
    hostilities,
    lodged,
    lodging,
    request_stated,
    said,
    standing,
    told_of_request,
)
from tests.scenario import Scenario

scenario = Scenario(OBLIGATIONS)
TODAY = date(2022, 12, 1)


def lodge(**other: Any) -> events.ExtensionRequestLodged:
    (event,) = scenario.given(dated()).when(lodging(**other)).follows()
    assert isinstance(event, events.ExtensionRequestLodged)
    return event


# asking


def test_the_last_day_to_lodge_is_nine_months_before_the_meeting() -> None:
    in_time = lodge(lodged_on=date(2021, 10, 15), meeting_planned_on=date(2022, 7, 15))
    assert (in_time.due_by, in_time.late) == (date(2021, 10, 15), False)


def test_a_late_request_is_flagged_not_refused() -> None:
    assert lodge(lodged_on=date(2021, 10, 16), meeting_planned_on=date(2022, 7, 15)).late


def test_a_request_for_a_meeting_after_the_deadline_is_late() -> None:
    assert lodge(lodged_on=date(2021, 10, 1), meeting_planned_on=date(2022, 9, 1)).late


def test_a_request_after_the_deadline_is_late_though_no_meeting_is_planned() -> None:
    after = lodge(lodged_on=date(2022, 8, 2), meeting_planned_on=None)
    assert (after.due_by, after.late) == (None, True)


def test_parts_that_the_treaty_wants_and_the_request_lacks_are_listed() -> None:
    parts = tuple(ContentPart(part=letter, text="stated") for letter in "abcdef")
    held = lodge(contents=(*parts, ContentPart(part="g", text=" ")))
    assert held.contents.missing == ("g", "h", "i")


def test_a_part_that_the_article_does_not_have_is_refused() -> None:
    odd = lodging(CLUSTER_STOCK, contents=(ContentPart(part="i", text="x"),), asked_until=date(2022, 8, 1))
    scenario.given(dated(CLUSTER_STOCK)).when(odd).refused(refusals.UnknownPart, field="contents.0.part")


@pytest.mark.parametrize(
    ("duty", "deadline", "last"),
    [
        (CLUSTER_STOCK, date(2020, 8, 1), date(2024, 8, 1)),
        (CLUSTER_CLEARANCE, date(2022, 8, 1), date(2027, 8, 1)),
        (MINE_CLEARANCE, date(2022, 8, 1), date(2032, 8, 1)),
    ],
)
def test_no_more_than_the_cap_of_the_article_can_be_asked_for(duty: OfDuty, deadline: date, last: date) -> None:
    given = scenario.given(dated(duty))
    assert given.state.standing.deadline_in_force == deadline.isoformat()
    assert len(given.when(lodging(duty, asked_until=last)).follows()) == 1
    beyond = last.replace(day=2)
    given.when(lodging(duty, asked_until=beyond)).refused(refusals.BeyondTheCap, field="asked_until")


def test_the_refusal_names_the_last_day_allowed() -> None:
    with pytest.raises(refusals.BeyondTheCap) as refusal:
        OBLIGATIONS.decide(lodging(asked_until=date(2030, 1, 1)), scenario.given(dated()).state)
    assert "2027-08-01" in (refusal.value.allowed or "")


def test_more_time_must_be_later_than_the_deadline_in_force() -> None:
    same = lodging(asked_until=date(2022, 8, 1))
    scenario.given(dated()).when(same).refused(refusals.NotLater, field="asked_until")


@pytest.mark.parametrize("duty", [MINE_STOCK, VICTIMS])
def test_where_the_treaty_knows_no_extension_none_can_be_asked_for(duty: OfDuty) -> None:
    scenario.given(dated(duty)).when(lodging(duty)).refused(refusals.ExtensionNotPossible, field="article")


def test_no_extension_is_asked_for_while_the_hostilities_last() -> None:
    fighting = events.HostilitiesStated(**dict(hostilities(None)))
    scenario.given(fighting).when(lodging(WAR)).refused(refusals.NoDeadlineYet)


def test_a_second_request_waits_for_the_first() -> None:
    story = scenario.given(dated(), lodged())
    story.when(lodging(lodged_on=date(2021, 9, 2))).refused(refusals.RequestPending)


def test_a_request_before_entry_into_force_is_refused() -> None:
    early = lodging(lodged_on=date(2012, 7, 1))
    scenario.given(dated()).when(early).refused(refusals.BeforeEntryIntoForce, field="lodged_on")


# deciding


def test_an_undecided_request_moves_nothing() -> None:
    now = standing(dated(), lodged())
    assert now.deadline_in_force == "2022-08-01"
    assert now.status(TODAY) == "overdue_request_pending"


def test_a_grant_moves_the_deadline() -> None:
    story = scenario.given(dated(), lodged()).when(deciding()).then(decided())
    assert story.state.standing.deadline_in_force == "2025-08-01"
    assert story.state.standing.status(TODAY) == "open"


def test_less_than_asked_may_be_granted_and_off_the_anniversary() -> None:
    less = deciding(outcome="granted_less", granted_until=date(2023, 12, 31))
    story = scenario.given(dated(), lodged()).when(less).then(events.ExtensionDecided(**dict(less)))
    assert story.state.standing.deadline_in_force == "2023-12-31"


def test_the_outcome_must_fit_the_day_granted() -> None:
    given = scenario.given(dated(), lodged())
    given.when(deciding(granted_until=date(2023, 12, 31))).refused(refusals.DecisionUnclear, field="outcome")
    given.when(deciding(granted_until=None)).refused(refusals.DecisionUnclear, field="granted_until")
    given.when(deciding(outcome="not_approved")).refused(refusals.DecisionUnclear, field="granted_until")


def test_more_than_asked_is_not_granted() -> None:
    more = deciding(granted_until=date(2026, 8, 1))
    scenario.given(dated(), lodged()).when(more).refused(refusals.MoreThanAsked, field="granted_until")


def test_where_a_request_is_not_approved_the_old_date_stands() -> None:
    no = deciding(outcome="not_approved", granted_until=None)
    story = scenario.given(dated(), lodged()).when(no).then(events.ExtensionDecided(**dict(no)))
    assert story.state.standing.deadline_in_force == "2022-08-01"
    assert story.state.standing.status(TODAY) == "overdue"


def test_after_a_refusal_the_state_may_ask_again() -> None:
    no = decided(outcome="not_approved", granted_until=None)
    again = lodging(lodged_on=date(2022, 9, 1), meeting_planned_on=date(2023, 9, 1))
    (second,) = scenario.given(dated(), lodged(), no).when(again).follows()
    assert isinstance(second, events.ExtensionRequestLodged)
    assert (second.sequence, second.late) == (2, True)


def test_a_further_extension_counts_from_the_deadline_in_force() -> None:
    granted = (dated(), lodged(), decided())
    second = lodging(lodged_on=date(2024, 1, 1), asked_until=date(2030, 8, 1), meeting_planned_on=date(2025, 1, 1))
    (event,) = scenario.given(*granted).when(second).follows()
    assert isinstance(event, events.ExtensionRequestLodged)
    assert event.sequence == 2
    beyond = second.model_copy(update={"asked_until": date(2030, 8, 2)})
    scenario.given(*granted).when(beyond).refused(refusals.BeyondTheCap)


def test_a_decision_can_fall_outside_a_session() -> None:
    silent = deciding(mode="silence_procedure", decided_on=date(2022, 2, 20), body="States Parties in writing")
    (event,) = scenario.given(dated(), lodged()).when(silent).follows()
    assert isinstance(event, events.ExtensionDecided)
    assert event.mode == "silence_procedure"


def test_a_decision_is_taken_once() -> None:
    given = scenario.given(dated(), lodged(), decided())
    given.when(deciding()).nothing()
    given.when(deciding(outcome="granted_less", granted_until=date(2024, 8, 1))).refused(refusals.AlreadyDecided)


def test_a_decision_needs_a_request_and_follows_it() -> None:
    scenario.given(dated()).when(deciding()).refused(refusals.NoSuchRequest, field="sequence")
    early = deciding(decided_on=date(2021, 8, 1))
    scenario.given(dated(), lodged()).when(early).refused(refusals.OutOfOrder, field="decided_on")


def test_a_request_taken_back_moves_nothing_and_is_not_decided() -> None:
    back = commands.WithdrawExtensionRequest(**dict(CLUSTER_CLEARANCE), sequence=1, reason="to revise it")
    story = scenario.given(dated(), lodged()).when(back).then(events.ExtensionRequestWithdrawn(**dict(back)))
    story.when(back).nothing()
    story.when(deciding()).refused(refusals.TakenBack)
    assert not story.state.standing.pending


# questions


def _question(name: str = "q1", text: str = "How many teams?", on: date = date(2021, 10, 1)) -> commands.PutQuestion:
    return commands.PutQuestion(**dict(CLUSTER_CLEARANCE), sequence=1, question=name, text=text, put_on=on)


def _answer(name: str = "q1", on: date = date(2021, 11, 1)) -> commands.AnswerQuestion:
    return commands.AnswerQuestion(**dict(CLUSTER_CLEARANCE), sequence=1, question=name, text="Twelve.", answered_on=on)


def test_questions_are_put_and_answered() -> None:
    story = scenario.given(dated(), lodged()).when(_question()).then(events.ExtensionQuestionPut(**dict(_question())))
    story.when(_question()).nothing()
    story = story.when(_answer()).then(events.ExtensionQuestionAnswered(**dict(_answer())))
    request = story.state.standing.extensions.of(1)
    assert request is not None
    assert (len(request.questions), len(request.answers)) == (1, 1)


def test_a_question_keeps_its_name_and_an_answer_needs_a_question() -> None:
    given = scenario.given(dated(), lodged(), events.ExtensionQuestionPut(**dict(_question())))
    given.when(_question(text="How much money?")).refused(refusals.QuestionKnown, field="question")
    given.when(_answer("q2")).refused(refusals.NoSuchQuestion, field="question")
    given.when(_answer(on=date(2021, 9, 30))).refused(refusals.OutOfOrder, field="answered_on")
    scenario.given(dated()).when(_question()).refused(refusals.NoSuchRequest)


# read about


def test_statements_with_one_number_are_one_request_with_several_sources() -> None:
    one = request_stated(sequence=1, asked_until="2020-03-01", on="2011")
    other = request_stated(sequence=1, granted_until="2020-03-01", granted=True, on="2012", source="a monitor")
    (request,) = standing(one, other).requests
    assert (request.stated, request.granted_until, request.asked_until) == ((one, other), "2020-03-01", "2020-03-01")


def test_a_statement_without_a_number_joins_the_request_that_its_dates_match() -> None:
    numbered = request_stated(sequence=2, granted_until="2021-03-01", granted=True)
    other = request_stated(sequence=1, granted_until="2016-03-01", granted=True)
    loose = request_stated(granted_until="2021-03", granted=True, on="2019", source="a monitor")
    for order in permutations((numbered, other, loose)):
        requests = standing(*order).requests
        assert [one.sequence for one in requests] == [1, 2]
        assert set(requests[1].stated) == {numbered, loose}


def test_statements_without_numbers_about_one_meeting_are_one_request() -> None:
    one = request_stated(decided_at="10MSP", on="2010")
    other = request_stated(decided_at="10MSP", granted_until="2016-01-01", granted=True, on="2011")
    (request,) = standing(one, other).requests
    assert (request.sequence, len(request.stated)) == (None, 2)


def test_sources_that_disagree_stay_side_by_side_and_the_latest_stated_is_used() -> None:
    early = request_stated(sequence=1, granted_until="2028-03-01", granted=True, on="2018")
    late = request_stated(sequence=1, granted_until="2028-06-01", granted=True, on="2019", source="a monitor")
    for order in permutations((early, late)):
        now = standing(*order)
        assert now.deadline_in_force == "2028-06-01"
        (conflict,) = now.requests[0].conflicts
        assert (conflict.field, conflict.values) == ("granted_until", ("2028-03-01", "2028-06-01"))


def test_a_later_month_does_not_blur_an_earlier_day() -> None:
    day = request_stated(sequence=3, granted_until="2027-03-01", granted=True, on="2019")
    month = request_stated(sequence=3, granted_until="2027-03", granted=True, on="2020")
    assert standing(day, month).deadline_in_force == "2027-03-01"
    assert standing(day, month).requests[0].conflicts == ()


def test_a_deadline_known_as_a_month_is_past_when_the_month_is() -> None:
    now = standing(request_stated(sequence=1, granted_until="2024-08", granted=True))
    assert now.status(date(2024, 8, 31)) == "open"
    assert now.status(date(2024, 9, 1)) == "overdue"


def test_a_request_that_a_source_calls_not_approved_leaves_the_old_date() -> None:
    granted = request_stated(sequence=3, granted_until="2026-03-01", granted=True)
    refused = request_stated(decided_at="22MSP", outcome="not approved", granted=False, on="2025-12-15")
    now = standing(granted, refused)
    assert now.deadline_in_force == "2026-03-01"
    assert now.status(date(2026, 11, 21)) == "overdue"


def test_an_unnumbered_request_does_not_stay_pending_when_a_later_grant_is_known() -> None:
    asked = request_stated(lodged_on="2021-06-01", on="2021-06-01")
    granted = request_stated(sequence=3, granted_until="2026-12-31", granted=True, on="2025")
    assert standing(asked).pending
    assert not standing(asked, granted).pending


def test_the_decision_recorded_here_comes_before_any_account_of_it() -> None:
    slip = request_stated(CLUSTER_CLEARANCE, sequence=1, granted_until="2025-09-01", granted=True, on="2025")
    now = standing(dated(), lodged(), decided(), slip)
    assert now.deadline_in_force == "2025-08-01"
    assert [one.field for one in now.requests[0].conflicts] == ["granted_until"]


def test_a_statement_about_a_request_is_never_refused() -> None:
    odd = told_of_request(MINE_STOCK, sequence=1, granted_until="2090-01-01", granted=True)
    scenario.given(dated(MINE_STOCK)).when(odd).then(events.ExtensionRequestStated(**dict(odd)))


def test_the_deadline_of_bosnia_and_herzegovina_is_built_up_from_its_sources() -> None:
    duty = OfDuty(treaty="CCM", state="BIH", article="4")
    story = (
        dated(duty, date(2011, 3, 1)),
        request_stated(duty, sequence=1, asked_until="2022-09-01", decided_on="2021-02", on="2021-02"),
        request_stated(
            duty, sequence=1, granted_until="2022-09-01", granted=True, on=None, requested_period="18 months"
        ),
        request_stated(duty, sequence=2, granted_until="2023-09-01", granted=True, on=None, decided_at="10MSP"),
        events.CompletionStated(**dict(duty), declared_on=said("2023-09").stated_on, statement=said("2023-09")),
    )
    seen = [
        (now.deadline_in_force, now.status(date(2021, 6, 1))) for now in (standing(*story[:n]) for n in (1, 2, 3, 4, 5))
    ]
    assert seen == [
        ("2021-03-01", "overdue"),
        ("2021-03-01", "overdue_request_pending"),
        ("2022-09-01", "open"),
        ("2023-09-01", "open"),
        ("2023-09-01", "declared"),
    ]
