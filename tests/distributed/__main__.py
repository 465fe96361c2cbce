"""`python -m tests.distributed [KIND…]`: does harm to a distributed system under load and looks for what is lost.

ROUNDS=50 does more, MINUTES= ends it earlier. Exit code 1 where anything is amiss; the logs are kept then.
"""

import argparse
import asyncio
import math
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from shared.logs import configure
from tests.distributed.arena import Arena, arena
from tests.distributed.kinds import KINDS
from tests.faults.checking import TROUBLES, Found
from tests.faults.table import HEAD, Tally, total

_ROUNDS_AN_ARENA = 6
out = Console(soft_wrap=True, highlight=False)


def main() -> int:
    """The exit code."""
    told = "\n".join(f"  {name:13}{kind.__doc__}" for name, kind in KINDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.distributed", description=__doc__, epilog=f"kinds:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("kinds", nargs="*", metavar="KIND", choices=[[], *KINDS], help="which (default: all)")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "0")), help="default: one of each")
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES", "0")),
                        help="begin no round after these (default: no bound)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=random.randrange(1, 10**6))
    asked = parser.parse_args()
    # What was started is ended also when this is told to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    configure("console", "error")
    kinds = asked.kinds or list(KINDS)
    dice = random.Random(asked.seed)
    order: list[str] = list(kinds)
    while len(order) < asked.rounds:
        order += dice.sample(kinds, len(kinds))
    order = order[: asked.rounds or len(kinds)]
    folder = Path(tempfile.mkdtemp(prefix="article6-distributed-"))
    out.print(f"seed {asked.seed}, load of this machine {os.getloadavg()[0]:.1f}, logs in {folder}")
    tallies: dict[str, Tally] = {}
    amiss: list[str] = []
    broken_off = False
    try:
        asyncio.run(rounds(folder, asked.seed, order, asked.minutes * 60 or math.inf, tallies, amiss))
    except KeyboardInterrupt:
        broken_off = True
    if tallies:
        out.print(markdown(tallies), markup=False)
    out.print(f"load of this machine {os.getloadavg()[2]:.1f} over the last quarter of an hour")
    for words in amiss:
        out.print(words, markup=False)
    if not amiss:
        shutil.rmtree(folder)
    return 130 if broken_off else 1 if amiss else 0


async def rounds(
    folder: Path, seed: int, order: list[str], seconds: float, tallies: dict[str, Tally], amiss: list[str]
) -> None:
    """Enters what came of each kind, and what is amiss; no round is begun after so many seconds, or after one amiss."""
    until = time.monotonic() + seconds
    for start in range(0, len(order), _ROUNDS_AN_ARENA):
        # Each check reads all that was ever told, so every few rounds begin with nothing.
        home = folder / f"{folder.name}-{start + 1}"
        async with arena(home, seed + start) as ours:
            for number, kind in enumerate(order[start : start + _ROUNDS_AN_ARENA], start=start + 1):
                out.print(f"{number}/{len(order)} {kind} …")
                began, before = time.monotonic(), _so_far(ours)
                try:
                    await KINDS[kind](ours)
                    found = await ours.check()
                except Exception as error:
                    found = Found(wrong=[f"{type(error).__name__}: {error}"])
                _enter(tallies.setdefault(kind, Tally()), ours, before, found)
                out.print(f"  {time.monotonic() - began:.0f} s, amiss {len(found.all())}")
                amiss += [f"round {number} ({kind}): {words}" for words in found.all()]
                if amiss or time.monotonic() > until:
                    return


def _so_far(ours: Arena) -> tuple[int, int, int, int]:
    told = ours.load.told
    return ours.kills, told.acknowledged, len(told.reads), len(ours.recoveries)


def _enter(tally: Tally, ours: Arena, before: tuple[int, int, int, int], found: Found) -> None:
    now = _so_far(ours)
    tally.rounds += 1
    tally.kills += now[0] - before[0]
    tally.acknowledged += now[1] - before[1]
    tally.reads += now[2] - before[2]
    tally.recoveries += ours.recoveries[before[3] :]
    for trouble in TROUBLES:
        setattr(tally, trouble, getattr(tally, trouble) + len(getattr(found, trouble)))


def markdown(tallies: dict[str, Tally]) -> str:
    """The table for docs/reliability.md."""
    rows = [*(tallies[kind].row(f"`{kind}`") for kind in KINDS if kind in tallies), total(tallies).row("all")]
    return "\n".join(f"| {' | '.join(line)} |" for line in (HEAD, ("---", *("---:" for _ in HEAD[1:])), *rows))


if __name__ == "__main__":
    sys.exit(main())
