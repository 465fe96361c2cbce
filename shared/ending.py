"""Ending a task of ours for sure."""

import asyncio
from typing import Any


async def ended(task: "asyncio.Task[Any] | None", asked_again: float = 0.5) -> None:
    """Cancel it, and wait until it has ended, however it does; what it ended of is for itself to log.

    `asked_again`: seconds that it may take to close what it has open before it is cancelled once more.

    A cancellation can get lost on its way through others' code (asyncio.wait_for before Python 3.12, which
    the clients of Kafka use too), so it is asked again until the task is over.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=asked_again)
    if task is not None and not task.cancelled():
        task.exception()  # looked at, so that nobody complains that it never was
