"""Bars that only the distributed cases need."""

from dataclasses import dataclass

from bench.bars import Verdict, spread
from bench.measuring import Results, Spread


@dataclass(frozen=True, slots=True)
class AgainstSlowest:
    """At least `bar` times as many a second as the slowest of `others` in the same round; the median counts.

    It never fails a build: what else a chain has to do depends on the server."""

    others: tuple[str, ...]
    bar: float
    stretch: float | None = None

    def judge(self, results: Results, ours: str) -> Verdict | None:
        """A chain is no faster than its slowest part."""
        rounds = zip(results.runs[ours], *(results.runs[name] for name in self.others), strict=True)
        ratio = Spread.of([mine.rate / min(one.rate for one in parts) for mine, *parts in rounds])
        aim = "" if self.stretch is None else f" ({self.stretch:g})"
        return Verdict(
            f"≥ {self.bar:g}{aim} × the slower of {' and '.join(self.others)}",
            f"{spread(ratio)} ×",
            ratio.middle >= self.bar,
            self.stretch is not None and ratio.middle >= self.stretch,
            ratio.middle / self.bar,
            comparable=False,
        )


@dataclass(frozen=True, slots=True)
class Longer:
    """`percent` of single ones take at most `bar` times as long as those of `other`; the rounds' median counts."""

    other: str
    percent: float
    bar: float

    def judge(self, results: Results, ours: str) -> Verdict | None:
        """A ratio of times of the same round."""
        rounds = zip(results.runs[ours], results.runs[self.other], strict=True)
        times = Spread.of([mine.took(self.percent) / theirs.took(self.percent) for mine, theirs in rounds])
        return Verdict(
            f"p{self.percent:g} ≤ {self.bar:g} × {self.other}",
            f"{spread(times)} ×",
            times.middle <= self.bar,
            False,
            self.bar / times.middle if times.middle else float("inf"),
            comparable=True,
        )
