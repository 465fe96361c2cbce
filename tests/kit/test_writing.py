"""Commands over HTTP and by handler: once for each key, durable when acknowledged, whoever goes away."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest
from starlette.types import Message

from shared.auth.caller import system
from shared.documents import DocumentsUnavailable
from shared.documents.sqlite import SqliteDocuments
from shared.handling import Contended, KeyReused, StaleVersion, Unstorable
from shared.messages import Command
from shared.snapshots import Snapshots
from tests.kit.counting import Add, TooMuch
from tests.kit.echoing import Ring, Whisper
from tests.kit.world import World, world

DESK = system("desk")


async def test_a_key_names_its_command_also_after_a_restart(tmp_path: Path) -> None:
    key = {"Idempotency-Key": "k-1"}
    async with world(tmp_path) as here, here.client() as http:
        first = (await http.post("/tallies/a/additions", json={"amount": 5}, headers=key)).json()
        await http.post("/tallies/a/additions", json={"amount": 7})
    async with world(tmp_path) as here, here.client() as http:
        again = await http.post("/tallies/a/additions", json={"amount": 5}, headers=key)
        other = await http.post("/tallies/a/additions", json={"amount": 6}, headers=key)
        elsewhere = await http.post("/tallies/b/additions", json={"amount": 5}, headers=key)
        assert again.json() == {**first, "replayed": True}
        assert (other.status_code, elsewhere.status_code) == (422, 422)
        assert len(await here.history("tallies")) == 2


async def test_a_key_belongs_to_its_caller(here: World) -> None:
    key = {"Idempotency-Key": "k-1"}
    async with here.client() as isu, here.client("state", "LAO") as state:
        one = await isu.post("/tallies/a/additions", json={"amount": 5}, headers=key)
        two = await state.post("/tallies/a/additions", json={"amount": 5}, headers=key)
    assert [one.json()["replayed"], two.json()["replayed"]] == [False, False]


async def test_the_same_key_sent_many_times_at_once_counts_once(here: World) -> None:
    key = {"Idempotency-Key": "k-1"}
    async with here.client() as http:
        answers = await asyncio.gather(
            *(http.post("/tallies/a/additions", json={"amount": 5}, headers=key) for _ in range(12))
        )
    assert [answer.status_code for answer in answers] == [201] * 12
    assert sum(not answer.json()["replayed"] for answer in answers) == 1
    assert len({answer.json()["token"] for answer in answers}) == 1


async def test_a_repeated_command_that_would_now_be_refused_is_answered_as_then(here: World) -> None:
    for n in range(10):
        await here.add("a", 1_000, f"c-{n}")
    again = await here.add("a", 1_000, "c-9")
    assert (again.replayed, again.seq) == (True, 10)
    with pytest.raises(TooMuch):
        await here.add("a", 1_000, "c-10")


async def test_a_repeated_command_is_answered_as_then_although_its_version_has_moved_on(here: World) -> None:
    headers = {"Idempotency-Key": "k-1", "If-Match": '"0"'}
    async with here.client() as http:
        await http.post("/tallies/a/additions", json={"amount": 5}, headers=headers)
        again = await http.post("/tallies/a/additions", json={"amount": 5}, headers=headers)
    assert (again.status_code, again.json()["replayed"]) == (201, True)


async def test_of_writers_with_the_same_version_exactly_one_wins(here: World) -> None:
    async with here.client() as http:
        answers = await asyncio.gather(
            *(http.post("/tallies/a/additions", json={"amount": n}, headers={"If-Match": '"0"'}) for n in range(1, 9))
        )
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 7


async def test_a_route_that_sends_two_commands_does_both_once(here: World) -> None:
    key = {"Idempotency-Key": "k-1"}
    async with here.client() as http:
        first = await http.post("/echoes/a/double-whispers", json={"words": "hush"}, headers=key)
        again = await http.post("/echoes/a/double-whispers", json={"words": "hush"}, headers=key)
    assert (first.status_code, first.json()["seq"], first.json()["replayed"]) == (201, 2, False)
    assert (again.json()["seq"], again.json()["replayed"]) == (2, True)


async def test_a_command_with_nothing_left_to_do_writes_nothing(here: World) -> None:
    echoes = here.echoes.handlers["echo"]
    await echoes.handle("a", Ring(key="k"), DESK, "c-1")
    receipt = await echoes.handle("a", Ring(key="k"), DESK, "c-2")
    assert (receipt.seq, receipt.events, receipt.replayed) == (1, (), False)
    again = await echoes.handle("a", Ring(key="k"), DESK, "c-1")
    assert (again.seq, again.replayed) == (1, True)


async def test_nobody_is_answered_before_the_store_has_the_commit(here: World) -> None:
    """Somebody else holds the file's write lock meanwhile."""
    with contextlib.closing(sqlite3.connect(here.folder / "tallies" / "events.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        async with here.client() as http:
            asking = asyncio.ensure_future(http.post("/tallies/a/additions", json={"amount": 5}))
            done, _ = await asyncio.wait([asking], timeout=0.3)
            other.rollback()
            assert not done
            assert (await asking).status_code == 201
    assert [commit.seq for commit in await here.history("tallies")] == [1]


async def test_the_client_gone_the_commit_stands_and_its_key_finds_it(here: World) -> None:
    async with here.client() as http:
        headers = [(name.encode(), value.encode()) for name, value in http.headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/tallies/a/additions", "raw_path": b"/tallies/a/additions", "root_path": "", "query_string": b"",
        "headers": [*headers, (b"content-type", b"application/json"), (b"idempotency-key", b"k-1")],
        "server": ("test", 80), "client": ("test", 1),
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b'{"amount": 5}', "more_body": False}

    async def send(_: Message) -> None:
        raise AssertionError("nobody is there to be answered")

    handler, begun = here.tallies.handlers["tally"], asyncio.Event()
    handle = handler.handle

    async def noticed(*args: object, **named: object) -> object:
        begun.set()
        # As long as a server far away may take: the client leaves before anything is on its way.
        await asyncio.sleep(0.05)
        return await handle(*args, **named)  # type: ignore[arg-type]

    handler.handle = noticed  # type: ignore[method-assign, assignment]
    call = asyncio.ensure_future(here.app(scope, receive, send))
    await begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.sleep(0.2)
    async with here.client() as http:
        again = await http.post("/tallies/a/additions", json={"amount": 5}, headers={"Idempotency-Key": "k-1"})
    assert again.json()["replayed"]
    assert len(await here.history("tallies")) == 1


async def test_writers_side_by_side_lose_nothing(here: World) -> None:
    async def add(n: int) -> int:
        while True:
            try:
                return (await here.add("a", 1, f"c-{n}")).seq
            except Contended:
                await asyncio.sleep(0.005)

    seqs = await asyncio.gather(*(add(n) for n in range(30)))
    assert sorted(seqs) == list(range(1, 31))
    assert (await here.tallies.handlers["tally"].load("a")).state.total == 30


async def test_a_named_version_is_never_tried_again_on_a_newer_state(here: World) -> None:
    await here.add("a", 1)
    with pytest.raises(StaleVersion):
        await here.tallies.handlers["tally"].handle("a", Add(amount=1), DESK, "c-1", expect=0)
    with pytest.raises(KeyReused):
        await here.tallies.handlers["tally"].handle(
            "a", Add(amount=2), DESK, (await here.history("tallies"))[0].command_id
        )


async def test_a_snapshot_that_cannot_be_kept_is_no_failure_of_the_command(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise DocumentsUnavailable("disk full")

    monkeypatch.setattr(Snapshots, "keep", full)
    echoes = here.echoes.handlers["echo"]
    for n in range(7):
        await echoes.handle("a", Whisper(words=str(n)), DESK, f"c-{n}")
    assert (await echoes.load("a")).seq == 7


async def test_commands_are_decided_although_the_documents_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        for n in range(4):
            await here.echoes.handlers["echo"].handle("a", Ring(key=str(n)), DESK, f"c-{n}")
    async with world(tmp_path) as here:

        async def gone(*_: object, **__: object) -> None:
            raise DocumentsUnavailable("gone")

        with monkeypatch.context() as broken:
            broken.setattr(SqliteDocuments, "get", gone)
            loaded = await here.echoes.handlers["echo"].load("a")
    assert (loaded.seq, len(loaded.state.rung)) == (4, 4)


class Huge(Command):
    amount: int


async def test_what_no_record_can_hold_is_refused_not_broken(here: World) -> None:
    async with here.client() as http:
        answer = await http.post("/tallies/a/additions", json={"amount": 10**30})
        assert answer.status_code == 422
    with pytest.raises(Unstorable):
        await here.tallies.handlers["tally"].handle("a", Huge(amount=10**30), DESK, "c-1")
