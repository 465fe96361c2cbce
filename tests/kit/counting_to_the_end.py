"""A process of its own that counts as fast as it can and says what was acknowledged, until it is killed."""

import asyncio
import sys
from pathlib import Path

from shared.auth.caller import system
from shared.clock import SystemClock
from shared.eventstore.sqlite import SqliteEventStore
from shared.handling import Contended, Handler
from shared.logs import configure
from tests.kit.counting import TALLY, Add


async def count(path: Path, run: str) -> None:
    store = SqliteEventStore(path)
    handler = Handler("tallies", TALLY, store, SystemClock())

    async def caller(who: int) -> None:
        for n in range(1_000_000):
            try:
                receipt = await handler.handle(f"t{who % 4}", Add(amount=1), system("test"), f"{run}-{who}-{n}")
            except Contended:
                continue
            sys.stdout.write(f"{receipt.stream} {receipt.seq} {run}-{who}-{n}\n")
            sys.stdout.flush()

    await asyncio.gather(*(caller(who) for who in range(8)))


if __name__ == "__main__":
    configure("json", "warning")
    asyncio.run(count(Path(sys.argv[1]), sys.argv[2]))
