"""Follows one topic for one service and hands each batch to the service's followers."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from shared import metrics, tracing
from shared.commits import Commit
from shared.ending import ended
from shared.failpoints import failpoint
from shared.log import EventLog, LogUnavailable, Subscription
from shared.messages import Refused
from shared.parking import passes_by_itself

log = structlog.get_logger(__name__)
_BATCH = 500
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0
_WAIT = 1.0
_REMEMBERS_EVERY = 0.5
"""Seconds. The place only saves hearing again: to write it after each small batch cost as much as the views."""

_MEASURES_EVERY = 5.0
"""Seconds between two looks at the lag while there is much to take: a broker answers that only behind a fetch
that waits for news, half a second long. At rest it is looked at once more."""


class StillTrying(Refused):
    """The newest batch of this topic is still being tried; nothing was changed. Ask again in a moment."""

    status = 503


class Follower(Protocol):
    """Something that takes commits of a topic; taking one again must change nothing."""

    @property
    def name(self) -> str:
        """Under which it is told of, and streams are parked for it."""
        ...

    async def take(self, commits: Sequence[Commit]) -> None:
        """Deal with these commits. What it cannot deal with it parks; transient faults it raises."""
        ...


class Consumer:
    """One per service and topic. Remembers its place only after every follower has taken the batch.

    `views` take it first and side by side, since none of them rests on another; `followers` then, in their order.
    """

    def __init__(
        self,
        service: str,
        topic: str,
        followers: Sequence[Follower],
        log: EventLog,
        moved: Callable[[], Awaitable[object]] | None = None,
        views: Sequence[Follower] = (),
    ) -> None:
        self.service = service
        self._views = views
        self._moved = moved
        self._moves = 0
        self.topic = topic
        self._followers = followers
        self._log = log
        self._subscription: Subscription | None = None
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[str, int] = {}
        self._news = asyncio.Condition()
        self._taking = asyncio.Lock()
        self._busy = False
        self._in_hand: Sequence[Commit] = ()
        self._idle_at: float | None = None
        self._unremembered = False
        self._remembered_at = 0.0
        self._measured_at = 0.0
        self._unmeasured = False
        self._measuring: asyncio.Task[None] | None = None
        self.failing: str = ""
        """Why the newest batch has to be tried again; blank when all is well."""

    async def start(self) -> None:
        """Begin to follow."""
        self._subscription = await self._log.subscribe(self.topic, self.service)
        self._task = asyncio.create_task(self._run(), name=f"{self.service} follows {self.topic}")

    async def stop(self) -> None:
        """Finish nothing, lose nothing: what was not remembered is heard again."""
        await ended(self._task)
        await ended(self._measuring)
        if self._subscription is not None:
            await self._subscription.close()

    @property
    def following(self) -> bool:
        """Whether it is alive: started, and neither stopped nor dead of a fault."""
        return self._task is not None and not self._task.done()

    def alone_since(self) -> float | None:
        """Since when (`time.monotonic`) this process takes every stream of the topic; None while others take some."""
        return self._subscription.alone_since if self._subscription is not None else None

    async def caught_up(self) -> bool:
        """Whether everything in the topic has been taken."""
        if self._busy or self._subscription is None or await self._subscription.lag() > 0:
            return False
        # What was delivered a moment ago is no lag any more, and perhaps not begun with yet.
        await asyncio.sleep(0)
        return not self._busy

    async def lag(self) -> int:
        """Commits not yet taken."""
        return await self._subscription.lag() if self._subscription else 0

    async def behind(self, now: datetime) -> tuple[int, float | None]:
        """Commits not yet taken, and how many seconds the oldest has waited by `now` (UTC), at most.

        Zero where none waits; None where nothing has been caught up with since this process began.
        """
        in_hand = self._in_hand
        waiting = await self.lag()
        if in_hand:
            return waiting + len(in_hand), max(0.0, (now - in_hand[0].at).total_seconds())
        if not waiting:
            return 0, 0.0
        # Whatever waits came after the last look at which nothing did.
        return waiting, None if self._idle_at is None else time.monotonic() - self._idle_at

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

    @contextlib.asynccontextmanager
    async def paused(self, seconds: float = 5.0) -> AsyncIterator[None]:
        """Hold the flow between two batches: whoever hands older commits to a follower goes first.

        StillTrying where the present batch does not come to its end in time.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._taking.acquire()
        except TimeoutError:
            raise StillTrying(self.failing or None) from None
        try:
            yield
        finally:
            self._taking.release()

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._next()
                pause = _FIRST_PAUSE
            except (Exception, asyncio.CancelledError) as error:
                if _is_asked_to_end(error):
                    raise
                # Reading the topic or remembering the place failed. A consumer that died of this would
                # look well for ever, so it goes on; what was taken and not remembered is heard again.
                self._report("the log", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _next(self) -> None:
        assert self._subscription is not None  # noqa: S101 - start() made it
        commits = await self._subscription.batch(_BATCH, wait=_REMEMBERS_EVERY if self._unremembered else _WAIT)
        if not commits:
            self._idle_at = time.monotonic()
            if self.failing or self._unremembered or self._unmeasured:
                # The place is still to be remembered from before.
                self._measured_at = 0.0
                await self._remember()
                self.failing = ""
            return
        self._busy, self._in_hand = True, commits
        try:
            if self._moved is not None and self._subscription.moves != self._moves:
                moves = self._subscription.moves
                await self._until_it_works("the documents", self._moved)
                self._moves = moves
            async with self._taking:
                await self._take(commits)
            failpoint("batch-taken")
            for commit in commits:
                self._seen[commit.stream] = max(commit.seq, self._seen.get(commit.stream, 0))
            async with self._news:
                self._news.notify_all()
            self._unremembered = True
            if time.monotonic() - self._remembered_at >= _REMEMBERS_EVERY:
                await self._remember()
        finally:
            self._busy, self._in_hand = False, ()
        self.failing = ""
        metrics.FOLLOWED.labels(self.service, self.topic).inc(len(commits))

    async def _remember(self) -> None:
        """Only when everything that was delivered has been taken."""
        assert self._subscription is not None  # noqa: S101 - start() made it
        await self._subscription.commit()
        self._unremembered, self._remembered_at = False, time.monotonic()
        failpoint("place-remembered")
        self._unmeasured = time.monotonic() - self._measured_at < _MEASURES_EVERY
        if not self._unmeasured and (self._measuring is None or self._measuring.done()):
            self._measured_at = time.monotonic()
            # Beside the flow, which it would hold up.
            self._measuring = asyncio.create_task(self._measure(), name=f"{self.service} measures {self.topic}")

    async def _measure(self) -> None:
        try:
            metrics.LAG.labels(self.service, self.topic).set(await self.lag())
        except LogUnavailable as error:
            # The next batch says the same, and is tried again.
            log.info("lag_not_measured", topic=self.topic, error=str(error))

    async def _take(self, commits: Sequence[Commit]) -> None:
        async with asyncio.TaskGroup() as together:
            for view in self._views:
                together.create_task(self._hand(view, commits))
        for follower in self._followers:
            await self._hand(follower, commits)

    async def _hand(self, follower: Follower, commits: Sequence[Commit]) -> None:
        async def take() -> None:
            with tracing.following(self.service, self.topic, follower.name, commits):
                await follower.take(commits)

        await self._until_it_works(follower.name, take)

    async def _until_it_works(self, who: str, work: Callable[[], Awaitable[object]]) -> None:
        """What was delivered must be taken before anything else: it is not delivered again here."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await work()
                return
            except (Exception, asyncio.CancelledError) as error:
                if _is_asked_to_end(error):
                    raise
                # Followers park what they cannot deal with; what reaches here may pass by itself.
                self._report(who, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _report(self, who: str, error: BaseException) -> None:
        level = log.warning if passes_by_itself(error) else log.exception
        level("batch_will_be_retried", follower=who, topic=self.topic, error=str(error))
        self.failing = f"{who}: {error}"


def _is_asked_to_end(error: BaseException) -> bool:
    """Whether we are meant: a broker's client may let a cancellation of its own inner work slip out."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling() > 0)
