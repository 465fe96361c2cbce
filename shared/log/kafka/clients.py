"""How clients of Kafka begin and end: whoever is cancelled meanwhile, none leaves a connection open."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

from shared.ending import ended

log = structlog.get_logger(__name__)

_Client: TypeAlias = AIOKafkaConsumer | AIOKafkaProducer | AIOKafkaAdminClient
_GOOD_BYE = 3.0
_CUT_OFF_IN = 5 * _GOOD_BYE
_A_MEMBERS_TASKS = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task", "_reset_committed_task")


async def started(client: _Client) -> None:
    """Start it, so that nothing stays open when that is broken off."""
    inner = client.client if isinstance(client, AIOKafkaProducer) else client._client
    begin = inner.bootstrap

    async def whole() -> None:
        # aiokafka 0.14 forgets its first connection, unclosed, when it is cancelled over its first question.
        await to_its_end(begin())

    inner.bootstrap = whole
    await client.start()


async def stopped(client: _Client) -> None:
    """Stop it; one that cannot say good-bye to its broker is cut off after a while. Whoever is cancelled
    meanwhile still waits for that, else connections would be left to a loop that ends."""
    await to_its_end(_stopped(client), _CUT_OFF_IN)


async def _stopped(client: _Client) -> None:
    if await _ends(client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop()):
        return
    log.info("kafka_client_cut_off", client=type(client).__name__)
    # What it leaves behind would go on trying for ever, and open connections for that.
    if isinstance(client, AIOKafkaProducer):
        left, inner = [client._sender], client.client
    elif isinstance(client, AIOKafkaConsumer):
        left, inner = [client._fetcher], client._client
        await _cut_off(client._coordinator)
    else:
        left, inner = [], client._client
    for part in left:
        if part is not None:
            await _ends(part.close())
    await _ends(inner.close())


async def _cut_off(coordinator: Any) -> None:
    """End what a member of a group does: its `close` does nothing when called once more."""
    for name in _A_MEMBERS_TASKS:
        await ended(getattr(coordinator, name, None))


async def _ends(closing: Coroutine[Any, Any, None]) -> bool:
    """Whether it came to its end in time, without any trouble.

    In a task of its own: cancellations that the library raises inside while it closes are not meant for us.
    """
    task = asyncio.ensure_future(closing)
    await asyncio.wait([task], timeout=_GOOD_BYE)
    if not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_GOOD_BYE)
        return False
    return not task.cancelled() and task.exception() is None


async def to_its_end(work: Coroutine[Any, Any, None], seconds: float = _GOOD_BYE) -> None:
    """Wait until it is over, whoever is cancelled meanwhile; but no longer than so many seconds after that."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            if cancelled is None:
                asyncio.get_running_loop().call_later(seconds, task.cancel)
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # looked at, so that nobody complains that it never was
    raise cancelled
