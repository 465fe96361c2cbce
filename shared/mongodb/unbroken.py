"""The driver's operations, run to their end whatever becomes of those who asked.

Why: on Python 3.11 PyMongo waits for a server and for a place in its pool by `asyncio.wait_for` around a condition.
A task that is cancelled while that tidies up leaves without the condition's lock, which then nobody lets go: from
there on every question of the process waits for ever (tests/mongodb/test_broken_off.py; mended in asyncio with 3.12).
It also loses a cancellation now and then. So no cancellation reaches it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pymongo.errors import NetworkTimeout

T = TypeVar("T")


class Unbroken:
    """What is under way of one connection. `longest`: seconds until an operation counts as never answered."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._under_way: set[asyncio.Future[Any]] = set()

    async def __call__(self, operation: Callable[[], Awaitable[T]]) -> T:
        """Its result. Whoever is cancelled goes at once; the operation ends by itself, as one whose answer gets lost.

        NetworkTimeout where it does not end: the driver's own limits are far below that, so something is wrong in it.
        """
        task = asyncio.ensure_future(operation())
        self._under_way.add(task)
        task.add_done_callback(self._over)
        done, _ = await asyncio.wait([task], timeout=self._longest)
        if not done:
            raise NetworkTimeout(f"the driver has not come back within {self._longest:g} s")
        return task.result()

    async def at_rest(self) -> None:
        """Wait for what was left behind, as long as one operation may take at most."""
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=self._longest)

    def _over(self, task: "asyncio.Future[Any]") -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: whoever asked may be gone
