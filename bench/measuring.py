"""Runs of contenders, interleaved round by round, so that a busy moment of the machine meets them all."""

import gc
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Effort:
    """How much one run does: for `seconds` where it is one operation after another, else over `events` events."""

    seconds: float = 1.0
    events: int = 20_000


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one contender: `count` things in `seconds`; `each` is how long single ones took (seconds).

    `quiet` is how long single ones took without what was measured, where that is asked.
    """

    count: int
    seconds: float
    each: tuple[float, ...] = ()
    quiet: tuple[float, ...] = ()

    @property
    def rate(self) -> float:
        """Things a second."""
        return self.count / self.seconds

    def took(self, percent: float) -> float:
        """The time within which that many percent of single things were done, in milliseconds."""
        return percentile(self.each, percent) * 1_000


Go = Callable[[Path, Effort], Awaitable[Run]]
"""Does it once in a fresh folder. What it needs beforehand is made outside the time that it reports."""


@dataclass(frozen=True)
class Contender:
    """Somebody who does the thing: ourselves, a floor, another library."""

    name: str
    go: Go


@dataclass(frozen=True, slots=True)
class Spread:
    """Minimum, median and maximum over rounds."""

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """ValueError where there is nothing."""
        if not values:
            raise ValueError("nothing was measured")
        return cls(min(values), median(values), max(values))


@dataclass
class Results:
    """The runs of one case by contender; the runs of one place in the lists are one round."""

    runs: dict[str, list[Run]] = field(default_factory=dict)

    def rate(self, name: str) -> Spread:
        """That contender's things a second over the rounds."""
        return Spread.of([run.rate for run in self.runs[name]])

    def took(self, name: str, percent: float) -> Spread:
        """That contender's percentile over the rounds, in milliseconds."""
        return Spread.of([run.took(percent) for run in self.runs[name]])

    def ratio(self, name: str, to: str) -> Spread:
        """How many times as fast as another, round by round."""
        pairs = zip(self.runs[name], self.runs[to], strict=True)
        return Spread.of([one.rate / other.rate for one, other in pairs])


async def interleaved(
    contenders: Sequence[Contender], rounds: int, effort: Effort, done: Callable[[str], None] = lambda _: None
) -> Results:
    """Let all of them run once a round, always in the same order; `done` hears each name when it has run."""
    results = Results({one.name: [] for one in contenders})
    for _ in range(rounds):
        for one in contenders:
            results.runs[one.name].append(await _fresh(one, effort))
            done(one.name)
    return results


async def _fresh(contender: Contender, effort: Effort) -> Run:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # What the one before left behind is not to be paid by this one, nor the modules of all the others:
        # a server sets what it has loaded apart too (`quick_start`).
        gc.collect()
        gc.freeze()
        return await contender.go(Path(folder), effort)


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank: the smallest value that so many percent do not exceed. ValueError for none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[min(int(rank), len(ordered)) - 1]


def slowed(results: Results, name: str, percent: float) -> Spread:
    """How many times as long single ones took as without it, at that percentile, over the rounds."""
    return Spread.of([percentile(run.each, percent) / percentile(run.quiet, percent) for run in results.runs[name]])


def medians(results: Results, percents: Sequence[float]) -> Mapping[str, tuple[float, ...]]:
    """The median percentiles (milliseconds) of those who measured single things."""
    return {
        name: tuple(results.took(name, percent).middle for percent in percents)
        for name, runs in results.runs.items()
        if all(run.each for run in runs)
    }
