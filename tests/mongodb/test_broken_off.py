"""Whoever is broken off while the database is away leaves a driver behind that still answers everybody else."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import pytest

from shared.ids import new_id
from shared.mongodb.connection import MongoConnection, MongoDatabase, MongoUnavailable, Patience
from tests import servers
from tests.mongodb.cutting import Cutting, cutting

pytestmark = pytest.mark.distributed
ASKERS = 16
SECONDS = 3.0


@pytest.fixture
async def ways() -> AsyncIterator[tuple[Cutting, MongoDatabase]]:
    async with cutting(servers.mongodb()) as between:
        connection = await MongoConnection.open(between.address, Patience(whole=5, once=2))
        database = connection.database(f"a6_test_{new_id().replace('-', '')}")
        await database.repeat(lambda: database["places"].insert_one({"_id": "a"}))
        yield between, database
        between.come_back()
        await connection.drop(database.name)
        await connection.close()


async def test_questions_are_answered_again_after_an_outage_in_which_callers_were_broken_off(
    ways: tuple[Cutting, MongoDatabase],
) -> None:
    between, database = ways

    async def ask() -> None:
        while True:
            with contextlib.suppress(MongoUnavailable):
                await database.repeat(lambda: database["places"].find_one({"_id": "a"}))

    await between.go_down()
    askers = [asyncio.ensure_future(ask()) for _ in range(ASKERS)]
    gone: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    until = loop.time() + SECONDS
    while loop.time() < until:
        await asyncio.sleep(random.uniform(0, 0.01))
        chosen = random.randrange(ASKERS)
        # Twice, as by a time limit inside a task that is ended: the second finds the driver at its tidying up.
        leaving = askers[chosen]
        leaving.cancel()
        for _ in range(random.randint(1, 3)):
            await asyncio.sleep(0)
            leaving.cancel()
        gone.append(leaving)
        askers[chosen] = asyncio.ensure_future(ask())
    between.come_back()
    found = asyncio.ensure_future(database.repeat(lambda: database["places"].find_one({"_id": "a"})))
    done, _ = await asyncio.wait([found], timeout=60)
    for task in (*askers, *gone, found):
        task.cancel()
    await asyncio.wait([*askers, *gone], timeout=60)
    assert done, "nobody gets an answer from the driver any more"
    assert found.result() == {"_id": "a"}
