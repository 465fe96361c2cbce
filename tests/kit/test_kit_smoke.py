"""The kit end to end on SQLite: a command over HTTP, its receipt, its view, its history."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from shared.auth.caller import Caller
from shared.auth.tokens import OwnTokens
from shared.clock import TurnableClock
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.http.app import service_app
from shared.kit import Kit
from shared.log.embedded import EmbeddedLog
from tests.kit.counting import build


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    clock = TurnableClock(datetime(2026, 11, 21, tzinfo=UTC))
    store = SqliteEventStore(tmp_path / "events.db")
    documents = SqliteDocuments(tmp_path / "views.db")
    kit = Kit("tallies", store, EmbeddedLog({"tallies": store}, documents), documents, clock)
    tokens = OwnTokens.from_file(tmp_path / "secret", clock)
    _, app = service_app(build(kit), tokens)
    await kit.start()
    headers = {"Authorization": f"Bearer {tokens.issue(Caller('desk', 'isu'))}"}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://test", headers=headers
    ) as http:
        yield http
    await kit.stop()


async def test_what_was_acknowledged_is_seen_by_whoever_shows_the_token(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/tallies/a/additions", json={"amount": 5})
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["token"] == "tallies/tally-a@1"
    assert answer.headers["etag"] == '"1"'
    shown = await client.get("/tallies/a", params={"after": receipt["token"]})
    assert shown.json() == {"name": "a", "total": 5, "additions": 1}


async def test_the_same_key_counts_once_and_another_body_under_it_is_refused(client: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await client.post("/tallies/a/additions", json={"amount": 5}, headers=key)
    again = await client.post("/tallies/a/additions", json={"amount": 5}, headers=key)
    other = await client.post("/tallies/a/additions", json={"amount": 6}, headers=key)
    assert (first.json()["replayed"], again.json()["replayed"]) == (False, True)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    shown = await client.get("/tallies/a", params={"after": again.json()["token"]})
    assert shown.json()["total"] == 5


async def test_a_stale_version_is_refused_and_says_which_is_the_present_one(client: httpx2.AsyncClient) -> None:
    await client.post("/tallies/a/additions", json={"amount": 5})
    stale = await client.post("/tallies/a/additions", json={"amount": 5}, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    assert stale.json()["errors"][0]["allowed"] == '"1"'


async def test_the_history_shows_what_happened_and_who_did_it(client: httpx2.AsyncClient) -> None:
    receipt = (await client.post("/tallies/a/additions", json={"amount": 5})).json()
    history = (await client.get("/tallies/history/tally-a", params={"after": receipt["token"]})).json()
    assert [(e["link"], e["type"], e["actor"], e["data"]) for e in history["events"]] == [
        ("tallies/tally-a@1.1", "Added", "isu:desk", {"amount": 5})
    ]


async def test_the_api_page_works_without_a_network(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/tallies/docs")).text
    assert "http://" not in page
    assert "https://" not in page
    assert (await client.get("/tallies/openapi.json")).json()["openapi"] == "3.1.0"


async def test_nobody_writes_without_signing_in(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/tallies/a/additions", json={"amount": 5}, headers={"Authorization": ""})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
