"""The relay: from a service's store to its topic. Every commit is stored with a mark; the relay publishes
what is marked and takes the mark off after the acknowledgement (docs/adr/0011).

A crash between the two makes a duplicate, never a loss. Only runs that continue what was published
before are sent, so of every stream the first occurrences come in order, also with two relays at once.
"""

import asyncio
import contextlib
import itertools
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
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
from shared.eventstore import StoreUnavailable
from shared.eventstore.listening import Wake
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
_ENDS_WITHIN = 3.0
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

    def on_append(self, wake: Wake) -> Callable[[], None]:
        """Call `wake` with each commit that this process appends; what comes back ends this."""
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
        self._is_level = False
        """Whether everything that was met is published: what is behind it was not there when it was last looked."""
        self._looked = -every
        self._heard: list[Commit] = []
        self._to_unmark: list[Commit] = []
        self._wake = asyncio.Event()
        self._forget: Callable[[], None] | None = None
        self._task: asyncio.Task[None] | None = None
        self.failing: str = ""
        """Why nothing can be published at the moment; blank when all is well."""

    async def start(self) -> None:
        """Publish from now on."""
        self._forget = self._outbox.on_append(self.hear)
        self._task = asyncio.create_task(self._run(), name=f"{self.service} relay")

    async def stop(self) -> None:
        """Publish nothing more; what is marked stays marked."""
        if self._forget is not None:
            self._forget()
        await ended(self._task)
        # Where the store is away this is left to whoever comes next, who publishes them once more.
        with contextlib.suppress(StoreUnavailable, TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN):
                await self._unmark()
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

    def hear(self, commit: Commit | None) -> None:
        """This process has stored it: it need not be looked up. None: something that has to be."""
        if commit is None or len(self._heard) == self._page:
            self._is_level = False
        else:
            self._heard.append(commit)
        self._wake.set()

    async def once(self) -> tuple[int, bool]:
        """Publish what was heard of, or else a page; how many commits were, and whether there is more to do at once.

        LogUnavailable where nothing was acknowledged, StoreUnavailable where the store does not answer.
        """
        heard, self._heard = self._heard, []
        if heard and self._is_level and time.monotonic() - self._looked < self._every:
            fit = self._following(heard)
            if fit is not None:
                self._is_level = False
                sent = await self._publish(fit)
                self._is_level = sent == len(fit)
                return sent, not self._is_level
        self._is_level = False
        # Their marks are as good as off: they would be shown, and sent once more.
        await self._unmark()
        self._looked = time.monotonic()
        shown = await self._outbox.unrelayed(self._page)
        fit = self._continuing(shown)
        sent = await self._publish(fit)
        await self._unmark()
        self._is_level = sent == len(shown) < self._page
        # What was held back is looked at again: by then its predecessor shows, or is known to be published.
        return sent, len(shown) == self._page or sent < len(shown)

    async def _publish(self, fit: Sequence[Commit]) -> int:
        """How many, from the first, are in the topic."""
        if not fit:
            return 0
        failpoint("before-publish")
        with tracing.relaying(self.service, fit):
            sent = await self._topic.send([record_of(self.service, commit) for commit in fit])
        failpoint("published")
        self._to_unmark += fit[:sent]
        metrics.RELAYED.labels(self.service).inc(sent)
        return sent

    async def _unmark(self) -> None:
        """Take the marks off what is published. One request for many: it comes with the next look."""
        if self._to_unmark:
            await self._outbox.relayed(self._to_unmark)
            self._to_unmark = []
            failpoint("unmarked")

    def _following(self, heard: Sequence[Commit]) -> list[Commit] | None:
        """Of what was heard what is not published yet; None where something lies between, which has to be looked up.

        Only while everything that was met is published.
        """
        fit: list[Commit] = []
        met: dict[str, int] = {}
        for commit in heard:
            newest = met.get(commit.stream, self._met.get(commit.stream, 0))
            if commit.seq == newest + 1:
                fit.append(commit)
                met[commit.stream] = commit.seq
            elif commit.seq > newest:
                return None
        self._meet(met)
        return fit

    def _meet(self, newest: Mapping[str, int]) -> None:
        for stream, seq in newest.items():
            self._met[stream] = max(self._met.get(stream, 0), seq)
            self._met.move_to_end(stream)
        while len(self._met) > _KNOWN_STREAMS:
            self._met.popitem(last=False)

    def _continuing(self, shown: Sequence[Commit]) -> list[Commit]:
        """Of each stream the run that continues what is published.

        That a predecessor does not show proves that it is published only if it was stored before this
        page was read: when an earlier page showed it, or one behind it.
        """
        fit: list[Commit] = []
        newest: dict[str, int] = {}
        for stream, group in itertools.groupby(shown, key=attrgetter("stream")):
            run = list(group)
            met = self._met.get(stream, 0)
            newest[stream] = run[-1].seq
            if run[0].seq - 1 <= met:
                fit += [commit for place, commit in enumerate(run) if commit.seq == run[0].seq + place]
        self._meet(newest)
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
