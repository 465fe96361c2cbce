"""Fills the documents of one generation from the log, gathering what it writes."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Generic, TypeVar

import structlog
from pydantic import BaseModel

from shared.failpoints import failpoint
from shared.log import EventLog, Subscription
from shared.parking import passes_by_itself
from shared.rebuilding.generations import Generation, Generations
from shared.shelf import Held, Shelf

D = TypeVar("D", bound=BaseModel)

_SLICE = 12
"""Commits that are folded before others have their turn: a millisecond or two."""
_STEPS = 4
_LONGEST_TURN = 0.01
"""Seconds. Where others take long, this takes half as long: else a busy service would never come to its end."""
_WRITTEN_AT_ONCE = 50
_KEPT_EVERY = 100_000
"""Commits after which what was gathered is written, and the place remembered: so much may be folded again."""
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0
_WAIT = 0.5

log = structlog.get_logger(__name__)


class Gathering(Generic[D]):
    """A shelf whose writing waits: a document that many commits touch is written once for all of them."""

    def __init__(self, shelf: Shelf[D]) -> None:
        self._shelf = shelf
        self._waiting: dict[str, Held[D]] = {}

    async def get(self, ids: Sequence[str]) -> dict[str, Held[D]]:
        """Those that exist, as they will be written."""
        found = {id_: self._waiting[id_] for id_ in ids if id_ in self._waiting}
        if len(found) < len(ids):
            found |= await self._shelf.get([id_ for id_ in ids if id_ not in found])
        return found

    def recall(self, id_: str) -> Held[D] | None:
        """That document as it waits to be written, or was written last."""
        return self._waiting.get(id_) or self._shelf.recall(id_)

    async def put(self, changed: Mapping[str, Held[D]]) -> set[str]:
        """Keep them for `write`."""
        self._waiting.update(changed)
        return set()

    async def write(self) -> None:
        """Write what waits. Where somebody else was first, the longer fold of the two stays."""
        while self._waiting:
            some = dict(itertools.islice(self._waiting.items(), _WRITTEN_AT_ONCE))
            lost = await self._shelf.put(some)
            theirs = await self._shelf.get(sorted(lost)) if lost else {}
            for id_, mine in some.items():
                other = theirs.get(id_)
                if id_ not in lost or (other is not None and other.v >= mine.v):
                    del self._waiting[id_]
                else:
                    self._waiting[id_] = Held(other.revision if other else 0, mine.v, mine.document)
            failpoint("gathered-written")
            await _give_way()


async def _give_way() -> None:
    """Let others go several steps: a command takes that many until it is with the store's writer, or back."""
    for _ in range(_STEPS):
        await asyncio.sleep(0)


Kept = Callable[[], Awaitable[None]]


class Filler(Generic[D]):
    """Takes one generation from where its filling was to the end of the log, politely towards whoever else works.

    `done` commits were taken of `total` so far; `failing` says why the newest try must be repeated.
    """

    def __init__(
        self, generations: Generations[D], generation: Generation[D], group: str, event_log: EventLog, done: int = 0
    ) -> None:
        self._topic = generations.topic
        self._gathering = Gathering(generation.shelf)
        self._projector = generations.projector(generation.number, self._gathering)
        self._group = group
        self._log = event_log
        self.done = self.total = done
        self.failing = ""

    async def fill(self, kept: Kept | None = None) -> None:
        """To the end of the log, written and remembered. `kept` is called each time that something was."""
        subscription = await self._log.subscribe(self._topic, self._group)
        try:
            await self._fill(subscription, kept)
        finally:
            await subscription.close()

    async def _fill(self, subscription: Subscription, kept: Kept | None) -> None:
        self.total = self.done + await subscription.lag()
        unwritten, wait, turn_ends = 0, 0.0, 0.0
        while True:
            commits = await subscription.batch(_SLICE, wait)
            if not commits:
                if await subscription.lag() == 0:
                    break
                # A broker may take a moment although there is something.
                wait = _WAIT
                continue
            wait = 0.0
            await self._until_it_works(partial(self._projector.take, commits))
            failpoint("filling")
            self.done += len(commits)
            self.total = max(self.total, self.done)
            unwritten += len(commits)
            if unwritten >= _KEPT_EVERY:
                await self._keep(subscription, kept)
                unwritten = 0
            if (now := time.monotonic()) >= turn_ends:
                await _give_way()
                others_took = time.monotonic() - now
                turn_ends = time.monotonic() + min(others_took / 2, _LONGEST_TURN)
        await self._keep(subscription, kept)

    async def _keep(self, subscription: Subscription, kept: Kept | None) -> None:
        """The documents first: what is not remembered is only heard again."""
        await self._until_it_works(self._gathering.write)
        await self._until_it_works(subscription.commit)
        failpoint("filling-remembered")
        if kept is not None:
            await self._until_it_works(kept)

    async def _until_it_works(self, work: Callable[[], Awaitable[None]]) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await work()
            except Exception as error:
                if not passes_by_itself(error):
                    raise
                self.failing = str(error)
                log.warning("filling_will_be_retried", group=self._group, error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self.failing = ""
                return
