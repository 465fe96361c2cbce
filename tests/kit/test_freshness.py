"""How far the answers of a service lag behind what was recorded, as it says itself."""

import asyncio
from datetime import timedelta
from typing import Any

from shared.heard import Heard
from tests.kit.echoing import Added
from tests.kit.world import World


async def fresh(here: World, service: str = "echoes") -> Any:
    """What everybody is answered."""
    async with here.client(None) as http:
        answer = await http.get(f"/{service}/operations/freshness")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def until_it_fails(here: World) -> None:
    """The follower has begun with a batch, and cannot take it."""
    async with asyncio.timeout(60):
        while not here.echoes.failing():
            await asyncio.sleep(0.01)


async def test_who_has_taken_everything_is_not_behind(here: World) -> None:
    await here.add("a", 1)
    await here.settle()
    assert await fresh(here) == {"waiting": 0, "behind_seconds": 0.0}
    assert await fresh(here, "tallies") == {"waiting": 0, "behind_seconds": 0.0}


async def test_it_is_behind_by_the_age_of_the_oldest_that_it_could_not_take(here: World) -> None:
    def fails(_: Heard[Added]) -> None:
        raise OSError

    here.faults.repeating = fails
    await here.add("a", 1)
    await until_it_fails(here)
    here.clock.turn(timedelta(seconds=30))
    await here.add("b", 1)
    await here.add("c", 1)
    assert await fresh(here) == {"waiting": 3, "behind_seconds": 30.0}
    here.clock.turn(timedelta(seconds=30))
    assert (await fresh(here))["behind_seconds"] == 60.0
    here.faults.repeating = lambda _: None
    await here.settle()
    assert await fresh(here) == {"waiting": 0, "behind_seconds": 0.0}
