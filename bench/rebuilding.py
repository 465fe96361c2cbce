"""A8: a view of a million events made anew beside the live one, while commands go on."""

import asyncio
import time
from pathlib import Path

from bench.account_service import NAME, kit
from bench.bars import Rate, Slowed
from bench.case import OURS, Case
from bench.measuring import Contender, Effort, Run
from bench.payments import ACCOUNTS, BALANCES, PLAIN, Account, Paid, Pay, PayAll, many
from bench.stocked import stocked
from shared.auth.caller import system
from shared.handling import Handler
from shared.ids import new_id

TIMES = 50
"""A million of the 20,000 events of a full run."""
_A_STREAM = 100
_A_SECOND = 100
_BENCH = system(NAME)


async def rebuilt(folder: Path, effort: Effort) -> Run:
    """From the order to the switch, compared with the live documents; a hundred commands a second go on.

    `each` is how long a command took meanwhile, `quiet` how long before.
    """
    events = max(1_000, effort.events * TIMES)
    store = await stocked(folder / "events.db", many(events, events // _A_STREAM))
    await store.close()
    one = kit(folder)
    handler = one.handler(ACCOUNTS)
    one.view(BALANCES)
    await one.start(sweep_every=3_600)
    quiet = await _traffic(handler, asyncio.create_task(asyncio.sleep(effort.seconds * 5)))
    began = time.perf_counter()
    await one.rebuilds.start(BALANCES.name)
    making = asyncio.create_task(one.rebuilds.wait(BALANCES.name))
    meanwhile = await _traffic(handler, making)
    seconds = time.perf_counter() - began
    told = await making
    await one.stop()
    if told.stage != "live" or told.generation == 1:
        raise RuntimeError(f"the view was not made anew: {told.stage} {told.failing}")
    return Run(events, seconds, tuple(meanwhile), tuple(quiet))


async def _traffic(handler: Handler[Pay | PayAll, Paid, Account], until: "asyncio.Task[object]") -> list[float]:
    """Commands to accounts of their own, begun so many a second; how long each took."""
    each: list[float] = []
    command = Pay.model_validate(PLAIN)

    async def one(n: int) -> None:
        began = time.perf_counter()
        await handler.handle(f"live-{n % _A_STREAM}", command, _BENCH, new_id())
        each.append(time.perf_counter() - began)

    under_way: set[asyncio.Task[None]] = set()
    n, began = 0, time.perf_counter()
    while not until.done() or n < 2:
        under_way.add(task := asyncio.create_task(one(n)))
        task.add_done_callback(under_way.discard)
        n += 1
        await asyncio.sleep(max(0.0, began + n / _A_SECOND - time.perf_counter()))
    await asyncio.gather(*under_way)
    return each


CASES = (
    Case(
        "A8",
        "rebuild of a million events, live traffic",
        "events",
        Contender(OURS, rebuilt),
        (),
        # A million in 90 s, stretch 45 s.
        (Rate(1_000_000 / 90, 1_000_000 / 45), Slowed(99, 2)),
        most_rounds=1,
    ),
)
