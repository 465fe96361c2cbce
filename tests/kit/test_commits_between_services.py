"""What services ask of one another over HTTP: whole commits, for services of this installation only."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from starlette.types import ASGIApp

from shared.auth.caller import Caller
from shared.auth.services import ServiceTokens
from shared.auth.tokens import BadToken, OwnTokens
from shared.clock import TurnableClock
from shared.commits import Commit
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.http.app import service_app
from shared.kit import Kit
from shared.log import LogUnavailable
from shared.log.asking import OwnersOverHttp
from shared.log.embedded import EmbeddedLog
from tests.contract_suites.commits import chain
from tests.kit import counting
from tests.kit.world import A_DAY

SECRET = b"s" * 32


class Owner:
    """A service as the others see it."""

    def __init__(self, folder: Path) -> None:
        self.clock = TurnableClock(A_DAY)
        self.store = SqliteEventStore(folder / "events.db")
        documents = SqliteDocuments(folder / "views.db")
        kit = Kit("tallies", self.store, EmbeddedLog({"tallies": self.store}, documents), documents, self.clock)
        self.kit = kit
        self.tokens = ServiceTokens(SECRET, self.clock)
        self.people = OwnTokens(SECRET, self.clock)
        self.app: ASGIApp
        self.application, self.app = service_app(counting.build(kit), self.people, between=self.tokens)

    def asked_by(self, me: str, tokens: ServiceTokens | None = None, at: str = "http://tallies.test") -> OwnersOverHttp:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        return OwnersOverHttp(me, {"tallies": at}, tokens or self.tokens, transport)

    async def get(self, path: str, token: str = "") -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx2.AsyncClient(transport=transport, base_url="http://tallies.test", headers=headers) as client:
            return await client.get(path)


@pytest.fixture
async def owner(tmp_path: Path) -> AsyncIterator[Owner]:
    made = Owner(tmp_path)
    await made.kit.open()
    yield made
    await made.kit.stop()


async def store(owner: Owner, commits: list[Commit]) -> None:
    for commit in commits:
        await owner.store.append(commit)


async def test_a_stream_comes_whole_and_in_order_also_over_many_pages(owner: Owner) -> None:
    commits = chain(1_203)
    await store(owner, commits)
    asking = owner.asked_by("insights")
    assert [c.hash for c in await asking.read("tallies", "tally-a")] == [c.hash for c in commits]
    assert [c.seq for c in await asking.read("tallies", "tally-a", after=1_201)] == [1_202, 1_203]
    assert await asking.read("tallies", "tally-z") == []
    await asking.close()


async def test_everything_comes_each_stream_in_order(owner: Owner) -> None:
    commits = [*chain(300, "tally-a"), *chain(400, "tally-b")]
    await store(owner, commits)
    asking = owner.asked_by("insights")
    came = [commit async for commit in asking.everything("tallies")]
    assert [c.hash for c in came] == [c.hash for c in commits]
    assert [c.seq async for c in asking.everything("tallies", after=came[-2].position)] == [400]
    await asking.close()


@pytest.mark.parametrize("path", ["/tallies/log", "/tallies/log/streams/tally-a"])
async def test_it_is_for_services_with_a_token_of_their_own(owner: Owner, path: str) -> None:
    await store(owner, chain(1))
    person = owner.people.issue(Caller("desk", "isu"))
    stranger = ServiceTokens(b"x" * 32, owner.clock).issue("insights")
    for token in ("", person, stranger, "nonsense"):
        assert (await owner.get(path, token)).status_code == 401
    good = owner.tokens.issue("insights")
    assert (await owner.get(path, good)).status_code == 200
    owner.clock.turn(timedelta(minutes=6))
    assert (await owner.get(path, good)).status_code == 401


async def test_a_services_token_signs_nobody_in(owner: Owner) -> None:
    with pytest.raises(BadToken):
        owner.people.caller(owner.tokens.issue("insights"))
    answer = await owner.get("/tallies/history/tally-a", owner.tokens.issue("insights"))
    assert answer.status_code == 401


async def test_it_stays_out_of_the_contract_and_out_of_shared_caches(owner: Owner) -> None:
    assert not [path for path in owner.application.openapi()["paths"] if path.startswith("/tallies/log")]
    answer = await owner.get("/tallies/log", owner.tokens.issue("insights"))
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("after", ["-1", "a", "1e3", "9" * 601])
async def test_a_place_that_is_none_is_refused(owner: Owner, after: str) -> None:
    answer = await owner.get(f"/tallies/log?after={after}", owner.tokens.issue("insights"))
    assert answer.status_code == 422


async def test_behind_the_last_possible_place_there_is_nothing(owner: Owner) -> None:
    answer = await owner.get(f"/tallies/log?after={'9' * 600}", owner.tokens.issue("insights"))
    assert (answer.status_code, answer.json()) == (200, {"commits": [], "next": None})


@pytest.mark.parametrize("page", ["[]", '"here"', "{}", '{"commits": []}'])
async def test_an_answer_that_is_no_page_passes_by_itself(page: str) -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, text=page))
    tokens = ServiceTokens(SECRET, TurnableClock(A_DAY))
    asking = OwnersOverHttp("insights", {"tallies": "http://tallies.test"}, tokens, transport)
    with pytest.raises(LogUnavailable, match="is not tallies"):
        await asking.read("tallies", "tally-a")


async def test_an_owner_that_does_not_answer_passes_by_itself(owner: Owner) -> None:
    with pytest.raises(LogUnavailable, match="answered 401"):
        await owner.asked_by("insights", ServiceTokens(b"x" * 32, owner.clock)).read("tallies", "tally-a")
    with pytest.raises(LogUnavailable, match="not known where requests is"):
        await owner.asked_by("insights").read("requests", "request-a")
    await owner.store.close()
    with pytest.raises(LogUnavailable, match="answered 503"):
        await owner.asked_by("insights").read("tallies", "tally-a")


async def test_a_commit_that_was_changed_on_its_way_is_not_taken() -> None:
    commit = chain(1)[0]
    page = {"commits": [{"body": commit.body().decode() + " ", "hash": commit.hash, "position": "1"}], "next": None}
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=page))
    tokens = ServiceTokens(SECRET, TurnableClock(A_DAY))
    asking = OwnersOverHttp("insights", {"tallies": "http://tallies.test"}, tokens, transport)
    with pytest.raises(LogUnavailable, match="not whole"):
        await asking.read("tallies", "tally-a")
    await asking.close()
