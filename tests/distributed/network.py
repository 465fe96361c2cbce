"""Ways between a service and its servers that a test disturbs: they fall silent, break, or let through one way only."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from deploy.servers.kafka import KafkaServer
from deploy.servers.process import free_port

How = Literal["silent", "cut", "unanswered"]
HOWS: tuple[How, ...] = ("silent", "cut", "unanswered")
"""`silent`: connections stay and nothing comes through. `cut`: they break, and new ones do too. `unanswered`: what
is asked arrives, and is done; the answers do not come back."""
_AT_ONCE = 1 << 16


class Link:
    """Takes connections on a port of its own and hands on what comes, both ways, as long as it is whole.

    What is under way when it falls silent arrives when it is whole again, as after a real partition: also
    the requests of those who have long given up.
    """

    def __init__(self, server: int) -> None:
        self.port = free_port()
        self._server = server
        self._there = asyncio.Event()
        self._back = asyncio.Event()
        self._refuses = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._listening: asyncio.Server | None = None
        self.heal()

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._hand_on, "127.0.0.1", self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._listening is not None
        self._listening.close()
        self.disturb("cut")
        # Whoever waits for it to be whole sees that his connection is gone.
        self._there.set()
        self._back.set()
        while self._ends:
            await asyncio.sleep(0.01)
        await self._listening.wait_closed()

    def disturb(self, how: How) -> None:
        """From now on, until it is healed."""
        if how == "cut":
            self._refuses = True
            for end in self._ends:
                end.transport.abort()
            return
        self._back.clear()
        if how == "silent":
            self._there.clear()

    def heal(self) -> None:
        """Whole again."""
        self._refuses = False
        self._there.set()
        self._back.set()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with _ending(self._ends, writer):
            if self._refuses:
                return
            with contextlib.suppress(OSError):
                server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server)
                with _ending(self._ends, server_writer):
                    there = _pump(reader, server_writer, self._there)
                    await asyncio.gather(there, _pump(server_reader, writer, self._back))


@contextlib.contextmanager
def _ending(ends: set[asyncio.StreamWriter], writer: asyncio.StreamWriter) -> Iterator[None]:
    ends.add(writer)
    try:
        yield
    finally:
        ends.discard(writer)
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, whole: asyncio.Event) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_AT_ONCE):
            await whole.wait()
            writer.write(data)
            await writer.drain()
    # What one side has hung up, the other hears of after everything that was sent before.
    writer.close()


class LinkedKafka(KafkaServer):
    """A broker with a second way in: whoever comes over the link is told to stay on it."""

    def __init__(self, folder: Path, port: int, programs: Path | None = None) -> None:
        super().__init__(folder, port, programs)
        self.behind_link = free_port()
        self.link = Link(self.behind_link)

    def _format(self) -> None:
        super()._format()
        told = self._settings.read_text()
        for setting, more in (
            ("listeners", f"LINK://127.0.0.1:{self.behind_link}"),
            ("advertised.listeners", f"LINK://127.0.0.1:{self.link.port}"),
            ("listener.security.protocol.map", "LINK:PLAINTEXT"),
        ):
            told = "".join(
                f"{line},{more}\n" if line.startswith(f"{setting}=") else f"{line}\n" for line in told.splitlines()
            )
        self._settings.write_text(told)
