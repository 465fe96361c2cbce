"""Reading documents: pages, cursors, and tokens by which a reader sees at least its own writes (P7)."""

import asyncio
import base64
from pathlib import Path

import pytest

from shared.documents import Delete
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.heard import Heard
from shared.kit import Kit
from shared.log.embedded import EmbeddedLog, EmbeddedSubscription
from shared.projection import Projection
from shared.receipts import BadConsistencyToken, NotYetVisible, seen
from tests.kit.counting import SHOWN, Added, Shown, fold
from tests.kit.echoing import Added as Heard_Added
from tests.kit.world import World, world


async def test_pages_go_through_everything_once(here: World) -> None:
    for n in range(1, 24):
        await here.add(f"t{n:02}", n)
    await here.settle()
    async with here.client(None) as http:
        for parity, wanted in (("odd", 12), ("even", 11), (None, 23)):
            names: list[str] = []
            params = {"limit": 5} | ({"parity": parity} if parity else {})
            while True:
                page = (await http.get("/echoes/sums", params=params)).json()
                names += [item["name"] for item in page["items"]]
                if page["next"] is None:
                    break
                assert len(page["items"]) == 5
                params["cursor"] = page["next"]
            assert names == sorted(set(names))
            assert len(names) == wanted


async def test_a_full_last_page_promises_no_other(here: World) -> None:
    for n in range(4):
        await here.add(f"t{n}", 1)
    await here.settle()
    async with here.client(None) as http:
        page = (await http.get("/echoes/sums", params={"limit": 4})).json()
    assert (len(page["items"]), page["next"]) == (4, None)


@pytest.mark.parametrize(
    "cursor", ["!!!", "dDA", "dDA=x", "ÿ", "%", "a", "dD A", base64.b64encode(b"\xff\xfe").decode(), " "]
)
async def test_a_cursor_that_is_none_is_refused_and_never_another_page(here: World, cursor: str) -> None:
    await here.add("t0", 1)
    await here.settle()
    async with here.client(None) as http:
        answer = await http.get("/echoes/sums", params={"cursor": cursor})
    if cursor == "dDA":  # "t0": a real one
        assert answer.json() == {"items": [], "next": None}
    else:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", ""])
async def test_a_limit_beyond_reason_is_refused(here: World, limit: str) -> None:
    async with here.client(None) as http:
        assert (await http.get("/echoes/sums", params={"limit": limit})).status_code == 422


