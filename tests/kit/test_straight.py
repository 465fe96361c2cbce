"""Commands that go straight to their endpoints are answered, and refused, as FastAPI answers and refuses them."""

import json
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Scope

from deploy.embedded import EmbeddedSystem
from shared.auth.caller import Caller
from shared.auth.tokens import OwnTokens
from shared.clock import TurnableClock
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.http.app import service_app
from shared.http.edge import LARGEST_BODY, Edge
from shared.http.straight import CommandRoute
from shared.http.writing import Write
from shared.kit import Kit, Service
from shared.log.embedded import EmbeddedLog
from shared.receipts import Receipt
from tests.kit import counting
from tests.kit.counting import Add
from tests.kit.world import A_DAY

PATH, TOKEN = "/tallies/a/additions", "the one who may"
VARIES = {b"x-correlation-id"}


@dataclass(frozen=True)
class Asked:
    """A request as a server hands it over; `gone`: the client leaves before the end of its body."""

    method: str = "POST"
    path: str = PATH
    body: tuple[bytes, ...] = (b'{"amount": 1}',)
    kind: str | None = "application/json"
    token: str | None = TOKEN
    more: tuple[tuple[str, str], ...] = ()
    gone: bool = False


@dataclass
class Answered:
    """What came back; `raised` is what the application let through."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    raised: str = ""


async def ask(app: ASGIApp, asked: Asked, token: str) -> Answered:
    headers = [(b"host", b"article6.test"), (b"x-correlation-id", b"c")]
    headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in asked.more]
    if asked.kind is not None:
        headers.append((b"content-type", asked.kind.encode("latin-1")))
    if asked.token is not None:
        headers.append((b"authorization", f"Bearer {token if asked.token == TOKEN else asked.token}".encode()))
    path, _, query = asked.path.partition("?")
    scope: Scope = {
        "type": "http",
        "method": asked.method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "server": ("article6.test", 80),
        "client": ("127.0.0.1", 1),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    last = len(asked.body) - 1
    messages: list[Message] = [
        {"type": "http.request", "body": part, "more_body": asked.gone or number < last}
        for number, part in enumerate(asked.body or (b"",))
    ]
    answered = Answered()

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = sorted(one for one in message["headers"] if one[0] not in VARIES)
        else:
            answered.body += message["body"]

    try:
        await app(scope, receive, send)
    except Exception as error:
        answered.raised = type(error).__name__
    return answered


class Two:
    """The same service twice, in two folders: as FastAPI serves it, and as it is served."""

    def __init__(self, folder: Path) -> None:
        clock = TurnableClock(A_DAY)
        self.tokens = OwnTokens(b"x" * 32, clock)
        self.token = self.tokens.issue(Caller("desk", "isu"))
        self.kits = []
        made = []
        for name in ("plain", "straight"):
            store, documents = SqliteEventStore(folder / name / "e.db"), SqliteDocuments(folder / name / "v.db")
            kit = Kit("tallies", store, EmbeddedLog({"tallies": store}, documents), documents, clock)
            self.kits.append(kit)
            made.append(service_app(_with_odd_routes(kit), self.tokens))
        self.plain: ASGIApp = Edge(made[0][0], "tallies")
        self.straight: ASGIApp = made[1][1]

    async def both(self, asked: Asked) -> tuple[Answered, Answered]:
        return await ask(self.plain, asked, self.token), await ask(self.straight, asked, self.token)


def _with_odd_routes(kit: Kit) -> Service:
    service = counting.build(kit)
    tallies, odd = kit.handlers["tally"], APIRouter()

    @odd.post("/breaks/additions", status_code=201)
    async def breaks(body: Add, write: Write) -> Receipt:
        raise LookupError("a fault of our own")

    @odd.post("/twice/additions", status_code=201)
    async def twice(body: Add, write: Write) -> Receipt:
        await write.send(tallies, "twice", body)
        return await write.send(tallies, "twice", body)

    @odd.post("/asked/additions", status_code=201)
    async def with_query(body: Add, write: Write, also: int = 0) -> Receipt:
        return await write.send(tallies, "asked", Add(amount=body.amount + also))

    return Service(service.name, service.title, [odd, *service.routers], kit)


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[Two]:
    made = Two(folder)
    for kit in made.kits:
        await kit.start(sweep_every=3600)
    try:
        yield made
    finally:
        for kit in made.kits:
            await kit.stop()


async def same(folder: Path, requests: Iterable[Asked]) -> list[Answered]:
    """What was answered, after making sure that both said the same and kept the same."""
    found = []
    async with two(folder) as made:
        for asked in requests:
            plain, straight = await made.both(asked)
            if plain.status == 500:
                # It carries a number of its own.
                plain.body = straight.body = b""
                plain.headers = straight.headers = []
            assert straight == plain, asked
            found.append(straight)
        plain_log, straight_log = [await kit.store.scan(0, 1_000) for kit in made.kits]
        # What the caller does not name gets a fresh name.
        assert [(one.stream, one.events, one.actor, one.digest, one.correlation_id) for one in straight_log] == [
            (one.stream, one.events, one.actor, one.digest, one.correlation_id) for one in plain_log
        ]
    return found


ODD = (
    Asked(),
    Asked(more=(("Idempotency-Key", "k"),)),
    Asked(more=(("Idempotency-Key", "k"),)),
    Asked(body=(b'{"amount": 2}',), more=(("Idempotency-Key", "k"),)),
    Asked(more=(("If-Match", '"1"'),)),
    Asked(more=(("If-Match", "1"),)),
    Asked(more=(("Idempotency-Key", "two words"),)),
    Asked(more=(("Idempotency-Key", "first"), ("Idempotency-Key", "second"))),
    Asked(token=None),
    Asked(token="not one of ours"),
    Asked(token=None, more=(("Authorization", "Basic eA=="),)),
    Asked(token=None, more=(("Cookie", "article6_session=x"),)),
    Asked(token=None, body=(b"{",)),
    Asked(token=None, body=(b'{"amount": 0}',)),
    Asked(path="/tallies/-/additions"),
    Asked(path="/tallies/-/additions", body=(b'{"amount": 0}',)),
    Asked(path="/tallies/a/additions/"),
    Asked(path="/tallies/a/additions?after=x"),
    Asked(path="/tallies/b\n/additions"),
    Asked(path="/tallies/a/nothing"),
    Asked(path="/elsewhere"),
    Asked(path="/tallies/breaks/additions"),
    Asked(path="/tallies/breaks/additions", token=None),
    Asked(path="/tallies/twice/additions", more=(("Idempotency-Key", "t"),)),
    Asked(path="/tallies/asked/additions?also=2"),
    Asked(path="/tallies/asked/additions?also=x"),
    Asked(method="GET"),
    Asked(method="PUT"),
    Asked(method="OPTIONS"),
    Asked(kind=None),
    Asked(kind="application/json; charset=utf-8"),
    Asked(kind="application/vnd.x+json"),
    Asked(kind="text/plain"),
    Asked(body=(b"",)),
    Asked(body=(b'{"am', b'ount": 1', b"}")),
    Asked(body=(b'{"am',), gone=True),
    Asked(body=(b'{"amount": 1}',), gone=True),
    Asked(body=(b"\xef\xbb\xbf" + b'{"amount": 1}',)),
    Asked(body=('{"amount": 1}'.encode("utf-16"),)),
    Asked(body=(b'{"amount": 1e2}',)),
    Asked(body=(b'{"amount": "5"}',)),
    Asked(body=(b'{"amount": true}',)),
    Asked(body=(b'{"amount": 1, "amount": 2}',)),
    Asked(body=(b'{"amount": 100000000000000000000}',)),
    Asked(body=(b'{"amount": 1e999}',)),
    Asked(body=(b'{"amount": "\\ud800"}',)),
    Asked(body=(b"[" * 100_000,)),
    Asked(body=(b" " * (LARGEST_BODY + 1),)),
    Asked(body=(b" " * LARGEST_BODY, b'{"amount": 1}')),
    Asked(more=(("Content-Length", str(LARGEST_BODY + 1)),)),
)


async def test_what_is_odd_is_answered_as_fastapi_answers_it(tmp_path: Path) -> None:
    statuses = {answered.status for answered in await same(tmp_path, ODD)}
    assert {201, 307, 400, 401, 404, 405, 412, 413, 422, 500} <= statuses


def _requests() -> st.SearchStrategy[Asked]:
    numbers = st.one_of(st.integers(), st.floats(), st.text(max_size=8), st.none(), st.booleans())
    documents = st.dictionaries(st.sampled_from(["amount", "also"]), numbers, max_size=2).map(
        lambda one: json.dumps(one).encode("utf-8", "surrogatepass")
    )
    good = st.integers(1, 1_000).map(lambda amount: b'{"amount": %d}' % amount)
    bodies = st.one_of(good, documents, st.binary(max_size=20)).map(lambda body: (body[:5], body[5:]))
    names = st.sampled_from(["a", "b", "-", "x" * 129, "ü", "breaks", "twice", "asked"])
    headers = st.sampled_from(["Idempotency-Key", "If-Match", "Traceparent"])
    values = st.one_of(st.sampled_from(['"1"', '"0"', "k", ""]), st.text(st.characters(max_codepoint=255), max_size=5))
    return st.builds(
        Asked,
        method=st.sampled_from(["POST"] * 5 + ["PATCH"]),
        path=names.map(lambda name: f"/tallies/{name}/additions"),
        body=bodies,
        kind=st.sampled_from(["application/json"] * 5 + ["application/JSON", "text/json", None]),
        token=st.sampled_from([TOKEN] * 5 + ["x", None]),
        more=st.lists(st.tuples(headers, values), max_size=2).map(tuple),
        gone=st.sampled_from([False] * 9 + [True]),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(_requests(), min_size=1, max_size=8))
async def test_whatever_is_sent_is_answered_and_kept_as_fastapi_does_it(requests: list[Asked]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await same(Path(folder), requests)


async def test_every_command_of_every_service_goes_straight(tmp_path: Path) -> None:
    async with EmbeddedSystem(tmp_path) as system:
        routes = [route for app in system.applications.values() for route in iter_route_contexts(app.routes)]
    commands = [route for route in routes if getattr(route.original_route, "response_model", None) is Receipt]
    assert len(commands) > 40
    assert [route.path for route in commands if CommandRoute.of(route) is None] == []
