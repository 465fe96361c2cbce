"""What is repeated, for how long, and that whoever ends a task or sets it a limit is obeyed."""

import asyncio

import pytest
from pymongo.errors import AutoReconnect, DuplicateKeyError, NetworkTimeout, OperationFailure, WTimeoutError

from shared.mongodb.connection import MongoConnection, MongoUnavailable, WrongAddress, repeated
from shared.mongodb.unbroken import Unbroken


class Faulty:
    """An operation that fails so many times, each time with the next of these errors, and then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.times = 0

    async def __call__(self) -> str:
        self.times += 1
        if self._errors:
            raise self._errors.pop(0)
        return "done"


async def test_what_passes_by_itself_is_tried_again() -> None:
    stepping_down = OperationFailure("stepping down", 10107)
    faulty = Faulty(AutoReconnect("x"), NetworkTimeout("x"), WTimeoutError("x", 64), stepping_down)
    assert await repeated(faulty, 5, Unbroken(60)) == "done"
    assert faulty.times == 5


@pytest.mark.parametrize("code", [13, 18, 2, 115])
async def test_what_can_never_succeed_is_not(code: int) -> None:
    faulty = Faulty(OperationFailure("never", code), OperationFailure("never", code))
    with pytest.raises(MongoUnavailable):
        await repeated(faulty, 5, Unbroken(60))
    assert faulty.times == 1


async def test_a_duplicate_key_is_an_answer() -> None:
    faulty = Faulty(DuplicateKeyError("there", 11000))
    with pytest.raises(DuplicateKeyError):
        await repeated(faulty, 5, Unbroken(60))
    assert faulty.times == 1


async def test_patience_ends() -> None:
    faulty = Faulty(*(AutoReconnect("gone") for _ in range(1_000)))
    with pytest.raises(MongoUnavailable, match="gone"):
        await repeated(faulty, 0.3, Unbroken(60))
    assert 2 < faulty.times < 1_000


async def test_a_cancellation_that_the_driver_swallows_ends_the_task_nevertheless() -> None:
    async def swallows() -> str:
        try:
            await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            return "as if nothing had been"
        return "done"

    async def forever() -> None:
        while True:
            await repeated(swallows, 5, Unbroken(60))

    task = asyncio.ensure_future(forever())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task], timeout=60)
    assert task.cancelled()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await repeated(swallows, 5, Unbroken(60))


async def test_what_was_asked_goes_on_to_its_end_when_nobody_waits_for_it_any_more() -> None:
    told: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(0.05)
            told.append("done")
        except asyncio.CancelledError:
            told.append("broken off")
            raise

    unbroken = Unbroken(60)
    task = asyncio.ensure_future(repeated(slow, 5, unbroken))
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task], timeout=60)
    assert task.cancelled()
    assert told == []
    await unbroken.at_rest()
    assert told == ["done"]


async def test_a_driver_that_never_comes_back_keeps_nobody_waiting_for_ever() -> None:
    with pytest.raises(MongoUnavailable, match="has not come back"):
        await repeated(asyncio.Event().wait, 0.05, Unbroken(0.02))


@pytest.mark.parametrize("address", ["", "http://db", "mongodb://u:geheim@host:port/", "mongodb://h/?noSuch=1&w=x"])
async def test_a_wrong_address_is_refused_without_telling_it(address: str) -> None:
    with pytest.raises(WrongAddress) as refused:
        await MongoConnection.open(address)
    assert "geheim" not in str(refused.value)
