"""Bad input of every kind gets a problem document that names the field and the rule, and changes nothing."""

from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from shared.auth.caller import Role
from tests.system import TestSystem, embedded_system

SAID = {"source": "https://example.org/notice", "stated_on": "2020-01-01"}
DUTY = {"treaty": "CCM", "state": "XXA", "article": "4"}
OBLIGATION = "/deadlines/obligations/CCM-XXA-4"
REQUEST = {
    "content": {
        "state": "XXA",
        "obligations": [{"treaty": "CCM", "article": "4"}],
        "needs": [{"line": "clearance", "kind": "financial", "amount": {"amount": "100.00", "currency": "EUR"}}],
    }
}
LODGING = {**DUTY, "lodged_on": "2021-09-01", "asked_until": "2025-08-01", "meeting": "10MSP", "statement": SAID}
PARTY = {
    "treaty": "CCM", "state": "XXB", "name": "Exercise B", "action": "ratification", "deposited_on": "2012-02-01",
    "statement": SAID,
}  # fmt: skip


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path, names=["deadlines", "requests", "pledges"]) as running:
        isu = running.client("isu")
        party = {**PARTY, "state": "XXA", "name": "Exercise A"}
        assert (await isu.post("/deadlines/parties/CCM-XXA", json=party)).status_code == 201
        assert (await isu.post(OBLIGATION, json={**DUTY, "statement": SAID})).status_code == 201
        state = running.client("state", "XXA")
        assert (await state.post("/requests/R-0/submission", json=REQUEST)).status_code == 201
        await running.settle()
        yield running


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same body with another value at a dotted path."""
    new = deepcopy(body)
    *parents, last = path.split(".")
    inside: Any = new
    for part in parents:
        inside = inside[int(part) if part.isdigit() else part]
    inside[last] = value
    return new


AMOUNT = "content.needs.0.amount.amount"

BAD = [
    ("an unknown country", "/requests/R-1/submission", changed(REQUEST, "content.state", "XY1"), 422, "content.state"),
    ("a lower-case code", "/requests/R-1/submission", changed(REQUEST, "content.state", "lao"), 422, "content.state"),
    (
        "an article that the treaty does not have",
        "/requests/R-1/submission",
        changed(REQUEST, "content.obligations.0.article", "6"),
        422,
        "content.obligations.0.article",
    ),
    (
        "an article of the other treaty",
        "/deadlines/obligations/APMBC-XXA-3",
        {"treaty": "APMBC", "state": "XXA", "article": "3", "statement": SAID},
        422,
        "article",
    ),
    ("negative money", "/requests/R-1/submission", changed(REQUEST, AMOUNT, "-1.00"), 422, AMOUNT),
    ("money as a float", "/requests/R-1/submission", changed(REQUEST, AMOUNT, 100.1), 422, AMOUNT),
    ("money as a JSON number", "/requests/R-1/submission", changed(REQUEST, AMOUNT, 100), 422, AMOUNT),
    ("money in scientific notation", "/requests/R-1/submission", changed(REQUEST, AMOUNT, "1e5"), 422, AMOUNT),
    (
        "money finer than its currency",
        "/requests/R-1/submission",
        changed(REQUEST, AMOUNT, "100.001"),
        422,
        "content.needs.0.amount",
    ),
    (
        "an unknown currency",
        "/requests/R-1/submission",
        changed(REQUEST, "content.needs.0.amount.currency", "EUX"),
        422,
        "content.needs.0.amount.currency",
    ),
    (
        "an extension beyond the cap",
        f"{OBLIGATION}/extension-requests",
        changed(LODGING, "asked_until", "2027-08-02"),
        422,
        "asked_until",
    ),
    (
        "a date before entry into force",
        f"{OBLIGATION}/work-finished",
        {**DUTY, "finished_on": "2011-01-01", "statement": SAID},
        422,
        "finished_on",
    ),
    (
        "a day that is not in the calendar",
        f"{OBLIGATION}/work-finished",
        {**DUTY, "finished_on": "2022-02-30", "statement": SAID},
        422,
        "finished_on",
    ),
    ("a NUL", "/requests/R-1/submission", changed(REQUEST, "content.obstacle", "a\x00b"), 422, "content.obstacle"),
    (
        "an escape sequence",
        "/requests/R-1/submission",
        changed(REQUEST, "content.obstacle", "\x1b[2Jgone"),
        422,
        "content.obstacle",
    ),
    (
        "a right-to-left override",
        "/requests/R-1/submission",
        changed(REQUEST, "content.obstacle", "abc\u202edcb"),
        422,
        "content.obstacle",
    ),
    ("a field that nobody knows", "/requests/R-1/submission", {**REQUEST, "urgent": True}, 422, "urgent"),
    ("no needs at all", "/requests/R-1/submission", changed(REQUEST, "content.needs", []), 422, "content.needs"),
    ("someone else's path", "/deadlines/obligations/CCM-XXB-4", {**DUTY, "statement": SAID}, 422, None),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status", "field"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
async def test_bad_input_is_named_and_changes_nothing(
    system: TestSystem, path: str, body: dict[str, Any], status: int, field: str | None
) -> None:
    before = await everything(system)
    answer = await system.client("isu").post(path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["title"]
    assert problem["detail"]
    if field is not None:
        named = [fault["field"] for fault in problem["errors"]]
        assert any(name == field or name.startswith(f"{field}.") for name in named), problem
    assert await everything(system) == before


@pytest.mark.parametrize(
    ("role", "scope", "path", "body"),
    [
        ("state", "XXB", "/requests/R-2/submission", REQUEST),
        ("donor", "XXM", "/requests/R-2/submission", REQUEST),
        ("coordinator", "", "/requests/R-2/submission", REQUEST),
        ("state", "XXA", "/deadlines/parties/CCM-XXB", PARTY),
        ("state", "XXB", f"{OBLIGATION}/extension-requests", LODGING),
        ("state", "XXB", "/requests/R-0/withdrawal", {"reason": "not mine"}),
    ],
)
async def test_a_wrong_role_or_someone_elses_state_is_told_who_may(
    system: TestSystem, role: Role, scope: str, path: str, body: dict[str, Any]
) -> None:
    before = await everything(system)
    answer = await system.client(role, scope).post(path, json=body)
    assert answer.status_code == 403, answer.text
    assert answer.json()["detail"]
    assert await everything(system) == before


async def test_nobody_writes_without_signing_in(system: TestSystem) -> None:
    before = await everything(system)
    answer = await system.client().post("/requests/R-2/submission", json=REQUEST)
    assert answer.status_code == 401
    assert await everything(system) == before


async def test_a_stale_version_and_a_key_used_again_are_refused(system: TestSystem) -> None:
    state = system.client("state", "XXA")
    stale = await state.post("/requests/R-0/withdrawal", json={"reason": "done"}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    key = {"Idempotency-Key": "one"}
    assert (await state.post("/requests/R-3/submission", json=REQUEST, headers=key)).status_code == 201
    before = await everything(system)
    other = changed(REQUEST, AMOUNT, "200.00")
    again = await state.post("/requests/R-3/submission", json=other, headers=key)
    assert again.status_code == 422
    assert again.json()["errors"][0]["field"] == "Idempotency-Key"
    assert await everything(system) == before


async def test_a_body_over_a_mebibyte_is_refused(system: TestSystem) -> None:
    before = await everything(system)
    huge = changed(REQUEST, "content.obstacle", "x" * 2_000_000)
    answer = await system.client("state", "XXA").post("/requests/R-4/submission", json=huge)
    assert answer.status_code == 413
    assert await everything(system) == before


async def everything(system: TestSystem) -> list[tuple[str, str]]:
    """Every commit of every service: where it stands and its hash."""
    await system.settle()
    return [
        (f"{name}/{commit.stream}@{commit.seq}", commit.hash)
        for name, store in system.stores.items()
        for commit in await store.scan(0, 10_000)
    ]
