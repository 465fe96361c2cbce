"""A bounded fault run of the distributed system: one round of each kind that is quick, the same kinds each time.

`python -m tests.distributed` does all kinds, and more with ROUNDS=.
"""

import random
from pathlib import Path

import pytest

from tests.distributed.arena import arena
from tests.distributed.kinds import KINDS

QUICK = ("two", "broker", "no-broker", "no-database")
"""Processes of every service die and leave in the middle of batches, the broker dies, and services are cut off from
the broker and from the database."""


@pytest.mark.distributed
@pytest.mark.timeout(1800)
async def test_nothing_is_lost_or_doubled_whatever_happens_to_processes_servers_and_ways(tmp_path: Path) -> None:
    seed = random.randrange(1, 10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    async with arena(tmp_path, seed) as ours:
        for kind in QUICK:
            acknowledged = ours.load.told.acknowledged
            await KINDS[kind](ours)
            found = await ours.check()
            assert found.all() == [], f"after {kind}"
            assert ours.load.told.acknowledged > acknowledged, f"nothing was acknowledged during {kind}"
