"""The relay: from a service's store to its topic. Every commit is stored with a mark; the relay publishes
what is marked and takes the mark off after the acknowledgement (docs/adr/0011).

A crash between the two makes a duplicate, never a loss. Only runs that continue what was published
before are sent, so of every stream the first occurrences come in order, also with two relays at once.
"""

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Protocol

import structlog

from shared import metrics, tracing
from shared.clock import Clock
from shared.commits import Commit
from shared.documents import Collection, Delete, Documents, Put
from shared.ending import ended
from shared.failpoints import failpoint
from shared.log import LogUnavailable
from shared.log.records import Record, record_of

log = structlog.get_logger(__name__)
_PAGE = 250
"""Commits a page: taking off the marks of many at once is one request, which a slow server must answer in time; a
server that finds by equality only reads all that wait for each page."""
_EVERY = 0.25
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0
_KNOWN_STREAMS = 50_000
_LEASES = Collection("leases")


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many commits wait to be published, and when the oldest of them was recorded (UTC)."""

    commits: int
    oldest: datetime | None


class Outbox(Protocol):
    """The part of an event store that the relay needs. Each operation may raise StoreUnavailable."""

    async def unrelayed(self, limit: int) -> Sequence[Commit]:
        """Marked commits, by stream and number. What is stored while this reads may be passed over;
        what was stored before it began and is marked all the while is not."""
        ...

    async def relayed(self, commits: Sequence[Commit]) -> None:
        """Take the marks off these. Those without one stay as they are."""
        ...

    async def backlog(self) -> Backlog:
        """What waits at the moment."""
        ...

    def on_append(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` after each append of this process; what comes back ends this."""
        ...


class Topic(Protocol):
    """Where records go."""

    async def send(self, records: Sequence[Record]) -> int:
        """Put them in order; how many, from the first, are acknowledged. The rest may be there or not,
        but none without those before it."""
        ...

    async def close(self) -> None:
        """Let go of the broker; what was not acknowledged may arrive or not."""
        ...


class Lease:
    """Keeps a second relay of the same store idle. Economy only: should two hold it, nothing is wrong.

    No clocks of two machines are compared: whoever waits watches whether the document still changes.
    """

    def __init__(self, documents: Documents, holder: str, name: str = "relay", patience: float = 5.0) -> None:
        self._documents = documents
        self._holder = holder
        self._name = name
        self._patience = patience
        self._declared = False
        self._asked_at = -patience
        self._revision = 0
        self._watched = (-1, 0.0)

    async def held(self) -> bool:
        """Whether this holder has it now: kept, renewed, or taken from one that has gone quiet."""
        now = asyncio.get_running_loop().time()
        if self._revision and now - self._asked_at < self._patience / 3:
            return True
        if not self._declared:
            await self._documents.declare(_LEASES)
            self._declared = True
        stored = (await self._documents.get(_LEASES.name, [self._name])).get(self._name)
        revision, epoch = (stored.revision, int(stored.body["epoch"])) if stored else (0, 0)
        if stored is not None and stored.body["holder"] != self._holder:
            self._revision = 0
            if revision != self._watched[0]:
                self._watched = (revision, now)
                return False
            if now - self._watched[1] < self._patience:
                return False
            log.info("lease_taken_over", lease=self._name, holder=self._holder, epoch=epoch + 1)
            epoch += 1
        body = {"holder": self._holder, "epoch": epoch or 1}
        won = (await self._documents.write([Put(_LEASES.name, self._name, body, revision)]))[0]
        self._revision, self._asked_at = (revision + 1, now) if won else (0, now)
        return won

    async def release(self) -> None:
        """Let somebody else have it at once."""
        if self._revision:
            await self._documents.write([Delete(_LEASES.name, self._name, self._revision)])
            self._revision = 0


