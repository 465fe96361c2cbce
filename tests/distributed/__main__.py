"""`python -m tests.distributed [KIND…]`: does harm to a distributed system under load and looks for what is lost.

ROUNDS=50 does more. Exit code 1 where anything is amiss; the logs are kept then.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shared.logs import configure
from tests.distributed.arena import Arena, arena
from tests.distributed.kinds import KINDS
from tests.faults.checking import TROUBLES, Found

out = Console(soft_wrap=True, highlight=False)


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.distributed", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[[], *KINDS], help=f"of {', '.join(KINDS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "0")), help="default: one of each")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 10**6))
    asked = parser.parse_args()
    # What was started is ended also when this is told to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    configure("console", "error")
    kinds = asked.kinds or list(KINDS)
    dice = random.Random(asked.seed)
    order = kinds if not asked.rounds else [dice.choice(kinds) for _ in range(asked.rounds)]
    folder = Path(tempfile.mkdtemp(prefix="article6-distributed-"))
    out.print(f"seed {asked.seed}, logs in {folder / 'logs'}")
    rows, amiss = asyncio.run(rounds(folder, asked.seed, order))
    show(rows)
    for words in amiss:
        out.print(words, markup=False)
    if not amiss:
        shutil.rmtree(folder)
    return 1 if amiss else 0


async def rounds(folder: Path, seed: int, order: list[str]) -> tuple[list[list[str]], list[str]]:
    """What came of each round, and what is amiss after it."""
    rows: list[list[str]] = []
    amiss: list[str] = []
    async with arena(folder, seed) as ours:
        for number, kind in enumerate(order, start=1):
            began, kills, told = time.monotonic(), ours.kills, ours.load.told.acknowledged
            try:
                await KINDS[kind](ours)
                found = await ours.check()
            except Exception as error:
                found = Found(wrong=[f"{type(error).__name__}: {error}"])
            rows.append(_row(number, kind, ours, ours.kills - kills, ours.load.told.acknowledged - told, found))
            out.print(f"{number}/{len(order)} {kind}: {time.monotonic() - began:.0f} s, amiss {len(found.all())}")
            amiss += [f"round {number} ({kind}): {words}" for words in found.all()]
            if amiss:
                break
    return rows, amiss


def _row(number: int, kind: str, ours: Arena, kills: int, acknowledged: int, found: Found) -> list[str]:
    troubles = [str(len(getattr(found, name))) for name in TROUBLES]
    return [str(number), kind, str(kills), str(acknowledged), *troubles, f"{max(ours.recoveries, default=0):.0f}"]


def show(rows: list[list[str]]) -> None:
    """The table for docs/reliability.md."""
    table = Table("round", "kind", "kills", "acknowledged", *TROUBLES, "slowest start (s)", box=None)
    for row in rows:
        table.add_row(*row)
    out.print(table)


if __name__ == "__main__":
    sys.exit(main())
