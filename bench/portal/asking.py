"""A browser that costs nothing: asks an ASGI application in process, and says how long the answer took."""

import gzip
import time
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message

_HOST = b"bench.test"


class NotAnswered(Exception):
    """A page that is measured was not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what came, what it said of itself, and how long the server worked on it (seconds)."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    processor: float
    """Processor time of the whole process, other threads included."""

    @property
    def weight(self) -> int:
        """Bytes as they go over the line."""
        return len(self.body)

    @property
    def unpacked(self) -> bytes:
        """As the browser has it in the end."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def text(self) -> str:
        """The same as text."""
        return self.unpacked.decode()


class Browser:
    """Asks as somebody; it keeps the cookie that it was given."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._cookie = b""

    async def get(self, address: str) -> Answer:
        """The page at that address, packed as browsers take it. NotAnswered where it is not there."""
        answer = await self._asked("GET", address)
        if answer.status != 200:
            raise NotAnswered(f"{address}: {answer.status}")
        return answer

    async def enter(self, address: str) -> None:
        """Sign in by a one-time link."""
        answer = await self._asked("POST", address)
        if answer.status != 303:
            raise NotAnswered(f"{address}: {answer.status}")
        self._cookie = answer.headers["set-cookie"].partition(";")[0].encode()

    async def _asked(self, method: str, address: str) -> Answer:
        path, _, query = address.partition("?")
        headers = [(b"host", _HOST), (b"accept-encoding", b"gzip"), (b"origin", b"http://" + _HOST)]
        headers += [(b"cookie", self._cookie)] if self._cookie else []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": (_HOST.decode(), 80),
        }
        came = _Came()
        began, worked = time.perf_counter(), time.process_time()
        await self._app(scope, _nothing_more, came.take)
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
        return Answer(came.status, came.headers, b"".join(came.parts), seconds, processor)


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


class _Came:
    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given: Sequence[tuple[bytes, bytes]] = message["headers"]
            self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in given}
        else:
            self.parts.append(message.get("body", b""))
