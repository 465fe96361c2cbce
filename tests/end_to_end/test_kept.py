"""What the pages keep is opened when somebody first needs it: once for all who ask, and again where it failed."""

import asyncio
from pathlib import Path

import pytest

from deploy.kept import OpenedLater
from shared.documents import Collection, Documents, DocumentsUnavailable, Put
from shared.documents.sqlite import SqliteDocuments

THINGS = Collection("things")


class Opening:
    """A database that answers, or does not, when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.attempts = 0
        self.goes_on = asyncio.Event()
        self.reached = True

    async def __call__(self) -> Documents:
        self.attempts += 1
        await self.goes_on.wait()
        if not self.reached:
            raise OSError("no route to host")
        return SqliteDocuments(self.folder / "kept.db")


async def test_all_who_ask_meanwhile_wait_for_one_attempt_and_the_next_makes_another(tmp_path: Path) -> None:
    opening = Opening(tmp_path)
    opening.reached = False
    kept = OpenedLater(opening)
    asking = [asyncio.ensure_future(kept.get("things", ["a"])) for _ in range(5)]
    await asyncio.sleep(0)
    opening.goes_on.set()
    for outcome in await asyncio.gather(*asking, return_exceptions=True):
        assert isinstance(outcome, DocumentsUnavailable)
    assert opening.attempts == 1
    opening.reached = True
    await kept.declare(THINGS)
    assert await kept.write([Put("things", "a", {}, 0)]) == [True]
    assert set(await kept.get("things", ["a"])) == {"a"}
    assert opening.attempts == 2
    await kept.close()


async def test_who_gives_up_waiting_takes_it_from_nobody_else(tmp_path: Path) -> None:
    opening = Opening(tmp_path)
    kept = OpenedLater(opening)
    first, second = (asyncio.ensure_future(kept.declare(THINGS)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    opening.goes_on.set()
    await second
    assert (first.cancelled(), opening.attempts) == (True, 1)
    await kept.close()


async def test_closing_ends_an_attempt_that_still_waits(tmp_path: Path) -> None:
    kept = OpenedLater(Opening(tmp_path))
    asking = asyncio.ensure_future(kept.declare(THINGS))
    await asyncio.sleep(0)
    await kept.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