@pytest.mark.parametrize("token", ["x", "a/b", "a/b@", "a/b@x", "/b@1", "a/@1", "a/b@-1", "a/b@123456789012", "a/b@1²"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(BadConsistencyToken):
        list(seen(token))


async def test_a_reader_with_a_token_sees_at_least_that_in_every_view(here: World) -> None:
    """P7, over 60 writes read back at once in another service."""
    async with here.client() as http:
        for n in range(1, 61):
            token = (await http.post("/tallies/a/additions", json={"amount": 1})).json()["token"]
            shown, summed = await asyncio.gather(
                http.get("/tallies/a", params={"after": token}), http.get("/echoes/sums/a", params={"after": token})
            )
            assert shown.json()["total"] == summed.json()["total"] == n


async def test_tokens_add_up(here: World) -> None:
    tokens = [(await here.add(name, 1)).token for name in "abcd"]
    async with here.client(None) as http:
        page = await http.get("/echoes/sums", params={"after": ",".join(tokens)})
    assert len(page.json()["items"]) == 4


async def test_tokens_of_topics_and_streams_that_are_not_shown_here_hold_up_nobody(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.kit._PATIENCE", 3600.0)
    await here.add("a", 1)
    await here.settle()
    async with here.client(None) as http, asyncio.timeout(60):
        for token in ("elsewhere/thing-a@7", "tallies/other-a@7", "echoes/echo-a@9"):
            assert (await http.get("/echoes/sums/a", params={"after": token})).status_code == 200


async def test_what_does_not_come_in_time_is_503_and_tokens_share_one_patience(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.kit._PATIENCE", 1.5)
    await here.add("a", 1)
    tokens = ",".join(f"tallies/tally-x{n}@1" for n in range(50))
    async with here.client(None) as http, asyncio.timeout(60):
        answer = await http.get("/tallies/a", params={"after": tokens})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


async def test_a_parked_stream_never_passes_as_seen(here: World) -> None:
    def refuses(heard: Heard[Heard_Added]) -> None:
        if heard.stream == "tally-bad" and heard.seq == 2:
            raise ValueError("cannot be folded")

    here.faults.folding = refuses
    await here.add("bad", 1)
    token = (await here.add("bad", 2)).token
    await here.settle()
    async with here.client() as http:
        stale = await http.get("/echoes/sums/bad")
        waiting = await http.get("/echoes/sums/bad", params={"after": token})
        assert (stale.json()["total"], waiting.status_code) == (1, 503)
        here.faults.folding = lambda _: None
        assert (await http.post("/echoes/parked/sums/tally-bad/retry")).status_code == 200
        assert (await http.get("/echoes/sums/bad", params={"after": token})).json()["total"] == 3


async def test_a_token_from_before_a_restart_is_good_after_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        token = (await here.add("a", 1)).token
        await here.settle()
    async with world(tmp_path) as here, here.client(None) as http, asyncio.timeout(60):
        assert (await http.get("/echoes/sums/a", params={"after": token})).json()["total"] == 1


async def test_a_token_holds_for_each_view_also_when_one_of_two_was_written_before_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Projection("late", 1, "tally", (Added,), Shown, fold)

    def kit_in(here: World) -> Kit:
        documents = SqliteDocuments(tmp_path / "both.db")
        return Kit("both", here.stores["echoes"], EmbeddedLog(here.stores, documents), documents, here.clock)

    async with world(tmp_path) as here:
        first = kit_in(here)
        ahead = first.view(Projection("ahead", 1, "tally", (Added,), Shown, fold, topic="tallies"))
        await first.open()
        token = (await here.add("a", 1)).token
        (projector,) = first._projectors["tallies"]
        await projector.take(await here.history("tallies"))  # and then the process dies
        assert (await ahead.get("a")).total == 1
        await first.documents.close()

        second = kit_in(here)
        second.view(Projection("ahead", 1, "tally", (Added,), Shown, fold, topic="tallies"))
        behind = second.view(Projection(late.name, 1, "tally", (Added,), Shown, fold, topic="tallies"))
        monkeypatch.setattr("shared.kit._PATIENCE", 0.05)
        await second.open()
        with pytest.raises(NotYetVisible):
            await second.wait(token)
        with pytest.raises(NotYetVisible):
            await behind.get("a", after=token)
        await second.documents.close()


async def test_a_reader_beside_the_running_service_sees_its_newest_documents_and_waits_for_tokens(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as writer:
        await writer.add("a", 1)
        await writer.settle()
        async with world(tmp_path, read_only=True) as reader, reader.client() as http:
            assert (await http.get("/echoes/sums/a")).json()["total"] == 1
            for n in range(2, 20):
                token = (await writer.add("a", 1)).token
                assert (await http.get("/echoes/sums/a", params={"after": token})).json()["total"] == n
            refused = await http.post("/tallies/a/additions", json={"amount": 1})
            assert refused.status_code == 503
        assert len(await writer.history("tallies")) == 19


async def test_a_reader_where_nothing_was_ever_written_answers(tmp_path: Path) -> None:
    async with world(tmp_path, read_only=True) as reader, reader.client() as http:
        assert (await http.get("/echoes/sums")).json() == {"items": [], "next": None}
        assert (await http.get("/echoes/sums/a")).status_code == 404
        assert (await http.get("/tallies/history/tally-a")).status_code == 404
        assert (await http.get("/echoes/parked")).json() == []


async def test_a_new_version_of_a_projection_is_filled_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.views._AT_ONCE", 3)
    async with world(tmp_path) as here:
        for n in range(7):
            await here.add(f"t{n}", 1)
        await here.settle()
    documents = SqliteDocuments(tmp_path / "tallies" / "views.db")
    async with world(tmp_path / "other") as elsewhere:
        store = SqliteEventStore(tmp_path / "tallies" / "events.db")
        kit = Kit("tallies", store, EmbeddedLog({"tallies": store}, documents), documents, elsewhere.clock)
        newer = kit.view(Projection("tallies", 2, "tally", (Added,), Shown, fold, fields=("name",)))
        await kit.start()
        assert len(await newer.all()) == 7
        assert [one.name for one in await newer.every({"name": "t3"})] == ["t3"]
        assert await newer.every({"name": "t7"}) == []
        assert await newer.every({}) == await newer.all()
        await kit.stop()


async def test_a_new_version_does_not_inherit_what_the_old_one_could_not_deal_with(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.add("a", 1)
        await here.settle()
        await here.tallies.parking.park(SHOWN.name, "tallies", "tally-a", 1, ValueError("old fault"))
        (built,) = (await here.tallies.documents.get("built", ["tallies_v1"])).values()
        await here.tallies.documents.write([Delete("built", built.id, built.revision)])
    async with world(tmp_path) as here:
        assert here.tallies.parking.all() == []


async def test_a_place_that_was_never_remembered_changes_nothing_in_the_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: EmbeddedSubscription) -> None: ...

    monkeypatch.setattr(EmbeddedSubscription, "commit", never)
    for expected in (1, 2, 3):
        async with world(tmp_path) as here:
            token = (await here.add("a", 1)).token
            async with here.client(None) as http:
                shown = (await http.get("/tallies/a", params={"after": token})).json()
            assert (shown["total"], shown["additions"]) == (expected, expected)
