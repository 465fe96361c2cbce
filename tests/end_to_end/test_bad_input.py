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


async def test_a_donor_claims_no_country_but_its_own(system: TestSystem) -> None:
    registering = {"donor": "evil", "name": "Evil", "iso3": "USA"}
    evil = system.client("donor", "evil")
    before = await everything(system)
    refused = await evil.post("/pledges/donors/evil/registration", json=registering)
    assert refused.status_code == 403, refused.text
    (fault,) = refused.json()["errors"]
    assert fault["field"] == "iso3"
    assert "ISU" in fault["allowed"]
    assert await everything(system) == before
    unnamed = await evil.post("/pledges/donors/evil/registration", json={**registering, "iso3": None})
    assert unnamed.status_code == 201, unnamed.text
    given = {"donor": "USA", "amount": {"amount": "5", "currency": "USD"}, "period": "2020", "statement": SAID}
    before = await everything(system)
    for body in (given, {**given, "donor": None, "donor_name": "United States"}):
        assert (await evil.post("/pledges/assistance", json=body)).status_code == 403
    totals: tuple[tuple[str, dict[str, Any]], ...] = (
        ("donor-totals", {"donor": "USA", "donor_name": "USA", "year": 2020, "statement": SAID}),
        ("recipient-totals", {"recipient": "XXA", "year": 2020, "statement": SAID}),
        ("world-totals", {"year": 2020, "usd_million": "1", "statement": SAID}),
    )
    for kind, total in totals:
        assert (await evil.post(f"/pledges/support/{kind}", json=total)).status_code == 403
    assert await everything(system) == before


async def test_a_donor_state_names_its_own_country_and_the_isu_any(system: TestSystem) -> None:
    own = {"donor": "XXM", "name": "Exercise M", "iso3": "XXM"}
    north = system.client("donor", "XXM")
    assert (await north.post("/pledges/donors/XXM/registration", json=own)).status_code == 201
    named = {"donor": "fund", "name": "Fund", "iso3": "XXN"}
    assert (await system.client("isu").post("/pledges/donors/fund/registration", json=named)).status_code == 201
    given = {"donor": "XXM", "recipient": "XXA", "period": "2020", "statement": SAID}
    assert (await north.post("/pledges/assistance", json=given)).status_code == 201
    total = await north.post("/pledges/assistance", json={**given, "donor_name": "all donors"})
    assert total.status_code == 403
    assert total.json()["errors"][0]["field"] == "donor_name"


PROMISE = {"donor": "XXM", "target": {"kind": "unearmarked"}, "amount": {"amount": "10.00", "currency": "USD"}}
ACTS: list[tuple[str, dict[str, Any], str]] = [
    ("announcement", {"terms": PROMISE}, "announced_on"),
    ("confirmations", {}, "confirmed_on"),
    ("disbursements", {"disbursement": "d", "amount": {"amount": "1.00", "currency": "USD"}}, "disbursed_on"),
    ("fulfilment", {}, "fulfilled_on"),
]


@pytest.mark.parametrize(("path", "body", "field"), ACTS, ids=[act[0] for act in ACTS])
async def test_nothing_happens_to_a_pledge_in_the_future_or_long_ago(
    system: TestSystem, path: str, body: dict[str, Any], field: str
) -> None:
    donor = system.client("donor", "XXM")
    name = "P-1" if path == "announcement" else "P-0"
    announced = {"terms": PROMISE, "announced_on": "2026-11-20"}
    assert (await donor.post("/pledges/P-0/announcement", json=announced)).status_code == 201
    before = await everything(system)
    for day in ("0001-01-01", "1989-12-31", "2026-11-23", "2090-11-20", "2101-01-01", "9999-12-31"):
        answer = await donor.post(f"/pledges/{name}/{path}", json={**body, field: day})
        assert answer.status_code == 422, answer.text
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert await everything(system) == before


async def test_nobody_else_learns_of_a_draft_by_trying_to_write(system: TestSystem) -> None:
    donor, state = system.client("donor", "XXM"), system.client("state", "XXA")
    assert (await donor.post("/pledges/D-1/draft", json={"terms": PROMISE})).status_code == 201
    assert (await state.post("/requests/D-1/draft", json=REQUEST)).status_code == 201
    tries: list[tuple[Role, str, str, dict[str, Any]]] = [
        ("donor", "XXN", "/pledges/{}/confirmations", {"confirmed_on": "2026-11-20"}),
        ("donor", "XXN", "/pledges/{}/announcement", {"announced_on": "2026-11-20"}),
        ("state", "XXB", "/requests/{}/withdrawal", {"reason": "not mine"}),
        ("state", "XXB", "/requests/{}/submission", {}),
        ("state", "XXB", "/requests/{}/contact", {"name": "Nobody"}),
    ]
    for role, scope, path, body in tries:
        client = system.client(role, scope)
        there, absent = [await client.post(path.format(name), json=body) for name in ("D-1", "D-2")]
        assert (there.status_code, absent.status_code) == (404, 404)
        assert there.json()["detail"] == absent.json()["detail"]
    other = changed(REQUEST, "content.state", "XXB")
    taken = await system.client("state", "XXB").post("/requests/D-1/draft", json=other)
    assert taken.status_code == 409
    assert "XXA" not in taken.text


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
