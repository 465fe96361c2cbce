"""Two processes of one service: what one of them sets aside, or deals with, the other learns of."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.auth.caller import system
from shared.clock import TurnableClock
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.kit import Kit
from shared.log.embedded import EmbeddedLog
from shared.parking import Parking
from tests.kit import counting
from tests.kit.test_relay import until
from tests.kit.world import A_DAY

VIEW = counting.SHOWN.name


class Here:
    """One process; `elsewhere` is the parking of the other, on the same documents."""

    def __init__(self, folder: Path) -> None:
        clock = TurnableClock(A_DAY)
        self.store = SqliteEventStore(folder / "events.db")
        documents = SqliteDocuments(folder / "views.db")
        log = EmbeddedLog({"tallies": self.store}, documents)
        self.kit = Kit("tallies", self.store, log, documents, clock, exclusive=False)
        counting.build(self.kit)
        self.elsewhere = Parking("tallies", documents, clock)

    async def add(self, amount: int) -> None:
        tallies = self.kit.handlers["tally"]
        await tallies.handle("a", counting.Add(amount=amount), system("desk"), f"add-{amount}")

    async def total(self, identity: str) -> int:
        found = await self.kit.documents.get(counting.SHOWN.collection.name, [identity])
        return int(found[identity].body["doc"]["total"]) if identity in found else 0


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    made = Here(tmp_path)
    await made.kit.start()
    yield made
    await made.kit.stop()


async def test_what_another_process_set_aside_is_passed_over_and_caught_up_with_when_it_was_dealt_with(
    here: Here,
) -> None:
    await here.add(1)
    await until(lambda: here.kit._consumers["tallies"].has_taken("tally-a", 1))
    await here.elsewhere.park(VIEW, "tallies", "tally-a", 2, LookupError("nobody can deal with it"))
    await here.kit.parking.refresh()

    for amount in (2, 3, 4):
        await here.add(amount)
    await until(lambda: here.kit._consumers["tallies"].has_taken("tally-a", 4))
    assert await here.total("a") == 1

    await here.elsewhere.forget(VIEW, "tally-a")
    # It finds out by itself, between two batches.
    await until(lambda: not here.kit.parking.is_parked(VIEW, "tally-a"))
    async with here.kit._consumers["tallies"].paused():
        assert await here.total("a") == 1 + 2 + 3 + 4


async def test_what_is_being_tried_here_is_not_parked_again_by_a_look_around(here: Here) -> None:
    parking = here.kit.parking
    await parking.park(VIEW, "tallies", "tally-a", 1, LookupError("not now"))
    lifted = parking.lift(VIEW, "tally-a")
    assert lifted is not None
    assert await parking.refresh() == []
    assert not parking.is_parked(VIEW, "tally-a")
    parking.put_back(lifted)
    assert parking.is_parked(VIEW, "tally-a")
    assert await parking.refresh() == []
