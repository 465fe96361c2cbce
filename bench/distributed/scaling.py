"""From one process that follows a topic to two."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from bench.case import OURS, Case
from bench.distributed import bare
from bench.distributed.place import Names, Place
from bench.measuring import Contender, Effort, Run
from bench.payments import many

ONE, TWO = f"{OURS}, one process", f"{OURS}, two processes"
_PATIENCE = 120
"""Seconds for one batch of 500; a follower that ended says nothing more."""
_CLOSES = 30


async def shared_by(processes: int, place: Place, _: Path, effort: Effort) -> Run:
    """A heavy view's backlog taken by so many processes of one group, each with its share of the partitions."""
    async with place.fresh() as at, AsyncExitStack() as stack:
        following = [await stack.enter_async_context(_follower(place, at, n)) for n in range(processes)]
        for one in following:
            await _ready(one)
        await bare.published(at, list(many(effort.events, bare.STREAMS // 4)))
        taken: asyncio.Queue[int] = asyncio.Queue()

        async def listen(one: asyncio.subprocess.Process) -> None:
            while True:
                taken.put_nowait(int(await _line(one)))

        left, began = effort.events, time.perf_counter()
        for one in following:
            _tell(one, b"go\n")
        listening = [asyncio.create_task(listen(one)) for one in following]
        while left > 0:
            async with asyncio.timeout(_PATIENCE):
                left -= await taken.get()
        seconds = time.perf_counter() - began
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        return Run(effort.events, seconds)


@asynccontextmanager
async def _follower(place: Place, at: Names, number: int) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.distributed.follower",
        place.mongodb,
        place.kafka,
        at.prefix,
        f"bench-{number}",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(_CLOSES):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _ready(one: asyncio.subprocess.Process) -> None:
    if (said := await _line(one)) != "ready":
        raise RuntimeError(f"a follower said {said!r} instead of being ready")


async def _line(one: asyncio.subprocess.Process) -> str:
    if one.stdout is None:
        raise RuntimeError("a pipe was asked for")
    if not (line := await one.stdout.readline()):
        raise RuntimeError("a follower ended")
    return line.decode().strip()


def _tell(one: asyncio.subprocess.Process, words: bytes) -> None:
    if one.stdin is None:
        raise RuntimeError("a pipe was asked for")
    one.stdin.write(words)


def cases(place: Place) -> tuple[Case, ...]:
    """Nothing is asked: on two cores that also carry database and broker, two cannot be twice as fast."""
    return (
        Case(
            "scale",
            "a heavy view on MongoDB, followed by one or two processes",
            "commits",
            Contender(TWO, partial(shared_by, 2, place)),
            (Contender(ONE, partial(shared_by, 1, place)),),
            (),
        ),
    )
