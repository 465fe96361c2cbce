"""The kinds of faults of the distributed system. Each leaves every process running and everything at rest."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

from deploy.catalogue import SERVICES
from deploy.servers.process import running
from tests.distributed.arena import Arena
from tests.distributed.network import HOWS, Link

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
    """The broker, then the database, take connections and do not answer anybody (SIGSTOP), and answer again."""
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


async def way_to_broker_disturbed(arena: Arena) -> None:
    """F6: services do not reach Kafka. They take commands all the same, and everybody hears of them afterwards."""
    for name in _some(arena):
        await arena.signal(name, signal.SIGTERM)
        await arena.start_over_links(name)
    async with arena.under_load():
        before = arena.load.told.acknowledged
        async with _disturbed(arena, arena.kafka.link):
            await asyncio.sleep(arena.dice.uniform(4, _SESSION_LOST_AFTER))
            if arena.load.told.acknowledged == before:
                arena.load.told.strange.append("nothing was acknowledged while the broker was out of reach")


async def way_to_database_disturbed(arena: Arena) -> None:
    """F6: services do not reach the database, or do not hear what it did."""
    for name in _some(arena):
        await arena.signal(name, signal.SIGTERM)
        await arena.start_over_links(name)
    async with arena.under_load(), _disturbed(arena, arena.to_mongodb):
        await asyncio.sleep(arena.dice.uniform(3, 12))


async def publisher_out_of_reach(arena: Arena) -> None:
    """F6: of two processes of a service the one that publishes does not reach Kafka; the other takes over from it."""
    first = arena.dice.choice(_WRITING[:2])
    second = f"{first}-2"
    await arena.signal(first, signal.SIGTERM)
    await arena.start_over_links(first)
    await arena.start(second)
    async with _disturbed(arena, arena.kafka.link):
        async with arena.clients_at_work():
            await asyncio.sleep(4)
        await arena.published(second)
    await arena.settled()
    await arena.signal(second, signal.SIGTERM)
    arena.cluster.running.pop(second)
    await arena.settled()


@contextlib.asynccontextmanager
async def _disturbed(arena: Arena, link: Link) -> AsyncIterator[None]:
    how = arena.dice.choice(HOWS)
    link.disturb(how)
    try:
        yield
    finally:
        link.heal()


def _some(arena: Arena) -> tuple[str, str]:
    """One that publishes much, and one that mostly listens."""
    return arena.dice.choice(_WRITING[:2]), arena.dice.choice(("deadlines", "coalitions", "insights"))


async def two_of_each(arena: Arena) -> None:
    """F4: a second process of every service comes and goes in the middle of batches, also by `kill -9`."""
    seconds = [f"{name}-2" for name in SERVICES]
    async with arena.under_load():
        await asyncio.gather(*(arena.start(second) for second in seconds))
        for second in arena.dice.sample(seconds, len(seconds)):
            if arena.dice.random() < 0.5:
                await arena.kill(second)
            else:
                await arena.signal(second, signal.SIGTERM)
            await asyncio.sleep(arena.dice.uniform(0, 1))
    for second in seconds:
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
    "no-broker": way_to_broker_disturbed,
    "no-database": way_to_database_disturbed,
    "no-publisher": publisher_out_of_reach,
    "two": two_of_each,
    "relay": relay_stopped,
    "rolling": rolling_restart,
}
