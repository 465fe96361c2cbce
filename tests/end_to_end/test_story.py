"""One story, told alike in one process and in many: a State asks, two donors pledge at once, money goes round."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import WAYS, Running, comes, read, running, send

REQUEST = "/requests/story-1"
ASKED = {
    "state": "XXA",
    "obligations": [{"treaty": "CCM", "article": "4"}],
    "needs": [
        {
            "line": "clearance",
            "kind": "clearance",
            "description": "two teams for a season",
            "amount": {"amount": "100", "currency": "USD"},
            "treaty": "CCM",
            "article": "4",
        }
    ],
}


@pytest.fixture(
    params=[pytest.param(way, marks=[pytest.mark.distributed] if way != "embedded" else []) for way in WAYS]
)
async def system(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(request.param, tmp_path) as it:
        yield it


async def announce(system: Running, donor: str, amount: str) -> dict[str, Any]:
    target = {"kind": "need_line", "request": "story-1", "line": "clearance"}
    terms = {"donor": donor, "target": target, "amount": {"amount": amount, "currency": "USD"}}
    async with system.client("donor", donor) as client:
        body = {"terms": terms, "announced_on": "2026-11-20"}
        return await send(client, f"/pledges/{donor}-1/announcement", body)


async def duty_of_xxa(system: Running) -> None:
    source = {"source": "https://example.org/exercise"}
    party = {"treaty": "CCM", "state": "XXA", "name": "Exercise State XXA", "action": "ratification"}
    duty = {"treaty": "CCM", "state": "XXA", "article": "4", "clock": "", "statement": source}
    async with system.client("isu") as isu:
        await send(isu, "/deadlines/parties/CCM-XXA", {**party, "deposited_on": "2017-09-10", "statement": source})
        await send(isu, "/deadlines/obligations/CCM-XXA-4", duty)


async def test_a_request_two_donors_at_once_and_what_everybody_sees_of_it(system: Running) -> None:
    await duty_of_xxa(system)
    async with system.client("state", "XXA") as state:
        submitted = await send(state, f"{REQUEST}/submission", {"content": ASKED}, key="once")
        again = await send(state, f"{REQUEST}/submission", {"content": ASKED}, key="once")
        assert (submitted["replayed"], again["replayed"]) == (False, True)
        assert (submitted["stream"], submitted["seq"]) == (again["stream"], again["seq"])
        # Its own write, at once, by the token of the receipt.
        own = await read(state, REQUEST, after=submitted["token"])
        assert own["lines"][0]["open"]["amount"] == "100.00"

    receipts = await asyncio.gather(announce(system, "norway", "60"), announce(system, "ireland", "70"))

    async with system.client() as public:
        for donor, receipt in zip(("norway", "ireland"), receipts, strict=True):
            pledge = await read(public, f"/pledges/{donor}-1", after=receipt["token"])
            assert pledge["ladder"]["announced"]["amount"] in ("60.00", "70.00")

        # Never more than was asked for; what is over comes back to whoever was second.
        request = await comes(public, REQUEST, lambda shown: shown["lines"][0]["open"]["amount"] == "0.00")
        assert request["lines"][0]["allocated"]["amount"] == "100.00"
        books = []
        for donor in ("norway", "ireland"):
            path = f"/pledges/{donor}-1"
            settled = await comes(public, path, lambda shown: shown["books"]["awaited"]["amount"] == "0.00")
            books.append(settled["books"])
        assert sum(float(one["allocated"]["amount"]) for one in books) == 100
        assert sum(float(one["free"]["amount"]) for one in books) == 30

        def is_covered(ranking: Any) -> bool:
            rows = [row for row in ranking["rows"] if row["id"] == "CCM-XXA-4"]
            return bool(rows and rows[0]["help"] and rows[0]["help"][0]["covered"])

        ranking = await comes(public, "/insights/near-completion", is_covered)
        shown = next(row for row in ranking["rows"] if row["id"] == "CCM-XXA-4")["help"][0]
        assert (shown["asked"]["amount"], shown["open"]["amount"]) == ("100.00", "0.00")

        # Everybody can look up what was recorded, as it was recorded.
        history = await read(public, "/requests/history/request-story-1")
        kinds = [event["type"] for event in history["events"]]
        assert kinds[0] == "RequestSubmitted"
        assert (kinds.count("PledgeAllocated"), kinds.count("SurplusReturned")) == (2, 1)
