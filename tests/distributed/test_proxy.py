"""The gateway's way to a service in another process: nothing is lost on it, and who is away is said to be."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from deploy.proxy import Proxy
from shared.http.edge import Edge


async def echo(request: Request) -> Response:
    told = {
        "method": request.method,
        "path": request.scope["raw_path"].decode(),
        "query": request.url.query,
        "headers": dict(request.headers),
        "body": (await request.body()).decode(),
    }
    return JSONResponse(told, 201, headers={"ETag": '"4"'})


async def parts(request: Request) -> Response:
    async def stream() -> AsyncIterator[bytes]:
        for part in (b"one ", b"two ", b"three"):
            yield part

    return StreamingResponse(stream(), media_type="text/event-stream")


SERVICE = Starlette(
    routes=[
        Route("/requests/parts", parts),
        Route("/requests/{rest:path}", echo, methods=["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]),
    ]
)


def gateway(transport: httpx2.AsyncBaseTransport) -> httpx2.AsyncClient:
    calling = httpx2.AsyncClient(transport=transport)
    app = Edge(Proxy("requests", "http://requests.test:8606/", calling), "gateway")
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://article6.example"
    )


@pytest.fixture
def way_in() -> httpx2.AsyncClient:
    return gateway(httpx2.ASGITransport(app=SERVICE, raise_app_exceptions=False))


async def test_a_request_arrives_as_it_was_sent_and_the_answer_comes_back(way_in: httpx2.AsyncClient) -> None:
    headers = {"Authorization": "Bearer t", "Idempotency-Key": "k-1", "X-Correlation-ID": "c-1", "Connection": "close"}
    answer = await way_in.post("/requests/a%2Fb/c?x=1&y=%20z", json={"a": "ü"}, headers=headers)
    told = answer.json()
    assert answer.status_code == 201
    assert (told["method"], told["path"], told["query"]) == ("POST", "/requests/a%2Fb/c", "x=1&y=%20z")
    assert told["body"] == '{"a":"ü"}'
    for name in ("authorization", "idempotency-key", "x-correlation-id"):
        assert told["headers"][name] == {k.lower(): v for k, v in headers.items()}[name]
    # By the host that the browser named, a service tells its own pages from others'.
    assert told["headers"]["host"] == "article6.example"
    assert "connection" not in told["headers"] or told["headers"]["connection"] != "close"
    assert answer.headers["etag"] == '"4"'
    assert answer.headers["x-correlation-id"] == "c-1"


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "PATCH"])
async def test_every_method_is_handed_on(way_in: httpx2.AsyncClient, method: str) -> None:
    answer = await way_in.request(method, "/requests/r-1")
    assert answer.status_code == 201
    if method != "HEAD":
        assert answer.json()["method"] == method


async def test_a_stream_comes_through_in_its_parts(way_in: httpx2.AsyncClient) -> None:
    answer = await way_in.get("/requests/parts")
    assert answer.text == "one two three"
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_a_service_that_is_away_is_said_to_be_in_a_problem_that_says_what_to_do() -> None:
    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    answer = await gateway(httpx2.MockTransport(away)).post("/requests/r-1/submission", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "urn:article6:service-unreachable"
    assert "Idempotency-Key" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "headers", "sent"),
    [("GET", {}, 2), ("POST", {"Idempotency-Key": "k-1"}, 2), ("POST", {}, 1)],
)
async def test_what_has_one_effect_however_often_is_sent_again_when_the_connection_broke(
    method: str, headers: dict[str, str], sent: int
) -> None:
    came: list[bytes] = []

    def breaks_once(request: httpx2.Request) -> httpx2.Response:
        came.append(request.content)
        if len(came) == 1:
            raise httpx2.ReadError("reset", request=request)
        return httpx2.Response(200, json={})

    answer = await gateway(httpx2.MockTransport(breaks_once)).request(
        method, "/requests/r-1", headers=headers, content=b"{}" if method == "POST" else None
    )
    assert len(came) == sent
    assert len(set(came)) == 1
    assert answer.status_code == (200 if sent == 2 else 503)


async def test_a_body_beyond_the_bound_goes_no_further() -> None:
    async def nobody(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("it was handed on")

    answer = await gateway(httpx2.ASGITransport(app=nobody)).post("/requests/r-1", content=b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
