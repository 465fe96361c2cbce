"""A bounded fault run: one round of each kind, as far as a minute reaches. `make faults` does more."""

import random

from tests.faults.kinds import KINDS
from tests.faults.run import run
from tests.faults.table import markdown, total


async def test_nothing_acknowledged_is_lost_doubled_or_torn_whatever_happens_to_the_server() -> None:
    seed = random.randrange(1, 10**6)
    outcome = await run(len(KINDS), list(KINDS), seed, minutes=1)
    print(f"seed {seed}\n{markdown(outcome.tallies)}")  # noqa: T201 - shown when it fails
    assert outcome.amiss == []
    assert total(outcome.tallies).acknowledged > 0
