"""Requests nobody should send: each is answered with a problem document, and none breaks anything."""

import json
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.types import Message

from shared.http.edge import LARGEST_BODY
from tests.kit.world import World

JSON = {"Content-Type": "application/json"}
HOSTILE = {
    "malformed": (b'{"amount": ', 422),
    "empty": (b"", 422),
    "not an object": (b"[1, 2]", 422),
    "null": (b"null", 422),
    "not a number": (b'{"amount": NaN}', 422),
    "infinite": (b'{"amount": 1e999}', 422),
    "text for a number": (b'{"amount": "many"}', 422),
    "fraction": (b'{"amount": 1.5}', 422),
    "beyond 64 bits": (b'{"amount": 99999999999999999999999999}', 422),
    "ten thousand digits": (b'{"amount": ' + b"9" * 10_000 + b"}", 400),
    "unknown field": (b'{"amount": 1, "colour": "red"}', 422),
    "nested a hundred deep": (b'{"amount": ' + b"[" * 100 + b"]" * 100 + b"}", 422),
    "nested very deep": (b'{"amount": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", 400),
    "objects nested very deep": (b'{"amount":' * 60_000 + b"1" + b"}" * 60_000, 400),
    "not UTF-8": (b'{"amount": "\xff\xfe"}', 400),
    "another encoding": ('{"amount": 1}'.encode("utf-16-le")[:7], 400),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
async def test_a_hostile_body_is_refused_as_a_problem(here: World, what: str) -> None:
    body, status = HOSTILE[what]
    async with here.client() as http:
        answer = await http.post("/tallies/a/additions", content=body, headers=JSON)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert {"type", "title", "status", "detail"} <= set(answer.json())
        assert len(answer.content) < 5_000
        assert (await http.post("/tallies/a/additions", json={"amount": 1})).json()["seq"] == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense", ""])
async def test_another_content_type_is_refused(here: World, kind: str) -> None:
    async with here.client() as http:
        headers = {"Content-Type": kind} if kind else {}
        answer = await http.post("/tallies/a/additions", content=b'{"amount": 1}', headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert await here.history("tallies") == []


@pytest.mark.parametrize(
    "words", ["nul\x00", "bell\x07", "escape\x1b[31m", "c1\x85", "turned\u202e around", "\ud800"], ids=repr
)
async def test_control_characters_are_refused_and_echoed_harmlessly(here: World, words: str) -> None:
    async with here.client() as http:
        answer = await http.post("/echoes/a/whispers", content=json.dumps({"words": words}).encode(), headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "words"
    assert all(character.isprintable() for character in answer.text)


async def test_line_feeds_and_all_scripts_are_welcome(here: World) -> None:
    words = "първа\nຄໍາ\tالعربية 中文 🕊"
    async with here.client() as http:
        assert (await http.post("/echoes/a/whispers", json={"words": words})).status_code == 201
    assert (await here.history("echoes"))[0].events[0].data["words"] == words


@pytest.mark.parametrize("id_", ["a%00b", "a%0ab", "%2e%2e", "-a", "a b", "x" * 129, "a%2fb", "ü"])
async def test_strange_identities_are_refused(here: World, id_: str) -> None:
    async with here.client() as http:
        answer = await http.post(f"/tallies/{id_}/additions", json={"amount": 1})
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await here.history("tallies") == []


async def test_a_body_over_a_mebibyte_is_refused_before_it_is_read(here: World) -> None:
    async with here.client() as http:
        answer = await http.post("/tallies/a/additions", content=b"x" * (LARGEST_BODY + 1), headers=JSON)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert "X-Correlation-ID" in answer.headers


async def test_a_body_that_grows_over_a_mebibyte_without_saying_so_is_refused_too(here: World) -> None:
    sent = 0

    async def drip() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1_000):
            sent += 65_536
            yield b" " * 65_536

    async with here.client() as http:
        answer = await http.post("/tallies/a/additions", content=drip(), headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:article6:too-large")


async def test_a_lying_length_is_counted_all_the_same(here: World) -> None:
    token = here.client().headers["Authorization"].encode()
    parts = [b" " * 600_000, b" " * 600_000]
    status: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    headers = [(b"content-length", b"000000000000000010"), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/tallies/a/additions", "raw_path": b"/tallies/a/additions", "root_path": "", "query_string": b"",
        "headers": [*headers, (b"authorization", token)], "server": ("test", 80), "client": ("test", 1),
    }  # fmt: skip
    await here.app(scope, receive, send)
    assert status == [413]


async def test_unknown_paths_and_methods_are_problems(here: World) -> None:
    async with here.client() as http:
        assert (await http.get("/tallies/no/such/path")).status_code == 404
        wrong = await http.request("BREW", "/tallies/a/additions")
        assert (wrong.status_code, wrong.headers["content-type"]) == (405, "application/problem+json")


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "with space", "tab\t"])
async def test_an_unusable_key_is_refused(here: World, key: str) -> None:
    async with here.client() as http:
        answer = await http.post("/tallies/a/additions", json={"amount": 1}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422, answer.text
    assert await here.history("tallies") == []


@pytest.mark.parametrize("etag", ["4", '"x"', "*", 'W/"4"', '"-1"', '"1", "2"', '"99999999999"'])
async def test_an_unusable_version_is_refused(here: World, etag: str) -> None:
    async with here.client() as http:
        answer = await http.post("/tallies/a/additions", json={"amount": 1}, headers={"If-Match": etag})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "header.if-match"


async def test_a_correlation_id_travels_along_and_a_strange_one_is_replaced(here: World) -> None:
    async with here.client() as http:
        kept = await http.post("/tallies/a/additions", json={"amount": 1}, headers={"X-Correlation-ID": "visit-7"})
        replaced = await http.post("/tallies/a/additions", json={"amount": 1}, headers={"X-Correlation-ID": "a b;c"})
    assert kept.headers["X-Correlation-ID"] == "visit-7"
    assert replaced.headers["X-Correlation-ID"] != "a b;c"
    one, two = await here.history("tallies")
    assert (one.correlation_id, two.correlation_id) == ("visit-7", replaced.headers["X-Correlation-ID"])


async def test_every_answer_forbids_guessing_and_framing(here: World) -> None:
    async with here.client() as http:
        for answer in (await http.get("/tallies/nothing"), await http.post("/tallies/a/additions", json={"amount": 1})):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"


async def test_a_fault_of_ours_names_a_number_and_no_content(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret content")

    monkeypatch.setattr(here.tallies.handlers["tally"], "handle", broken)
    async with here.client() as http:
        answer: httpx2.Response = await http.post("/tallies/a/additions", json={"amount": 1})
    assert answer.status_code == 500
    assert answer.json()["instance"] in answer.json()["detail"]
    assert "secret" not in answer.text
