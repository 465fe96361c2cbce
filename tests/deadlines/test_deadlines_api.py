"""Deadlines over HTTP: who may do what, what is refused and why, and what the lists answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.system import TestSystem, embedded_system

OBLIGATION = "/deadlines/obligations/CCM-XXA-4"
DUTY = {"treaty": "CCM", "state": "XXA", "article": "4"}
SAID = {"source": "https://example.org/notice", "stated_on": "2020-01-01"}


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path, names=["deadlines"]) as running:
        yield running


async def post(client: httpx2.AsyncClient, path: str, expected: int = 201, /, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json={"statement": SAID, **body})
    assert answer.status_code == expected, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def get(client: httpx2.AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def a_dated_obligation(system: TestSystem, deposited_on: str = "2012-02-01") -> httpx2.AsyncClient:
    isu = system.client("isu")
    party = {"treaty": "CCM", "state": "XXA", "name": "Exercise A", "action": "ratification"}
    await post(isu, "/deadlines/parties/CCM-XXA", **party, deposited_on=deposited_on)
    await post(isu, OBLIGATION, **DUTY)
    await system.settle()
    return isu


LODGING = {**DUTY, "lodged_on": "2021-09-01", "asked_until": "2025-08-01", "meeting": "10MSP"}


async def test_an_obligation_is_answered_with_its_dates_rules_and_events(system: TestSystem) -> None:
    await a_dated_obligation(system)
    found = await get(system.client(), OBLIGATION)
    assert found["status"] == "overdue"
    assert found["original_deadline"] == found["deadline_in_force"] == "2022-08-01"
    assert (found["extension"]["possible"], found["extension"]["last_day"]) == (True, "2027-08-01")
    assert found["events"][0] == {
        "type": "ObligationRegistered",
        "link": "deadlines/obligation-CCM-XXA-4@1.1",
        "recorded_on": "2026-11-21",
    }


async def test_a_status_can_be_asked_for_as_of_another_day(system: TestSystem) -> None:
    await a_dated_obligation(system)
    assert (await get(system.client(), OBLIGATION, on="2022-08-01"))["status"] == "open"


async def test_a_state_lodges_for_itself_and_for_nobody_else(system: TestSystem) -> None:
    await a_dated_obligation(system)
    path = f"{OBLIGATION}/extension-requests"
    await post(system.client("state", "XXB"), path, 403, **LODGING)
    await post(system.client("donor", "XXC"), path, 403, **LODGING)
    assert (await system.client().post(path, json={"statement": SAID, **LODGING})).status_code == 401
    receipt = await post(system.client("state", "XXA"), path, **LODGING)
    assert receipt["events"] == ["ExtensionRequestLodged"]


async def test_the_calendar_says_whether_a_request_is_late(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    meeting = {"treaty": "CCM", "name": "10MSP", "kind": "msp", "starts_on": "2022-05-15"}
    await post(isu, "/deadlines/meetings/CCM-10MSP", **meeting)
    receipt = await post(isu, f"{OBLIGATION}/extension-requests", **LODGING)
    found = await get(isu, OBLIGATION, after=receipt["token"])
    (request,) = found["requests"]
    assert (request["due_by"], request["late"], request["pending"]) == ("2021-08-15", True, True)
    assert request["missing_parts"] == list("abcdefghi")
    assert found["status"] == "overdue_request_pending"


async def test_a_day_beyond_the_cap_is_refused_with_the_last_day_allowed(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    beyond = LODGING | {"asked_until": "2028-08-01"}
    problem = await post(isu, f"{OBLIGATION}/extension-requests", 422, **beyond)
    (fault,) = problem["errors"]
    assert fault["field"] == "asked_until"
    assert "2027-08-01" in fault["allowed"]


async def test_a_decision_is_recorded_by_the_isu_only(system: TestSystem) -> None:
    await a_dated_obligation(system)
    state, isu = system.client("state", "XXA"), system.client("isu")
    await post(state, f"{OBLIGATION}/extension-requests", **LODGING)
    decision = {
        **DUTY,
        "sequence": 1,
        "outcome": "granted_less",
        "body": "10MSP",
        "mode": "silence_procedure",
        "decided_on": "2022-07-20",
        "granted_until": "2023-12-31",
    }
    await post(state, f"{OBLIGATION}/decisions", 403, **decision)
    receipt = await post(isu, f"{OBLIGATION}/decisions", **decision)
    found = await get(state, OBLIGATION, after=receipt["token"], on="2023-01-01")
    assert (found["deadline_in_force"], found["status"]) == ("2023-12-31", "open")
    await post(isu, f"{OBLIGATION}/decisions", 409, **decision | {"granted_until": "2024-01-31"})


async def test_a_request_is_questioned_answered_and_taken_back(system: TestSystem) -> None:
    await a_dated_obligation(system)
    state, isu = system.client("state", "XXA"), system.client("isu")
    await post(state, f"{OBLIGATION}/extension-requests", **LODGING)
    question = {**DUTY, "sequence": 1, "question": "q1", "text": "How many teams?", "put_on": "2021-10-01"}
    assert (await state.post(f"{OBLIGATION}/questions", json=question)).status_code == 403
    assert (await isu.post(f"{OBLIGATION}/questions", json=question)).status_code == 201
    answer = {**DUTY, "sequence": 1, "question": "q1", "text": "Twelve.", "answered_on": "2021-11-01"}
    assert (await state.post(f"{OBLIGATION}/answers", json=answer)).status_code == 201
    back = {**DUTY, "sequence": 1, "reason": "a revised request follows"}
    receipt = (await state.post(f"{OBLIGATION}/extension-withdrawals", json=back)).json()
    (request,) = (await get(state, OBLIGATION, after=receipt["token"]))["requests"]
    assert (request["granted"], request["pending"]) == (False, False)
    assert [len(request[part]) for part in ("questions", "answers")] == [1, 1]


async def test_completion_is_a_declaration_and_a_later_find_opens_again(system: TestSystem) -> None:
    await a_dated_obligation(system)
    state = system.client("state", "XXA")
    seen = []
    for path, body in (
        ("work-finished", {"finished_on": "2021-05-01"}),
        ("declaration", {"declared_on": "2021-06-01", "meeting": "10MSP"}),
        ("later-finds", {"found_on": "2023-02", "area_m2": "1200"}),
    ):
        receipt = await post(state, f"{OBLIGATION}/{path}", **DUTY, **body)
        seen.append((await get(state, OBLIGATION, after=receipt["token"]))["status"])
    assert seen == ["work_finished_not_declared", "declared", "reopened"]
    assert (await get(state, OBLIGATION))["deadline_in_force"] == "2022-08-01"


async def test_what_has_not_happened_cannot_be_recorded_as_done(system: TestSystem) -> None:
    await a_dated_obligation(system)
    problem = await post(
        system.client("state", "XXA"), f"{OBLIGATION}/declaration", 422, **DUTY, declared_on="2027-01-01"
    )
    assert problem["errors"][0]["field"] == "declared_on"


async def test_days_centuries_away_are_refused_and_not_reckoned_with(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    far = {"starts_on": "9999-12-31"}
    problem = await post(isu, "/deadlines/meetings/CCM-99MSP", 422, treaty="CCM", name="99MSP", kind="msp", **far)
    assert problem["errors"][0]["field"] == "starts_on"
    await post(isu, f"{OBLIGATION}/extension-requests", 422, **LODGING | {"asked_until": "9999-12-31"})
    for path in ("obligations", "obligations/CCM-XXA-4", "due", "reporting", "reporting/CCM-XXA"):
        assert (await isu.get(f"/deadlines/{path}", params={"on": "9999-12-31"})).status_code == 422
        assert (await isu.get(f"/deadlines/{path}", params={"on": "2100-12-31"})).status_code == 200
        assert (await isu.get(f"/deadlines/{path}", params={"on": "1900-01-01"})).status_code == 200
    assert (await isu.get("/deadlines/dates?treaty=CCM&deposited_on=9999-12-31")).status_code == 422


async def test_the_body_must_speak_of_the_obligation_in_the_address(system: TestSystem) -> None:
    problem = await post(system.client("isu"), "/deadlines/obligations/CCM-XXB-4", 422, **DUTY)
    assert problem["errors"][0]["allowed"] == "CCM-XXB-4"


async def test_figures_and_statuses_stand_with_their_sources(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    figure = {**DUTY, "metric": "remaining_cha_m2", "value": "1900000", "unit": "m2", "period": "2025"}
    await post(system.client("state", "XXA"), f"{OBLIGATION}/figures", **figure)
    await post(isu, f"{OBLIGATION}/figures", **figure | {"value": "2300000"})
    receipt = await post(isu, f"{OBLIGATION}/statuses", **DUTY, status="not_on_track", as_of="2025-12")
    found = await get(isu, OBLIGATION, after=receipt["token"])
    assert [one["said"]["value"] for one in found["figures"]] == ["1900000", "2300000"]
    assert found["figures"][0]["link"].startswith("deadlines/obligation-CCM-XXA-4@")
    assert found["stated_status"] == "not_on_track"


async def test_the_same_key_sent_twice_is_done_once(system: TestSystem) -> None:
    await a_dated_obligation(system)
    state = system.client("state", "XXA")
    body = {"statement": SAID, **LODGING}
    answers = [
        await state.post(f"{OBLIGATION}/extension-requests", json=body, headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[1].json()["replayed"]


async def test_obligations_are_found_by_state_treaty_article_date_status_and_lateness(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    other = {"treaty": "APMBC", "state": "XXB", "article": "5"}
    deadline = {"deadline": "2030-03-01"}
    await post(isu, "/deadlines/obligations/APMBC-XXB-5/original-deadline", **other, **deadline)
    await system.settle()

    async def ids(**query: Any) -> list[str]:
        return [one["id"] for one in (await get(isu, "/deadlines/obligations", **query))["items"]]

    assert await ids() == ["APMBC-XXB-5", "CCM-XXA-4"]
    assert await ids(state="XXA") == await ids(treaty="CCM") == await ids(article="4") == ["CCM-XXA-4"]
    assert await ids(status="overdue") == await ids(late=True) == await ids(due_before="2022-08-01") == ["CCM-XXA-4"]
    assert await ids(status="open") == await ids(late=False) == await ids(due_after="2022-08-02") == ["APMBC-XXB-5"]


async def test_due_dates_come_in_the_order_of_their_days(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    meeting = {"treaty": "CCM", "name": "10MSP", "kind": "msp", "starts_on": "2022-05-15"}
    await post(isu, "/deadlines/meetings/CCM-10MSP", **meeting)
    await system.settle()
    found = await get(isu, "/deadlines/due", on="2021-07-01", due_after="2021-07-01")
    assert [(one["kind"], one["due_on"]) for one in found["items"]] == [
        ("lodging", "2021-08-15"),
        ("annual_report", "2022-04-30"),
        ("deadline", "2022-08-01"),
    ]
    late = await get(isu, "/deadlines/due", on="2021-07-01", late=True)
    assert {one["kind"] for one in late["items"]} == {"initial_report", "annual_report"}
    only = await get(isu, "/deadlines/due", kind="deadline", state="XXA", treaty="CCM", article="4", status="overdue")
    assert [(one["late"], one["thing"]) for one in only["items"]] == [(True, OBLIGATION)]
    everything = (await get(isu, "/deadlines/due"))["items"]
    assert {one["article"] for one in everything} == {"4", "7"}
    for part in ({"state": "XXA"}, {"treaty": "APMBC"}, {"article": "7"}, {"article": "4", "late": True}):
        found = (await get(isu, "/deadlines/due", **part))["items"]
        assert found == [one for one in everything if all(one[name] == value for name, value in part.items())]


async def test_a_state_reports_for_itself(system: TestSystem) -> None:
    await a_dated_obligation(system)
    path = "/deadlines/reporting/CCM-XXA"
    report = {"treaty": "CCM", "state": "XXA", "kind": "annual", "period_year": 2025, "received_on": "2026-05-01"}
    await post(system.client("state", "XXB"), f"{path}/reports", 403, **report)
    receipt = await post(system.client("state", "XXA"), f"{path}/reports", **report)
    found = await get(system.client(), path, after=receipt["token"])
    by_year = {one["period_year"]: one["standing"] for one in found["annual"]}
    assert (by_year[2025], by_year[2024]) == ("late", "outstanding")
    assert found["initial"]["due_on"] == "2013-01-28"
    reason = {"treaty": "CCM", "state": "XXA", "kind": "annual", "period_year": 2024, "reason": "staff_shortage"}
    receipt = await post(system.client("state", "XXA"), f"{path}/explanations", **reason)
    listed = await get(system.client(), "/deadlines/reporting", missing=True, after=receipt["token"])
    assert [one["id"] for one in listed["items"]] == ["CCM-XXA"]


async def test_membership_and_withdrawal_are_recorded_by_the_isu(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    left = {"treaty": "CCM", "state": "XXA", "received_on": "2024-09-06"}
    await post(system.client("state", "XXA"), "/deadlines/parties/CCM-XXA/withdrawal", 403, **left)
    await post(isu, "/deadlines/parties/CCM-XXA/withdrawal", **left)
    await system.settle()
    await system.sweep()
    await system.settle()
    found = await get(isu, "/deadlines/parties/CCM-XXA")
    assert (found["withdrawal_effective_on"], found["bound"]) == ("2025-03-06", False)
    assert (await get(isu, OBLIGATION))["status"] == "ended"
    assert [one["id"] for one in (await get(isu, "/deadlines/parties", treaty="CCM"))["items"]] == ["CCM-XXA"]


async def test_meetings_are_planned_moved_and_held(system: TestSystem) -> None:
    isu, path = system.client("coordinator"), "/deadlines/meetings/CCM-2RC"
    meeting = {"treaty": "CCM", "name": "2RC"}
    await post(isu, path, **meeting, kind="rc", starts_on="2020-11-23", ends_on="2020-11-27")
    await post(isu, f"{path}/move", **meeting, starts_on="2021-09-20", ends_on="2021-09-21", reason="pandemic")
    await post(isu, f"{path}/held", 403, **meeting, starts_on="2021-09-20", ends_on="2021-09-21")
    held = await post(system.client("isu"), f"{path}/held", **meeting, starts_on="2021-09-20", ends_on="2021-09-21")
    found = await get(isu, path, after=held["token"])
    assert (found["starts_on"], found["first_planned_on"], found["held"]) == ("2021-09-20", "2020-11-23", True)
    listed = await get(isu, "/deadlines/meetings", treaty="CCM", kind="rc", starts_after="2021-01-01")
    assert [one["id"] for one in listed["items"]] == ["CCM-2RC"]
    assert (await get(isu, "/deadlines/meetings", starts_before="2021-01-01"))["items"] == []


async def test_hostilities_stop_the_clock_until_they_end(system: TestSystem) -> None:
    isu, path = system.client("isu"), f"{OBLIGATION}-war"
    war = {**DUTY, "clock": "war", "name": "War"}
    receipt = await post(isu, f"{path}/hostilities", **war)
    found = await get(isu, path, after=receipt["token"])
    assert (found["deadline_in_force"], found["waits_for_end_of_hostilities"]) == (None, True)
    over = {"ended_on": "2024-05-01", "statement": SAID | {"stated_on": "2024-06"}}
    receipt = await post(isu, f"{path}/hostilities", **war | over)
    assert (await get(isu, path, after=receipt["token"]))["deadline_in_force"] == "2034-05-01"


async def test_every_date_that_follows_from_a_deposit_is_reckoned_openly(system: TestSystem) -> None:
    answer = await system.client().get("/deadlines/dates", params={"treaty": "CCM", "deposited_on": "2023-02-28"})
    assert [one["due"] for one in answer.json()][:2] == ["2023-08-01", "2024-01-28"]


async def test_other_statements_are_recorded_by_the_isu(system: TestSystem) -> None:
    isu = await a_dated_obligation(system)
    told = {**DUTY, "sequence": 1, "granted_until": "2025-08-01", "granted": True, "decided_at": "10MSP"}
    await post(system.client("state", "XXA"), f"{OBLIGATION}/extension-statements", 403, **told)
    await post(isu, f"{OBLIGATION}/extension-statements", **told)
    receipt = await post(isu, f"{OBLIGATION}/completion-statements", **DUTY, completed_on="2024-06")
    found = await get(isu, OBLIGATION, after=receipt["token"])
    assert (found["deadline_in_force"], found["status"]) == ("2025-08-01", "work_finished_not_declared")
    assert found["requests"][0]["sources"][0]["link"].startswith("deadlines/obligation-CCM-XXA-4@")
    measure = {"treaty": "CCM", "state": "XXA", "article": "9"}
    receipt = await post(isu, "/deadlines/obligations/CCM-XXA-9/measures", **measure, status="specific_law")
    law = await get(isu, "/deadlines/obligations/CCM-XXA-9", after=receipt["token"])
    assert law["measures"][0]["said"]["status"] == "specific_law"
    total = {"treaty": "CCM", "metric": "states_parties", "value": "112", "unit": "states"}
    receipt = await post(isu, "/deadlines/totals/CCM", **total)
    printed = await get(isu, "/deadlines/totals/CCM", after=receipt["token"])
    assert printed["totals"][0]["said"]["value"] == "112"
    stated = {"treaty": "CCM", "state": "XXA", "kind": "annual", "period_year": 2020, "status": "late"}
    await post(isu, "/deadlines/reporting/CCM-XXA/statements", **stated)
    met = {"treaty": "CCM", "name": "9MSP", "kind": "msp", "starts_on": "2019-09-02"}
    await post(isu, "/deadlines/meetings/CCM-9MSP/statements", **met)
