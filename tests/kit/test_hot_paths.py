"""What was made fast is still said, still checked, still kept."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from shared.auth.caller import Caller
from shared.auth.tokens import BadToken, OwnTokens
from shared.clock import TurnableClock
from shared.commits import commit_from
from shared.documents import Collection, Put
from shared.documents.sqlite import SqliteDocuments
from tests.contract_suites.commits import following
from tests.kit.world import A_DAY, world


async def test_what_is_read_by_hand_stands_in_the_contract(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.client(None) as client:
        paths = (await client.get("/tallies/openapi.json")).json()["paths"]
    adds, shows = paths["/tallies/{id}/additions"]["post"], paths["/tallies/{id}"]["get"]
    assert [one["name"] for one in adds["parameters"]] == ["id", "idempotency-key", "if-match"]
    assert [one["name"] for one in shows["parameters"]] == ["id", "after"]
    assert adds["security"] == shows["security"] == [{"HTTPBearer": []}]
    assert adds["parameters"][1]["schema"]["anyOf"][0]["pattern"] == r"^[\x21-\x7e]{1,255}$"


@pytest.mark.parametrize(
    ("name", "value"), [("Idempotency-Key", "two words"), ("Idempotency-Key", "x" * 256), ("If-Match", "4")]
)
async def test_a_header_without_the_right_form_is_refused_by_its_name(tmp_path: Path, name: str, value: str) -> None:
    async with world(tmp_path) as here, here.client("isu", "", **{name: value}) as client:
        answer = await client.post("/tallies/a/additions", json={"amount": 1})
        assert await here.history("tallies") == []
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [f"header.{name.lower()}"]


async def test_too_many_tokens_to_wait_for_are_refused_by_name(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.client() as client:
        answer = await client.get("/tallies/a", params={"after": "x" * 4_001})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.after")


def test_a_token_that_was_good_before_runs_out_nevertheless() -> None:
    clock = TurnableClock(A_DAY)
    tokens = OwnTokens(b"x" * 32, clock)
    token = tokens.issue(Caller("desk", "isu"), timedelta(minutes=1))
    assert tokens.caller(token) == tokens.caller(token) == Caller("desk", "isu")
    clock.turn(timedelta(minutes=1))
    with pytest.raises(BadToken, match="run out"):
        tokens.caller(token)


def test_a_sealed_commit_reads_back_as_it_was() -> None:
    first = following(None)
    assert commit_from(first.body(), first.hash) == first
    assert first.at_position(7).position == 7
    assert first.at_position(7).body() == first.body()


async def test_one_moved_document_among_many_is_told_and_the_others_are_written(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    await documents.declare(Collection("things"))
    await documents.write([Put("things", str(n), {"n": n}, 0) for n in range(5)])
    await documents.write([Put("things", "3", {"n": 33}, 1)])
    made = await documents.write([Put("things", str(n), {"n": -n}, 1) for n in range(5)])
    assert made == [True, True, True, False, True]
    again = await documents.write([Put("things", str(n), {"n": n}, 0) for n in (7, 0, 8)])
    assert again == [True, False, True]
    found = await documents.get("things", [str(n) for n in range(9)])
    await documents.close()
    assert {id_: (one.revision, one.body["n"]) for id_, one in found.items()} == {
        "0": (2, 0),
        "1": (2, -1),
        "2": (2, -2),
        "3": (2, 33),
        "4": (2, -4),
        "7": (1, 7),
        "8": (1, 8),
    }


async def test_the_place_is_kept_soon_after_nothing_more_comes(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        for _ in range(5):
            await here.add("a", 1)
        end = await here.stores["tallies"].end()
        async with asyncio.timeout(60):
            while True:
                kept = await here.tallies.documents.get("places", ["tallies.tallies"])
                if kept and kept["tallies.tallies"].body["position"] == end:
                    break
                await asyncio.sleep(0.01)
