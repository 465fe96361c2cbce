"""A fault run: so many rounds, a fresh folder every few, a check after each."""

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from tests.faults.arena import Arena
from tests.faults.kinds import KINDS, share
from tests.faults.load import Load
from tests.faults.process import Nursery
from tests.faults.table import Before, Tally

_ROUNDS_A_FOLDER = 8


@dataclass
class Outcome:
    """What was found; `amiss` in words, with the round, and folders that were kept for it."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    amiss: list[str] = field(default_factory=list)


async def run(
    rounds: int,
    kinds: Sequence[str],
    seed: int,
    progress: Callable[[int, str], None] = lambda *_: None,
    minutes: float = inf,
) -> Outcome:
    """Do these rounds, and begin none after so many minutes.

    The seed fixes what is sent and which faults come, not the moments of a busy machine.
    """
    dice = random.Random(seed)
    outcome = Outcome()
    until = time.monotonic() + minutes * 60
    order = share(rounds, kinds, dice)
    async with Nursery() as nursery:
        for start in range(0, rounds, _ROUNDS_A_FOLDER):
            if time.monotonic() > until:
                break
            folder = Path(tempfile.mkdtemp(prefix="article6-faults-"))
            arena = Arena(nursery, folder, dice, Load(folder, dice.randrange(10**9)))
            before_all = len(outcome.amiss)
            for number, kind in enumerate(order[start : start + _ROUNDS_A_FOLDER], start=start + 1):
                if time.monotonic() > until:
                    break
                progress(number, kind)
                if not await _round(arena, number, kind, outcome):
                    break
            if arena.server is not None:
                await arena.server.killed()
            if len(outcome.amiss) == before_all:
                shutil.rmtree(folder)
    return outcome


async def _round(arena: Arena, number: int, kind: str, outcome: Outcome) -> bool:
    tally = outcome.tallies.setdefault(kind, Tally())
    before = Before(arena)
    await KINDS[kind](arena)
    found = await arena.check()
    before.enter(tally, found)
    outcome.amiss += [f"round {number} ({kind}, {arena.folder}): {words}" for words in found.all()]
    return not found.all()
