"""A10: from the durable commit to the view that shows it."""

import asyncio
import time
from pathlib import Path

from bench.account_service import build, kit
from bench.bars import Within
from bench.case import OURS, Case
from bench.measuring import Contender, Effort, Run
from bench.payments import PLAIN, Pay
from shared.auth.caller import system
from shared.ids import new_id

_BUSY = 500
_ACCOUNTS = 100
_BENCH = system("bench")


async def idle(folder: Path, effort: Effort) -> Run:
    """One command at a time, and a pause after each: nobody else writes."""
    return await _seen(folder, effort, 50, at_once=False)


async def busy(folder: Path, effort: Effort) -> Run:
    """Commands begun 500 times a second, whether those before are done or not."""
    return await _seen(folder, effort, _BUSY, at_once=True)


async def _seen(folder: Path, effort: Effort, a_second: int, at_once: bool) -> Run:
    service = build(kit(folder))
    await service.kit.start(sweep_every=3600)
    handler, each = service.kit.handlers["account"], []
    command = Pay.model_validate(PLAIN)

    async def one(n: int) -> None:
        receipt = await handler.handle(str(n % _ACCOUNTS), command, _BENCH, new_id())
        began = time.perf_counter()
        await service.kit.wait(receipt.token)
        each.append(time.perf_counter() - began)

    began = time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    for n in range(max(2, int(effort.seconds * a_second))):
        due = began + n / a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if at_once:
            under_way.add(task := asyncio.create_task(one(n)))
            task.add_done_callback(under_way.discard)
        else:
            await one(n)
    await asyncio.gather(*under_way)
    seconds = time.perf_counter() - began
    await service.kit.stop()
    return Run(len(each), seconds, tuple(each))


CASES = (
    Case(
        "A10",
        "commit to visible in the view, idle",
        "commands",
        Contender(OURS, idle),
        (),
        (Within(50, 5, 2), Within(99, 50, 20)),
    ),
    Case(
        "A10",
        "commit to visible in the view, 500 commands a second",
        "commands",
        Contender(OURS, busy),
        (),
        (Within(50, 5, 2), Within(99, 50, 20)),
    ),
)
