"""A connection between client and database that can be cut where it hurts: after the database has done what was
asked, and before the client hears of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import bson


class Cutting:
    """Hands everything on, and keeps what was `asked`. `cut_answers_to` a command: so many of its answers are
    swallowed, with the connection."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 27017
        self._rest = address.partition("@")[2] or address.partition("//")[2]
        self._credentials = address.partition("//")[2].partition("@")[0] + "@" if "@" in address else ""
        self._command = b""
        self._times = 0
        self._down = False
        self._open: set[asyncio.StreamWriter] = set()
        self.cut = 0
        self.asked: list[dict[str, Any]] = []

    def cut_answers_to(self, command: str, times: int = 1) -> None:
        """The next so many answers to it get lost."""
        self._command, self._times = command.encode() + b"\0", times

    async def go_down(self) -> None:
        """As a network that is gone: connections end, new ones are closed at once."""
        self._down = True
        for writer in tuple(self._open):
            writer.close()

    def come_back(self) -> None:
        """Everything is handed on again."""
        self._down = False

    @property
    def address(self) -> str:
        """The connection string through here."""
        port = self._server.sockets[0].getsockname()[1]
        return f"mongodb://{self._credentials}127.0.0.1:{port}/{self._rest.partition('/')[2]}"

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)

    async def stop(self) -> None:
        """Let go of all connections."""
        self._server.close()
        await self.go_down()
        await asyncio.sleep(0.05)

    async def _meet(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._down:
            to_client.close()
            return
        server, to_server = await asyncio.open_connection(self._host, self._port)
        self._open |= {to_client, to_server}
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    question = await _message(client)
                    self.asked.append(bson.decode(question[21 : 21 + int.from_bytes(question[21:25], "little")]))
                    to_server.write(question)
                    answer = await _message(server)
                    # The command's name is the first key of the body, behind header, flags and its length.
                    if self._times and question[26:].startswith(self._command):
                        self._times -= 1
                        self.cut += 1
                        return
                    to_client.write(answer)
        finally:
            for writer in (to_client, to_server):
                self._open.discard(writer)
                writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    length = await reader.readexactly(4)
    return length + await reader.readexactly(int.from_bytes(length, "little") - 4)


@contextlib.asynccontextmanager
async def cutting(address: str) -> AsyncIterator[Cutting]:
    """Started, and stopped in any case."""
    between = Cutting(address)
    await between.start()
    try:
        yield between
    finally:
        await between.stop()
