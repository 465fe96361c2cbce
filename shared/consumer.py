"""Follows one topic for one service and hands each batch to the service's followers."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

import structlog

from shared import metrics
from shared.commits import Commit
from shared.eventstore import StoreUnavailable
from shared.handling import Contended
from shared.log import EventLog, Subscription
from shared.sqlite.database import DatabaseUnavailable

log = structlog.get_logger(__name__)
_BATCH = 500
_TRANSIENT = (StoreUnavailable, DatabaseUnavailable, Contended, OSError)


class Follower(Protocol):
    """Something that takes commits of a topic; taking one again must change nothing."""

    name: str

    async def take(self, commits: Sequence[Commit]) -> None:
        """Deal with these commits. What it cannot deal with it parks; transient faults it raises."""
        ...


class Consumer:
    """One per service and topic. Remembers its place only after every follower has taken the batch."""

    def __init__(self, service: str, topic: str, followers: Sequence[Follower], log: EventLog) -> None:
        self.service = service
        self.topic = topic
        self._followers = followers
        self._log = log
        self._subscription: Subscription | None = None
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[str, int] = {}
        self._news = asyncio.Condition()
        self._busy = False
        self.failing: str = ""
        """Why the newest batch has to be tried again; blank when all is well."""

    async def start(self) -> None:
        """Begin to follow."""
        self._subscription = await self._log.subscribe(self.topic, self.service)
        self._task = asyncio.create_task(self._run(), name=f"{self.service} follows {self.topic}")

    async def stop(self) -> None:
        """Finish nothing, lose nothing: what was not remembered is heard again."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._subscription is not None:
            await self._subscription.close()

    async def caught_up(self) -> bool:
        """Whether everything in the topic has been taken."""
        return not self._busy and self._subscription is not None and await self._subscription.lag() == 0

    async def lag(self) -> int:
        """Commits not yet taken."""
        return await self._subscription.lag() if self._subscription else 0

    def has_taken(self, stream: str, seq: int) -> bool:
        """Whether that commit was taken since this process began."""
        return self._seen.get(stream, 0) >= seq

    async def wait_for(self, stream: str, seq: int, seconds: float) -> bool:
        """Wait until that commit was taken; whether it was, in time."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self.has_taken(stream, seq))
        except TimeoutError:
            return False
        return True

    async def _run(self) -> None:
        assert self._subscription is not None  # noqa: S101 - start() made it
        while True:
            commits = await self._subscription.batch(_BATCH, wait=1.0)
            if not commits:
                continue
            self._busy = True
            await self._take(commits)
            await self._subscription.commit()
            for commit in commits:
                self._seen[commit.stream] = commit.seq
            self._busy = False
            metrics.FOLLOWED.labels(self.service, self.topic).inc(len(commits))
            metrics.LAG.labels(self.service, self.topic).set(await self._subscription.lag())
            async with self._news:
                self._news.notify_all()

    async def _take(self, commits: Sequence[Commit]) -> None:
        for follower in self._followers:
            pause = 0.05
            while True:
                try:
                    await follower.take(commits)
                    self.failing = ""
                    break
                except Exception as error:
                    # Followers park what they cannot deal with; what reaches here may pass by itself.
                    level = log.warning if isinstance(error, _TRANSIENT) else log.exception
                    level("batch_will_be_retried", follower=follower.name, topic=self.topic, error=str(error))
                    self.failing = f"{follower.name}: {error}"
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 5.0)
