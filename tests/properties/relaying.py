"""A store and a topic whose every step is somebody's turn, so that a test decides who goes next and who dies."""

import random
from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.clock import TurnableClock
from shared.commits import Commit
from shared.eventstore.listening import Wake
from shared.log import LogUnavailable
from shared.log.records import Record, commit_of
from shared.relay import Backlog, Relay
from tests.contract_suites.commits import following

STREAMS = ("tally-a", "tally-b", "tally-c")
_Place = tuple[str, int]


class _Turn:
    def __await__(self) -> Generator[None, None, None]:
        yield


@dataclass
class WeakOutbox:
    """Gives no more than `Outbox` promises: what is stored or unmarked during a scan shows or does not."""

    dice: random.Random
    commits: dict[_Place, Commit] = field(default_factory=dict)
    marked: set[_Place] = field(default_factory=set)

    def append(self, stream: str) -> Commit:
        """The stream's next commit, marked."""
        seq = sum(one == stream for one, _ in self.commits)
        commit = following(self.commits.get((stream, seq)), stream)
        self.commits[(stream, seq + 1)] = commit
        self.marked.add((stream, seq + 1))
        return commit

    async def unrelayed(self, limit: int) -> Sequence[Commit]:
        before = set(self.marked)
        for _ in range(self.dice.randint(1, 3)):
            await _Turn()
        sure = before & self.marked
        perhaps = (before | self.marked) - sure
        shown = sorted(sure | {place for place in perhaps if self.dice.random() < 0.5})
        return [self.commits[place] for place in shown[:limit]]

    async def relayed(self, commits: Sequence[Commit]) -> None:
        for commit in commits:
            await _Turn()
            self.marked.discard((commit.stream, commit.seq))

    async def backlog(self) -> Backlog:
        return Backlog(len(self.marked), None)

    def on_append(self, wake: Wake) -> Callable[[], None]:
        return lambda: wake(None)


@dataclass
class WeakTopic:
    """Acknowledges a part, none, or all; what a broken connection held may arrive much later, in its order."""

    dice: random.Random
    log: list[_Place] = field(default_factory=list)
    under_way: list[list[_Place]] = field(default_factory=list)
    failures: int = 0

    async def send(self, records: Sequence[Record]) -> int:
        places = [(commit.stream, commit.seq) for commit in (commit_of(r.value, r.headers) for r in records)]
        breaks_at = self.dice.randint(0, len(places)) if self.failures else len(places)
        for place in places[:breaks_at]:
            await _Turn()
            self.log.append(place)
        if breaks_at == len(places) and not self.failures:
            return len(places)
        self.failures -= 1
        self.under_way.append(places[breaks_at:])
        acknowledged = self.dice.randint(0, breaks_at)
        if not acknowledged:
            raise LogUnavailable("nothing was acknowledged")
        return acknowledged

    def arrive(self) -> None:
        """One record of an old connection arrives."""
        self.under_way = [waiting for waiting in self.under_way if waiting]
        if self.under_way:
            self.log.append(self.dice.choice(self.under_way).pop(0))

    async def close(self) -> None:
        pass

    def first_occurrences(self, stream: str) -> list[int]:
        """The numbers of the stream's commits in the order in which each came first."""
        return list(dict.fromkeys(seq for one, seq in self.log if one == stream))


class World:
    """One store, one topic, two relays that can be paused at any step and die at any step."""

    def __init__(self, dice: random.Random, page: int) -> None:
        self._dice = dice
        self.outbox = WeakOutbox(dice)
        self.topic = WeakTopic(dice)
        self._page = page
        self._relays = [self._relay(), self._relay()]
        self._doing: list[Coroutine[Any, Any, Any] | None] = [None, None]

    def append(self, stream: str) -> None:
        """A process stores the stream's next commit: that of one of the relays, which hears of it, or another."""
        commit = self.outbox.append(stream)
        hearing = self._dice.choice((0, 0, 1, None))
        if hearing is not None:
            self._relays[hearing].hear(commit)

    def step(self, which: int, turns: int) -> None:
        """That relay goes on for so many turns."""
        for _ in range(turns):
            doing = self._doing[which] or self._relays[which].once()
            self._doing[which] = doing
            try:
                doing.send(None)
            except StopIteration:
                self._doing[which] = None
            except LogUnavailable:
                self._doing[which] = None

    def crash(self, which: int) -> None:
        """That relay dies where it is; another begins, knowing nothing."""
        if (doing := self._doing[which]) is not None:
            doing.close()
        self._doing[which] = None
        self._relays[which] = self._relay()

    def calm(self) -> None:
        """No more trouble: until nothing waits, in the store or on old connections."""
        self.topic.failures = 0
        for _ in range(20_000):
            if not self.outbox.marked:
                break
            for which in (0, 1):
                self.step(which, 1)
        while any(self.topic.under_way):
            self.topic.arrive()

    def must_hold(self) -> None:
        """So far each stream has come in order, with nothing left out."""
        for stream in STREAMS:
            came = self.topic.first_occurrences(stream)
            assert came == list(range(1, len(came) + 1)), f"{stream} came as {came}"
        for stream, seq in self.outbox.commits.keys() - self.outbox.marked:
            assert (stream, seq) in self.topic.log, f"{stream}@{seq} has no mark and was never published"

    def must_be_complete(self) -> None:
        """Everything that was stored is in the topic, and nothing is marked any more."""
        self.must_hold()
        assert not self.outbox.marked
        assert set(self.topic.log) == set(self.outbox.commits)

    def end(self) -> None:
        """Let go of what stands still in the middle."""
        for which in (0, 1):
            self.crash(which)

    def _relay(self) -> Relay:
        clock = TurnableClock(datetime(2026, 11, 21, tzinfo=UTC))
        # What it hears of is published without a look for as long as that may be.
        return Relay("one", self.outbox, self.topic, clock, every=3600, page=self._page)
