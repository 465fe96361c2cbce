"""A need and the pledges to it, through the real services: HTTP in, policies between, HTTP out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.pledges.domain.messages import PledgeOffered
from services.requests.domain.messages import AllocatePledge
from shared.auth.caller import system as by_rule
from tests.system import TestSystem, embedded_system

MONTENEGRO = {
    "state": "MNE",
    "obligations": [{"treaty": "CCM", "article": "4"}, {"treaty": "CCM", "article": "5"}],
    "needs": [
        {
            "line": "clearance-money",
            "kind": "financial",
            "description": "money to complete clearance",
            "amount": {"amount": "100", "currency": "EUR"},
            "treaty": "CCM",
            "article": "4",
        },
        {"line": "clearance-advice", "kind": "technical_expertise", "treaty": "CCM", "article": "4"},
        {"line": "va-plan", "kind": "victim_assistance_plan", "treaty": "CCM", "article": "5"},
    ],
}


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path, ("requests", "pledges")) as running:
        yield running


async def post(client: httpx2.AsyncClient, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def get(client: httpx2.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def to_line(line: str, request: str = "mne-1") -> dict[str, str]:
    return {"kind": "need_line", "request": request, "line": line}


async def announce(system: TestSystem, donor: str, pledge: str, **terms: Any) -> None:
    terms = {"donor": donor, "target": to_line("clearance-money"), **terms}
    async with system.client("donor", donor) as client:
        body = {"terms": terms, "announced_on": "2026-11-20"}
        await post(client, f"/pledges/{pledge}/announcement", body)


async def submit_montenegro(system: TestSystem) -> None:
    async with system.client("state", "MNE") as state:
        await post(state, "/requests/mne-1/submission", {"content": MONTENEGRO})


async def test_what_exceeds_the_need_comes_back_to_the_donor(system: TestSystem) -> None:
    await submit_montenegro(system)
    await announce(system, "norway", "n-1", amount=eur("60"))
    await system.settle()
    await announce(system, "ireland", "i-1", amount=eur("70"))
    await system.settle()
    async with system.client() as public:
        request = await get(public, "/requests/mne-1")
        ireland = await get(public, "/pledges/i-1")
    assert request["lines"][0]["allocated"]["amount"] == "100.00"
    assert request["lines"][0]["open"]["amount"] == "0.00"
    assert request["status"] == "partly_met"
    assert ireland["books"]["allocated"]["amount"] == "40.00"
    assert ireland["books"]["free"]["amount"] == "30.00"
    assert ireland["books"]["awaited"]["amount"] == "0.00"


async def test_every_need_of_montenegro_can_be_met_in_money_and_in_kind(system: TestSystem) -> None:
    await submit_montenegro(system)
    await announce(system, "norway", "n-1", amount=eur("100"))
    await announce(system, "italy", "it-1", target=to_line("clearance-advice"), in_kind="two advisers for a year")
    await announce(system, "austria", "a-1", target=to_line("va-plan"), in_kind="help with the plan")
    await system.settle()
    async with system.client() as public:
        assert (await get(public, "/requests/mne-1"))["status"] == "met"
        assert (await get(public, "/pledges/a-1"))["in_kind_answer"]["said"] == "accepted"
    async with system.client("donor", "italy") as italy:
        await post(italy, "/pledges/it-1/cancellation", {"reason": "advisers fell ill"})
    await system.settle()
    async with system.client() as public:
        assert (await get(public, "/requests/mne-1"))["status"] == "partly_met"


async def test_many_donors_at_once_never_give_more_than_is_asked(system: TestSystem) -> None:
    await submit_montenegro(system)
    donors = [f"donor-{number}" for number in range(12)]
    await asyncio.gather(*(announce(system, donor, f"p-{donor}", amount=eur("15.50")) for donor in donors))
    await system.settle()
    async with system.client() as public:
        line = (await get(public, "/requests/mne-1"))["lines"][0]
        books = [(await get(public, f"/pledges/p-{donor}"))["books"] for donor in donors]
    assert line["allocated"]["amount"] == "100.00"
    assert sum(float(one["allocated"]["amount"]) for one in books) == 100
    assert sum(float(one["free"]["amount"]) for one in books) == 12 * 15.50 - 100


async def test_redirected_money_leaves_one_need_and_reaches_the_other(system: TestSystem) -> None:
    await submit_montenegro(system)
    async with system.client("state", "MNE") as state:
        await post(state, "/requests/mne-2/submission", {"content": MONTENEGRO})
    await announce(system, "norway", "n-1", amount=eur("80"))
    await system.settle()
    async with system.client("donor", "norway") as norway:
        body = {"target": to_line("clearance-money", "mne-2"), "amount": eur("50"), "reason": "more pressing"}
        await post(norway, "/pledges/n-1/redirections", body)
    await system.settle()
    async with system.client() as public:
        first, second = await get(public, "/requests/mne-1"), await get(public, "/requests/mne-2")
        pledge = await get(public, "/pledges/n-1")
    assert (first["lines"][0]["allocated"]["amount"], second["lines"][0]["allocated"]["amount"]) == ("30.00", "50.00")
    assert pledge["books"]["allocated"]["amount"] == "80.00"
    assert [target["stands"]["amount"] for target in pledge["targets"]] == ["30.00", "50.00"]


async def test_a_request_withdrawn_gives_all_money_back(system: TestSystem) -> None:
    await submit_montenegro(system)
    await announce(system, "norway", "n-1", amount=eur("80"))
    await system.settle()
    async with system.client("state", "MNE") as state:
        await post(state, "/requests/mne-1/withdrawal", {"reason": "we found the money at home"})
    await system.settle()
    async with system.client() as public:
        pledge = await get(public, "/pledges/n-1")
        request = await get(public, "/requests/mne-1")
    assert pledge["books"]["free"]["amount"] == "80.00"
    assert pledge["steps"][0]["reason"] == "request_withdrawn"
    assert request["allocations"] == []


async def test_the_same_key_twice_is_one_pledge(system: TestSystem) -> None:
    await submit_montenegro(system)
    terms = {"donor": "norway", "target": to_line("clearance-money"), "amount": eur("60")}
    async with system.client("donor", "norway") as norway:
        body = {"terms": terms, "announced_on": "2026-11-20"}
        first = await post(norway, "/pledges/n-1/announcement", body, **{"Idempotency-Key": "k-1"})
        second = await post(norway, "/pledges/n-1/announcement", body, **{"Idempotency-Key": "k-1"})
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["seq"] == second["seq"]


async def test_an_offer_told_again_under_any_id_changes_nothing(system: TestSystem) -> None:
    await submit_montenegro(system)
    await announce(system, "norway", "n-1", amount=eur("60"))
    await system.settle()
    requests = system.services["requests"].kit.handlers["request"]
    offer = PledgeOffered.model_validate(
        {"donor": "norway", "attempt": 1, "request": "mne-1", "line": "clearance-money", "amount": eur("60")}
    )
    assert offer.amount is not None
    command = AllocatePledge(pledge="n-1", attempt=1, line=offer.line, amount=offer.amount)
    receipt = await requests.handle("mne-1", command, by_rule("told-again"), "another-id")
    assert receipt.events == ()


async def test_drafts_and_contacts_are_for_their_owner_and_the_isu(system: TestSystem) -> None:
    async with system.client("state", "MNE") as state:
        await post(state, "/requests/mne-9/draft", {"content": {"state": "MNE"}})
        await post(state, "/requests/mne-9/contact", {"name": "A. Person", "email": "a@example.org"})
        refused = await state.post("/requests/mne-9/submission", json={})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "content.needs"
    await system.settle()
    seen: dict[str, tuple[int, int, int]] = {}
    for role, scope in (("public", ""), ("donor", "norway"), ("state", "LAO"), ("state", "MNE"), ("isu", "")):
        async with system.client(role, scope) as client:  # type: ignore[arg-type]
            paths = ("/requests/mne-9", "/requests/mne-9/draft", "/requests/mne-9/contact")
            one, draft, contact = [(await client.get(path)).status_code for path in paths]
            seen[f"{role} {scope}".strip()] = (one, draft, contact)
    assert seen["public"] == (404, 404, 403)
    assert seen["donor norway"] == (404, 404, 403)
    assert seen["state LAO"] == (404, 404, 403)
    assert seen["state MNE"] == (404, 200, 200)
    assert seen["isu"] == (404, 200, 200)


async def test_nobody_asks_or_pledges_in_another_name(system: TestSystem) -> None:
    terms = {"donor": "norway", "target": to_line("clearance-money"), "amount": eur("60")}
    async with system.client("donor", "ireland") as ireland:
        answer = await ireland.post("/pledges/n-1/announcement", json={"terms": terms, "announced_on": "2026-11-20"})
        assert answer.status_code == 403
    async with system.client("state", "LAO") as lao:
        answer = await lao.post("/requests/mne-1/submission", json={"content": MONTENEGRO})
        assert answer.status_code == 403
    await submit_montenegro(system)
    async with system.client("state", "LAO") as lao:
        answer = await lao.post("/requests/mne-1/withdrawal", json={"reason": "mischief"})
        assert answer.status_code == 403


async def test_a_donors_year_can_be_listed_for_its_report(system: TestSystem) -> None:
    await submit_montenegro(system)
    async with system.client("isu") as isu:
        await post(isu, "/pledges/donors/norway/registration", {"donor": "norway", "name": "Norway", "iso3": "NOR"})
    async with system.client("donor", "norway") as norway:
        given = {
            "donor": "NOR",
            "recipient": "MNE",
            "amount": {"amount": "500", "currency": "NOK"},
            "period": "2026",
            "statement": {"source": "annual report"},
        }
        await post(norway, "/pledges/assistance", given)
    await announce(system, "norway", "n-1", amount=eur("60"))
    async with system.client("donor", "norway") as norway:
        await post(norway, "/pledges/n-1/confirmations", {"confirmed_on": "2026-11-20", "reference": "K-7"})
        paid = {"disbursement": "d-1", "amount": eur("25"), "disbursed_on": "2026-11-21"}
        await post(norway, "/pledges/n-1/disbursements", paid)
    await system.settle()
    async with system.client() as public:
        year = await get(public, "/pledges/donors/norway/assistance?year=2026")
        last_year = await get(public, "/pledges/donors/norway/assistance?year=2025")
    assert year["paid"] == [eur("25.00")]
    assert year["recorded_in_force"] == [{"amount": "500.00", "currency": "NOK"}]
    assert (last_year["recorded"], last_year["payments"]) == ([], [])


async def test_a_system_stopped_at_any_moment_finishes_the_conversation_later(tmp_path: Path) -> None:
    donors = [f"donor-{number}" for number in range(6)]
    async with embedded_system(tmp_path, ("requests", "pledges")) as running:
        await submit_montenegro(running)
        for donor in donors[:3]:
            await announce(running, donor, f"p-{donor}", amount=eur("30"))
    async with embedded_system(tmp_path, ("requests", "pledges")) as running:
        for donor in donors[3:]:
            await announce(running, donor, f"p-{donor}", amount=eur("30"))
    async with embedded_system(tmp_path, ("requests", "pledges")) as running:
        await running.settle()
        async with running.client() as public:
            line = (await get(public, "/requests/mne-1"))["lines"][0]
            books = [(await get(public, f"/pledges/p-{donor}"))["books"] for donor in donors]
    assert line["allocated"]["amount"] == "100.00"
    assert sum(float(one["allocated"]["amount"]) for one in books) == 100
    assert sum(float(one["free"]["amount"]) for one in books) == 80
    assert all(one["awaited"]["amount"] == "0.00" for one in books)
