"""The history of a stream: everything published for everybody, drafts and contacts for their own people."""

from shared.auth.caller import system
from shared.commits import EventRecord
from tests.contract_suites.commits import following
from tests.kit.echoing import Repeat, Ring, Whisper
from tests.kit.world import World

DESK = system("desk")


async def fill(here: World) -> None:
    echoes = here.echoes.handlers["echo"]
    await echoes.handle("a", Whisper(words="a draft"), DESK, "c-1")
    await echoes.handle("a", Whisper(words="another"), DESK, "c-2")
    await echoes.handle("a", Repeat(amount=3, source="x"), DESK, "c-3")
    await echoes.handle("a", Ring(key="k"), DESK, "c-4")


async def test_unpublished_events_are_shown_to_the_isu_only(here: World) -> None:
    await fill(here)
    path = "/echoes/history/echo-a"
    async with here.client() as isu:
        assert [e["type"] for e in (await isu.get(path)).json()["events"]] == [
            "Whispered",
            "Whispered",
            "Repeated",
            "Rung",
        ]
    for role, scope in ((None, ""), ("state", "LAO"), ("donor", "norad"), ("coordinator", "")):
        async with here.client(role, scope) as other:  # type: ignore[arg-type]
            answer = await other.get(path)
            assert [e["type"] for e in answer.json()["events"]] == ["Repeated", "Rung"]
            assert "draft" not in answer.text


async def test_links_keep_their_numbers_where_something_is_hidden(here: World) -> None:
    await fill(here)
    async with here.client(None) as http:
        events = (await http.get("/echoes/history/echo-a")).json()["events"]
    assert [e["link"] for e in events] == ["echoes/echo-a@3.1", "echoes/echo-a@4.1"]


async def test_a_page_of_hidden_events_only_is_empty_and_goes_on(here: World) -> None:
    await fill(here)
    seen: list[str] = []
    after: int | None = 0
    async with here.client(None) as http:
        while after is not None:
            page = await http.get("/echoes/history/echo-a", params={"limit": 1, "from_commit": after})
            assert page.status_code == 200, page.text
            seen += [e["type"] for e in page.json()["events"]]
            after = page.json()["next_after"]
    assert seen == ["Repeated", "Rung"]


async def test_a_stream_with_nothing_published_is_not_there_for_the_public(here: World) -> None:
    await here.echoes.handlers["echo"].handle("a", Whisper(words="a draft"), DESK, "c-1")
    async with here.client(None) as http:
        hidden = await http.get("/echoes/history/echo-a")
        absent = await http.get("/echoes/history/echo-b")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.json()["detail"].replace("echo-a", "echo-b") == absent.json()["detail"]


async def test_a_type_that_has_left_the_code_is_not_shown_to_the_public(here: World) -> None:
    old = following(None, "echo-a")
    await here.stores["echoes"].append(old)
    assert old.events == (EventRecord("Added", 1, {"amount": 1, "words": ""}),)
    async with here.client(None) as http, here.client() as isu:
        assert (await http.get("/echoes/history/echo-a")).status_code == 404
        assert len((await isu.get("/echoes/history/echo-a")).json()["events"]) == 1


async def test_a_token_does_not_hold_up_the_history_and_a_bad_one_is_refused(here: World) -> None:
    await fill(here)
    async with here.client(None) as http:
        path = "/echoes/history/echo-a"
        assert (await http.get(path, params={"after": "echoes/echo-a@4"})).status_code == 200
        assert (await http.get(path, params={"after": "nonsense"})).status_code == 422


async def test_another_services_streams_have_no_history_here(here: World) -> None:
    await here.add("a", 1)
    async with here.client() as http:
        assert (await http.get("/echoes/history/tally-a")).status_code == 404
        assert (await http.get("/tallies/history/TALLY-a")).status_code == 422
