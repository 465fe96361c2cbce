"""Policies: what a service does when events arrive. Their commands' ids derive from the event, so
an event heard twice, or again after a crash, has its effect once."""

import asyncio
import inspect
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import structlog

from shared.auth.caller import system
from shared.codec import Codec
from shared.commits import Commit
from shared.failpoints import failpoint
from shared.handling import Handler
from shared.heard import Heard
from shared.messages import Command
from shared.parking import Parking, passes_by_itself

log = structlog.get_logger(__name__)
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Issue:
    """A command to send to the stream `to` (its identity). `command_id` must follow from the cause."""

    to: str
    command: Command
    command_id: str


React = Callable[[Heard[Any]], Iterable[Issue] | Awaitable[Iterable[Issue]]]


class Policy:
    """Listens to some events of a topic and sends what `react` answers to one handler."""

    def __init__(
        self, name: str, topic: str, codec: Codec, react: React, handler: Handler[Any, Any, Any], parking: Parking
    ) -> None:
        self.name = name
        self._topic = topic
        self._codec = codec
        self._react = react
        self._handler = handler
        self._parking = parking

    async def take(self, commits: Sequence[Commit]) -> None:
        """React to these commits: each stream in its order, streams side by side."""
        wanted = [commit for commit in commits if any(self._codec.knows(record.type) for record in commit.events)]
        if not wanted:
            return
        by_stream = itertools.groupby(sorted(wanted, key=attrgetter("stream", "seq")), key=attrgetter("stream"))
        room = asyncio.Semaphore(_AT_ONCE)

        async def one_stream(group: list[Commit]) -> None:
            async with room:
                for commit in group:
                    if self._parking.is_parked(self.name, commit.stream) or not await self._one(commit):
                        return

        # All are waited for, also after a fault: nothing of this batch may still run when it is tried again.
        outcomes = await asyncio.gather(*(one_stream(list(group)) for _, group in by_stream), return_exceptions=True)
        for fault in outcomes:
            if fault is not None:
                raise fault

    async def _one(self, commit: Commit) -> bool:
        try:
            for heard in self._codec.heard(commit, self._topic):
                answer = self._react(heard)
                issues = await answer if inspect.isawaitable(answer) else answer
                for issue in issues:
                    failpoint("before-handle")
                    await self._handler.handle(
                        issue.to,
                        issue.command,
                        system(self.name),
                        issue.command_id,
                        correlation_id=heard.correlation_id,
                        causation_id=heard.link,
                    )
                    failpoint("after-handle")
        except Exception as error:
            if passes_by_itself(error):
                raise
            await self._parking.park(self.name, self._topic, commit.stream, commit.seq, error)
            return False
        return True
