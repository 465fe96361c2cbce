"""Servers as the run sees them: born, killed, waited for."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from tests.faults.nursery import Wanted
from tests.faults.serving import CONTROL

ROOT = Path(__file__).parents[2]
_STARTS_IN = 60.0


PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that speak plain HTTP: a new one would read every certificate of this machine."""


class NotStarted(Exception):
    """The server ended, or did not answer in time, before it was ready."""


@dataclass
class Server:
    """One process. `ended` has its exit code once it is over: minus nine after `kill -9`."""

    pid: int
    address: str
    began: float
    ended: asyncio.Future[int]

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send it a signal, if it is still there."""
        if not self.ended.done():
            # It may have died of its own a moment ago, and nobody has told us yet.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def killed(self) -> None:
        """`kill -9`, and gone."""
        self.kill()
        await self.ended

    async def ready(self) -> float:
        """Wait until it is ready to serve; seconds since it was asked for. NotStarted if it never is."""
        async with httpx2.AsyncClient(base_url=self.address, verify=PLAIN, timeout=5.0) as client:
            while not self.ended.done() and time.monotonic() - self.began < _STARTS_IN:
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        return time.monotonic() - self.began
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.01)
        raise NotStarted(f"process {self.pid}: {self.ended.result() if self.ended.done() else 'no answer'}")

    async def order(self, what: str, content: Any = None) -> Any:
        """Tell the server's trouble maker something."""
        async with httpx2.AsyncClient(base_url=self.address, verify=PLAIN, timeout=60.0) as client:
            answer = await client.post(f"{CONTROL}{what}", json=content)
            answer.raise_for_status()
            return answer.json()


class Nursery:
    """Where servers come from. One at a time on its port."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self._process: asyncio.subprocess.Process | None = None
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._living: dict[int, asyncio.Future[int]] = {}
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Nursery":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.nursery",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        if self._listening is not None:
            await self._listening

    async def server(self, folder: Path, failpoint: str = "", raised: int = 0, sweep_every: float = 0.5) -> Server:
        """A server on that folder, from now on; wait for `ready`."""
        assert self._process is not None
        assert self._process.stdin is not None
        began = time.monotonic()
        wanted = Wanted(
            folder=str(folder), port=self._port, raised=raised, failpoint=failpoint, sweep_every=sweep_every
        )
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        pid = await self._born.get()
        return Server(pid, f"http://127.0.0.1:{self._port}", began, self._living[pid])

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            match line.decode().split():
                case ["born", pid]:
                    self._living[int(pid)] = asyncio.get_running_loop().create_future()
                    self._born.put_nowait(int(pid))
                case ["dead", pid, code]:
                    self._living.pop(int(pid)).set_result(int(code))
