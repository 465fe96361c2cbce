"""A9: commands over HTTP."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson

from bench.account_service import token
from bench.bars import Against, Rate, Within
from bench.case import OURS, Case
from bench.client import posting
from bench.measuring import Contender, Effort, Run
from bench.payments import PLAIN

BARE = "bare FastAPI"
_CONNECTIONS = 16
_BODY = orjson.dumps(PLAIN)


async def whole(folder: Path, effort: Effort) -> Run:
    """The service in one process: sixteen connections, a signed-in caller, an account each; its view follows."""
    return await _called(folder, effort, "whole", [f"Authorization: Bearer {token(folder)}"])


async def bare(folder: Path, effort: Effort) -> Run:
    """A route that validates the same body and appends the same commit, and does nothing else."""
    return await _called(folder, effort, "bare", [])


async def _called(folder: Path, effort: Effort, kind: str, headers: list[str]) -> Run:
    async with _server(kind, folder) as port:

        async def callers(seconds: float) -> list[float]:
            until = time.perf_counter() + seconds
            paths = [f"/accounts/{n}/payments" for n in range(_CONNECTIONS)]
            found = await asyncio.gather(*(posting(port, path, _BODY, headers, until) for path in paths))
            return [one for caller in found for one in caller]

        # The first requests load what a route loads once.
        await callers(min(0.3, effort.seconds))
        began = time.perf_counter()
        each = await callers(effort.seconds)
        return Run(len(each), time.perf_counter() - began, tuple(each))


@asynccontextmanager
async def _server(kind: str, folder: Path) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.server",
        kind,
        str(folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a pipe was asked for")
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


CASES = (
    Case(
        "A9",
        "HTTP command, durable, 16 connections",
        "commands",
        Contender(OURS, whole),
        (Contender(BARE, bare),),
        # 1,400 and 1,900 beside the 1,897 of the bare route in the run in which the bars were set.
        (Against(BARE, 0.74, 1.0), Rate(1_400, 1_900), Within(99, 30)),
    ),
)
