"""Inputs that once broke something, each by its name: none may do so again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from deploy.gateway import Gateway
from tests.system import TestSystem, embedded_system

SAID = {"source": "https://example.org/notice", "stated_on": "2020-01-01"}
DUTY = {"treaty": "CCM", "state": "XXA", "article": "4"}
LEFT = {"metric": "remaining_contamination_m2", "value": "2000000", "unit": "m2", "period": "2019"}
LARGEST = "999999999999999"
DAY = "2026-11-20"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path) as running:
        isu = running.client("isu")
        party = {**DUTY, "name": "Exercise A", "action": "ratification", "deposited_on": "2012-02-01"}
        del party["article"]
        answer = await isu.post("/deadlines/parties/CCM-XXA", json={**party, "statement": SAID})
        assert answer.status_code == 201, answer.text
        answer = await isu.post("/deadlines/obligations/CCM-XXA-4", json={**DUTY, "statement": SAID})
        assert answer.status_code == 201, answer.text
        await running.settle()
        yield running


def asking(*needs: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"state": "XXA", "obligations": [{"treaty": "CCM", "article": "4"}], "needs": list(needs)}}


def need(line: str, amount: str) -> dict[str, Any]:
    return {"line": line, "kind": "clearance", "amount": {"amount": amount, "currency": "USD"}}


async def submit(system: TestSystem, body: dict[str, Any], name: str = "R-1") -> int:
    answer = await system.client("state", "XXA").post(f"/requests/{name}/submission", json=body)
    await system.settle()
    return answer.status_code


async def test_an_address_that_cannot_be_read_breaks_no_list(system: TestSystem) -> None:
    body = {**DUTY, **LEFT, "statement": {**SAID, "source": "http://[x"}}
    answer = await system.client("isu").post("/deadlines/obligations/CCM-XXA-4/figures", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].startswith("statement.source")
    await system.settle()
    assert (await system.client().get("/insights/near-completion")).status_code == 200


async def many_pledges(system: TestSystem) -> None:
    assert await submit(system, asking(need("survey", "1300.00"))) == 201
    for number in range(130):
        donor = system.client("donor", f"donor-{number}")
        terms = {
            "donor": f"donor-{number}",
            "target": {"kind": "need_line", "request": "R-1", "line": "survey"},
            "amount": {"amount": "10.00", "currency": "USD"},
        }
        body = {"terms": terms, "announced_on": DAY}
        answer = await donor.post(f"/pledges/P-{number}/announcement", json=body)
        assert answer.status_code == 201, answer.text
    await system.settle()


async def given_back(system: TestSystem) -> int:
    commits = await system.stores["requests"].read("request-R-1", 0)
    return sum(record.type == "AllocationReleased" for commit in commits for record in commit.events)


async def test_a_withdrawal_gives_back_what_a_hundred_and_thirty_donors_promised(system: TestSystem) -> None:
    await many_pledges(system)
    answer = await system.client("state", "XXA").post("/requests/R-1/withdrawal", json={"reason": "Solved."})
    assert answer.status_code == 201, answer.text
    await system.settle()
    assert await given_back(system) == 130
    await nothing_is_parked(system)


async def test_so_does_a_revision_that_asks_for_next_to_nothing(system: TestSystem) -> None:
    await many_pledges(system)
    body = {**asking(need("survey", "1.00")), "reason": "Found smaller."}
    answer = await system.client("state", "XXA").post("/requests/R-1/revisions", json=body)
    assert answer.status_code == 201, answer.text
    await system.settle()
    assert await given_back(system) == 130
    await nothing_is_parked(system)


async def test_a_request_too_large_to_keep_is_refused_in_words(system: TestSystem) -> None:
    lines = [{**need(f"line-{number}", "10.00"), "description": "x" * 7_900} for number in range(100)]
    answer = await system.client("state", "XXA").post("/requests/R-1/submission", json=asking(*lines))
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"]
    await system.settle()
    assert (await system.client().get("/requests/R-1")).status_code == 404


async def test_sums_of_the_largest_amounts_can_be_read(system: TestSystem) -> None:
    assert await submit(system, asking(need("a", LARGEST), need("b", LARGEST))) == 201
    for path in ("/insights/gaps", "/insights/near-completion", "/requests/R-1", "/insights/states/XXA"):
        answer = await system.client().get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
    await nothing_is_parked(system)


@pytest.mark.parametrize("path", ["/insights/states/XXA%0A", "/insights/states/XXA%00", "/insights/states/%0AXXA"])
async def test_a_code_with_something_behind_it_is_no_code(system: TestSystem, path: str) -> None:
    assert (await system.client().get(path)).status_code == 422


async def test_half_a_character_is_refused_in_a_supposition(system: TestSystem) -> None:
    for clock in ("\\ud800", "\\udfff"):
        body = f'[{{"kind":"declaration","state":"XXA","treaty":"CCM","article":"4","clock":"{clock}"}}]'
        for sent in (body, f'{{"suppositions":{body}}}'):
            headers = {"Content-Type": "application/json"}
            answer = await system.client("isu").post("/insights/what-if", content=sent, headers=headers)
            assert answer.status_code in (400, 422), answer.text
            assert answer.headers["content-type"] == "application/problem+json"


async def test_asking_the_server_itself_for_its_options_reaches_no_service(system: TestSystem) -> None:
    reached: list[str] = []

    async def otherwise(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    for path in ("*", ""):
        scope: dict[str, Any] = {
            "type": "http",
            "method": "OPTIONS",
            "path": path,
            "raw_path": path.encode(),
            "headers": [],
        }
        await Gateway(system.apps, otherwise)(scope, receive, send)
    assert reached == ["*", ""]


async def nothing_is_parked(system: TestSystem) -> None:
    assert not [parked for service in system.services.values() for parked in service.kit.parking.all()]