class Relay:
    """One service's relay, in the process of the service."""

    def __init__(
        self,
        service: str,
        outbox: Outbox,
        topic: Topic,
        clock: Clock,
        lease: Lease | None = None,
        every: float = _EVERY,
        page: int = _PAGE,
    ) -> None:
        self.service = service
        self._outbox = outbox
        self._topic = topic
        self._clock = clock
        self._lease = lease
        self._every = every
        self._page = page
        self._met: OrderedDict[str, int] = OrderedDict()
        self._wake = asyncio.Event()
        self._forget: Callable[[], None] | None = None
        self._task: asyncio.Task[None] | None = None
        self.failing: str = ""
        """Why nothing can be published at the moment; blank when all is well."""

    async def start(self) -> None:
        """Publish from now on."""
        self._forget = self._outbox.on_append(self._wake.set)
        self._task = asyncio.create_task(self._run(), name=f"{self.service} relay")

    async def stop(self) -> None:
        """Publish nothing more; what is marked stays marked."""
        if self._forget is not None:
            self._forget()
        await ended(self._task)
        await self._topic.close()
        await self._let_go()

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._task is not None and not self._task.done()

    async def measured(self) -> tuple[int, float]:
        """How many commits wait, and for how many seconds the oldest has; also for `/metrics`. StoreUnavailable."""
        waiting = await self._outbox.backlog()
        age = max(0.0, (self._clock.now() - waiting.oldest).total_seconds()) if waiting.oldest else 0.0
        metrics.RELAY_BACKLOG.labels(self.service).set(waiting.commits)
        metrics.RELAY_OLDEST.labels(self.service).set(age)
        return waiting.commits, age

    async def once(self) -> tuple[int, bool]:
        """Publish a page; how many commits were, and whether there is more to do at once.

        LogUnavailable where nothing was acknowledged, StoreUnavailable where the store does not answer.
        """
        shown = await self._outbox.unrelayed(self._page)
        fit = self._continuing(shown)
        sent = 0
        if fit:
            failpoint("before-publish")
            with tracing.relaying(self.service, fit):
                sent = await self._topic.send([record_of(self.service, commit) for commit in fit])
            failpoint("published")
            await self._outbox.relayed(fit[:sent])
            failpoint("unmarked")
            metrics.RELAYED.labels(self.service).inc(sent)
        # What was held back is looked at again: by then its predecessor shows, or is known to be published.
        return sent, len(shown) == self._page or sent < len(shown)

    def _continuing(self, shown: Sequence[Commit]) -> list[Commit]:
        """Of each stream the run that continues what is published.

        That a predecessor does not show proves that it is published only if it was stored before this
        page was read: when an earlier page showed it, or one behind it.
        """
        fit: list[Commit] = []
        for stream, group in itertools.groupby(shown, key=attrgetter("stream")):
            run = list(group)
            met = self._met.get(stream, 0)
            self._met[stream] = max(met, run[-1].seq)
            self._met.move_to_end(stream)
            if run[0].seq - 1 <= met:
                fit += [commit for place, commit in enumerate(run) if commit.seq == run[0].seq + place]
        while len(self._met) > _KNOWN_STREAMS:
            self._met.popitem(last=False)
        return fit

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                self._wake.clear()
                at_once = False
                if self._lease is None or await self._lease.held():
                    _, at_once = await self.once()
                self.failing, pause = "", _FIRST_PAUSE
                if not at_once:
                    await self._woken(self._every)
            except (Exception, asyncio.CancelledError) as error:
                task = asyncio.current_task()
                if isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling()):
                    raise
                # Whatever it is: a relay that died of it would look well for ever. The marks say where to begin.
                log.warning("relay_will_try_again", service=self.service, error=f"{type(error).__name__}: {error}")
                self.failing = str(error) or type(error).__name__
                if isinstance(error, LogUnavailable) and await self._let_go():
                    # Long enough for another, who looks every so often, to take it.
                    pause = max(pause, 2 * self._every)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _let_go(self) -> bool:
        """Leave the work to another process, which may reach the broker; whether there was something to leave."""
        if self._lease is None:
            return False
        try:
            await self._lease.release()
        except Exception as error:
            log.info("lease_not_released", service=self.service, error=str(error))
        return True

    async def _woken(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass
