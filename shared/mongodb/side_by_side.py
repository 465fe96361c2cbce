"""Many small requests of one caller under way at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
T = TypeVar("T")
AT_ONCE = 16
"""Enough to fill the server, few enough for other callers."""


async def side_by_side(items: Sequence[Item], operation: Callable[[Item], Awaitable[T]]) -> list[T]:
    """What the operation answers for each, in their order. Where one fails no other is begun, and those that are with
    the driver end by themselves (`shared.mongodb.unbroken`), as a request whose answer gets lost."""
    if len(items) == 1:
        return [await operation(items[0])]
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(item: Item) -> T:
        async with slots:
            return await operation(item)

    tasks = [asyncio.ensure_future(one(item)) for item in items]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        # None is tried again behind the back of a caller who believes that this has ended.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
