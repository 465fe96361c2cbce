"""The training scenario: it plays into a whole system, as often as wanted, and every state stands in it."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import pytest_asyncio

from deploy.exercise.play import exercise, play
from deploy.exercise.reports import LATE, MISSING
from services.coalitions.domain.coalition import Answer
from services.coalitions.domain.coalition import Status as CoalitionStatus
from services.coalitions.domain.coalition_messages import Role
from services.coalitions.domain.partnership import Called
from services.deadlines.domain.obligation_facts import MeasureWord, Mode, Outcome, StatusWord
from services.deadlines.domain.reporting import Kind, LateReason
from services.deadlines.domain.standing import Standing, StatusOfDuty
from services.pledges.domain.terms import Earmarking, TargetKind
from services.pledges.views.pledge import Status as PledgeStatus
from services.requests.views.request import Status as RequestStatus
from shared.clock import today
from shared.countries import is_user_assigned
from shared.messages import Command
from tests.system import TestSystem, embedded_system

# One system for all of them: playing takes a while, and only the last two tests play again.
pytestmark = pytest.mark.asyncio(loop_scope="module")
WRITING = ("deadlines", "requests", "pledges", "coalitions")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path_factory.mktemp("exercise")) as running:
        await play(running, running.clock)
        yield running


def identities(category: str) -> list[str]:
    return sorted({step.identity for step in exercise() if step.category == category})


def said(name: str) -> set[Any]:
    """Every value of a field of that name, in all commands of the exercise."""

    def within(content: Any) -> Iterator[Any]:
        if isinstance(content, dict):
            for key, value in content.items():
                if key == name and not isinstance(value, dict | list):
                    yield value
                yield from within(value)
        elif isinstance(content, list):
            for value in content:
                yield from within(value)

    commands = [step.command for step in exercise() if isinstance(step.command, Command)]
    return {found for command in commands for found in within(json.loads(command.model_dump_json()))}


async def standings(system: TestSystem) -> list[Standing]:
    handler = system.handlers["obligation"]
    return [(await handler.load(identity)).state.standing for identity in identities("obligation")]


async def shown(system: TestSystem, path: str) -> list[dict[str, Any]]:
    answer = await system.client("isu").get(path)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def events(system: TestSystem, topic: str) -> int:
    found = 0
    for category in system.services[topic].kit.handlers:
        for identity in identities(category):
            found += (await system.handlers[category].load(identity)).last
    return found


async def test_every_status_of_a_duty_occurs(system: TestSystem) -> None:
    found = {standing.status(today(system.clock)) for standing in await standings(system)}
    assert found == set(get_args(StatusOfDuty))


async def test_hostilities_go_on_in_one_place_and_have_ended_in_another(system: TestSystem) -> None:
    waiting = {standing.waits_for_peace for standing in await standings(system) if standing.hostilities}
    assert waiting == {True, False}


async def test_extension_requests_have_every_ending(system: TestSystem) -> None:
    requests = [request for standing in await standings(system) for request in standing.requests]
    assert {request.decided.outcome for request in requests if request.decided} == set(get_args(Outcome))
    assert {request.decided.mode for request in requests if request.decided} == set(get_args(Mode))
    assert {request.lodged.late for request in requests if request.lodged} == {True, False}
    assert any(request.withdrawn for request in requests)
    assert any(request.pending for request in requests)
    assert any(request.answers for request in requests)
    assert any(request.stated for request in requests)


async def test_reminders_of_deadlines_and_reports_went_out(system: TestSystem) -> None:
    # Those of lodging and declaring follow the treaties' real calendars, which the exercise leaves alone.
    assert any(reminder.kind == "deadline" for standing in await standings(system) for reminder in standing.reminded)
    handler = system.handlers["reporting"]
    reports = [(await handler.load(identity)).state for identity in identities("reporting")]
    assert any(report.reminded for report in reports)


async def test_reports_are_in_time_late_for_every_reason_missing_and_never_begun(system: TestSystem) -> None:
    handler = system.handlers["reporting"]
    assert said("kind") >= set(get_args(Kind))
    assert {reason for *_, reason, _ in (*LATE, *MISSING)} == set(get_args(LateReason))
    two_open = (await handler.load("CCM-XXF")).state
    assert [two_open.has("annual", year) for year in (2023, 2024, 2025)] == [True, False, False]
    never = (await handler.load("APMBC-XXF")).state
    assert never.initial_due < today(system.clock)
    assert not never.has("initial", None)
    always = (await handler.load("CCM-XXA")).state
    assert all(always.has("annual", year) for year in range(2018, 2026))
    late = {
        one.said_late
        for identity in identities("reporting")
        for one in (await handler.load(identity)).state.submissions
    }
    assert late == {True, False}


async def test_a_state_has_left_and_another_ones_withdrawal_is_put_off(system: TestSystem) -> None:
    handler = system.handlers["party"]
    withdrawals = [(await handler.load(identity)).state.withdrawal for identity in identities("party")]
    assert {withdrawal.postponed for withdrawal in withdrawals if withdrawal} == {True, False}


async def test_every_state_of_a_request_occurs(system: TestSystem) -> None:
    requests = await shown(system, "/requests")
    assert {request["status"] for request in requests} == set(get_args(RequestStatus))
    assert any(request["revisions"] for request in requests)
    lives = {(await system.handlers["request"].load(identity)).state.life for identity in identities("request")}
    assert "drafted" in lives
    returned = [back for request in requests for back in request["returned"]]
    assert {back["reason"] for back in returned} >= {"exceeds_need", "need_revised", "request_withdrawn"}


async def test_every_state_of_a_pledge_occurs(system: TestSystem) -> None:
    pledges = await shown(system, "/pledges")
    assert {pledge["status"] for pledge in pledges} == set(get_args(PledgeStatus))
    lives = {(await system.handlers["pledge"].load(identity)).state.life for identity in identities("pledge")}
    assert "drafted" in lives
    assert said("earmarking") == set(get_args(Earmarking))
    targets = {step.command.terms.target.kind for step in exercise() if getattr(step.command, "terms", None)}
    assert targets == set(get_args(TargetKind))
    steps = {step["what"] for pledge in pledges for step in pledge["steps"]}
    assert steps == {"reduced", "redirected", "cancelled", "surplus", "released"}


async def test_every_state_of_a_coalition_occurs(system: TestSystem) -> None:
    coalitions = await shown(system, "/coalitions")
    assert {page["status"] for page in coalitions} == set(get_args(CoalitionStatus))
    members = [member for page in coalitions for member in page["members"]]
    assert {member["role"] for member in members} == set(get_args(Role))
    assert {member["answer"] for member in members} == set(get_args(Answer))
    (active,) = (page for page in coalitions if page["status"] == "active")
    assert {contribution["from_member"] for contribution in active["contributions"]} == {True, False}
    assert {bool(step["reached_on"]) for step in active["milestones"]} == {True, False}
    assert active["reviews"]


async def test_an_ambassador_is_matched_and_sources_report_partnerships_of_every_kind(system: TestSystem) -> None:
    (page,) = await shown(system, "/coalitions/ambassadors")
    assert {bool(match["ended_on"]) for match in page["matches"]} == {True, False}
    partnerships = await shown(system, "/coalitions/partnerships")
    assert {one["called"] for one in partnerships} == set(get_args(Called))


async def test_every_group_of_the_ranking_holds_a_state_and_both_treaties_are_ranked(system: TestSystem) -> None:
    answer = await system.client().get("/insights/near-completion")
    assert answer.status_code == 200, answer.text
    ranking = answer.json()
    assert all(group["states"] for group in ranking["groups"])
    assert len(ranking["groups"]) == 5
    assert {row["treaty"] for row in ranking["rows"]} == {"CCM", "APMBC"}
    best = {row["state"]: row["group"] for row in ranking["rows"]}
    assert [best[code] for code in ("XXA", "XXB", "XXC", "XXD", "XXE")] == [1, 2, 3, 4, 5]
    assert "XXH" not in best


async def test_sources_judge_duties_and_measures_in_every_way() -> None:
    assert said("status") >= {*get_args(StatusWord), *get_args(MeasureWord)}
    assert said("treaty") >= {"CCM", "APMBC"}


async def test_nobody_in_it_is_real() -> None:
    named = {code for field in ("state", "with_state", "iso3") for code in said(field) if code}
    assert named
    assert all(is_user_assigned(code) for code in named)
    assert all(source.startswith("Exercise") for source in said("source"))
    assert {step.by.subject for step in exercise()} == {"exercise"}
    # Its meetings would otherwise move the days on which real requests are due.
    assert not {"msp", "rc"} & said("kind")


async def test_nothing_is_left_parked(system: TestSystem) -> None:
    for service in system.services.values():
        assert service.kit.parking.all() == []


async def test_playing_it_again_changes_nothing(system: TestSystem) -> None:
    before = {topic: await events(system, topic) for topic in WRITING}
    again = await play(system, system.clock)
    assert again.steps == again.done_before == len(exercise())
    assert {topic: await events(system, topic) for topic in WRITING} == before


async def test_it_plays_on_a_clock_that_cannot_be_turned_too(tmp_path: Path) -> None:
    async with embedded_system(tmp_path) as running:
        played = await play(running)
        assert (played.steps, played.done_before) == (len(exercise()), 0)
        found = {standing.status(today(running.clock)) for standing in await standings(running)}
        assert found == set(get_args(StatusOfDuty))
