"""The kinds of faults of the distributed system. Each leaves every process running and everything at rest."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

from deploy.catalogue import SERVICES
from deploy.servers.process import running
from tests.distributed.arena import Arena

_IN_COMMANDS = ("decided", "appended", "handled")
_IN_RELAYS = ("before-publish", "published", "unmarked")
_IN_FOLLOWERS = ("before-fold", "folded", "before-handle", "after-handle", "batch-taken", "place-remembered")
_WRITING = ("requests", "pledges", "deadlines")
_PASSED_WITHIN = 6.0
_LEASE_LOST_AFTER = 7.0
_SESSION_LOST_AFTER = 14.0


async def each_service_killed(arena: Arena) -> None:
    """F1, F2, F3: `kill -9` of every service in turn, at any moment, and the gateway's too."""
    async with arena.under_load():
        for name in (*SERVICES, "gateway"):
            await arena.kill(name)
            await asyncio.sleep(arena.dice.uniform(0, 0.5))
            await arena.start(name)
            await asyncio.sleep(arena.dice.uniform(0, 0.5))


async def killed_at_a_step(arena: Arena) -> None:
    """F1, F2, F3: a service dies at a named step of a command, of its relay, or of what follows."""
    places = [
        (arena.dice.choice(_WRITING[:2]), arena.dice.choice(_IN_COMMANDS)),
        (arena.dice.choice(_WRITING[:2]), arena.dice.choice(_IN_RELAYS)),
        (arena.dice.choice(SERVICES[:3]), arena.dice.choice(_IN_FOLLOWERS)),
    ]
    for name, place in places:
        await arena.signal(name, signal.SIGTERM)
        await arena.start(name, ARTICLE6_FAILPOINT=f"{place}:{arena.dice.randint(3, 20)}")
        async with arena.under_load(before=0):
            arena.kills += await arena.ended(name, _PASSED_WITHIN)
            await asyncio.to_thread(arena.cluster.kill, name)
            await arena.start(name)


async def broker_killed(arena: Arena) -> None:
    """`kill -9` of Kafka: commands are taken all the while, and everybody hears of them afterwards."""
    async with arena.under_load():
        await asyncio.to_thread(arena.kafka.kill)
        arena.kills += 1
        before = arena.load.told.acknowledged
        await asyncio.sleep(2)
        if arena.load.told.acknowledged == before:
            arena.load.told.strange.append("nothing was acknowledged while the broker was away")
        await asyncio.to_thread(arena.kafka.start)


async def database_killed(arena: Arena) -> None:
    """`kill -9` of MongoDB: nothing is acknowledged meanwhile, and nothing that was is lost."""
    async with arena.under_load():
        await asyncio.to_thread(arena.mongodb.kill)
        arena.kills += 1
        await asyncio.sleep(1)
        await asyncio.to_thread(arena.mongodb.start)


async def servers_silent(arena: Arena) -> None:
    """F6: the broker, then the database, take connections and do not answer (SIGSTOP), and answer again."""
    broker, database = arena.kafka.pid, running(arena.mongodb.folder / "ferretdb.pid")
    assert broker is not None
    assert database is not None
    for pid, seconds in ((broker, arena.dice.uniform(6, 16)), (database, arena.dice.uniform(3, 12))):
        async with arena.under_load():
            os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(seconds)
            finally:
                os.kill(pid, signal.SIGCONT)


async def two_of_each(arena: Arena) -> None:
    """F4: a second process of a service comes and goes in the middle of batches, also by `kill -9`."""
    for name in ("requests", "pledges", "insights"):
        second = f"{name}-2"
        async with arena.under_load():
            await arena.start(second)
            await asyncio.sleep(1)
            if arena.dice.random() < 0.5:
                await arena.kill(second)
            else:
                await arena.signal(second, signal.SIGTERM)
            await asyncio.sleep(1)
        arena.cluster.running.pop(second)


async def relay_stopped(arena: Arena) -> None:
    """F7: the process that publishes stands still (SIGSTOP); another takes over; then it wakes up."""
    first, second = "pledges", "pledges-2"
    await arena.kill(first)
    await arena.start(second)
    await asyncio.sleep(_LEASE_LOST_AFTER)
    await arena.start(first)
    async with arena.under_load():
        await arena.signal(second, signal.SIGSTOP)
        await asyncio.sleep(arena.dice.choice((_LEASE_LOST_AFTER, _SESSION_LOST_AFTER)))
        await arena.signal(second, signal.SIGCONT)
    await arena.signal(second, signal.SIGTERM)
    arena.cluster.running.pop(second)
    await arena.settled()


async def rolling_restart(arena: Arena) -> None:
    """Every process in turn is asked to end and started again, under load."""
    async with arena.under_load():
        for name in (*SERVICES, "gateway"):
            await arena.signal(name, signal.SIGTERM)
            await arena.start(name)


KINDS: dict[str, Callable[[Arena], Awaitable[None]]] = {
    "killed": each_service_killed,
    "steps": killed_at_a_step,
    "broker": broker_killed,
    "database": database_killed,
    "silent": servers_silent,
    "two": two_of_each,
    "relay": relay_stopped,
    "rolling": rolling_restart,
}
