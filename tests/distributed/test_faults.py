"""A bounded fault run of the distributed system: kinds in any order, as far as some minutes reach.

`python -m tests.distributed` does them all, and more with ROUNDS=.
"""

import random
import time
from pathlib import Path

import pytest

from tests.distributed.arena import arena
from tests.distributed.kinds import KINDS

_MINUTES = 5.0
_LEAST = 2


@pytest.mark.distributed
@pytest.mark.timeout(1800)
async def test_nothing_is_lost_or_doubled_whatever_happens_to_processes_and_servers(tmp_path: Path) -> None:
    seed = random.randrange(1, 10**6)
    order = random.Random(seed).sample(list(KINDS), len(KINDS))
    print(f"seed {seed}, {', '.join(order)}")  # noqa: T201 - shown when it fails
    async with arena(tmp_path, seed) as ours:
        until = time.monotonic() + _MINUTES * 60
        for number, kind in enumerate(order):
            if number >= _LEAST and time.monotonic() > until:
                break
            acknowledged = ours.load.told.acknowledged
            await KINDS[kind](ours)
            found = await ours.check()
            assert found.all() == [], f"after {kind}"
            assert ours.load.told.acknowledged > acknowledged, f"nothing was acknowledged during {kind}"
