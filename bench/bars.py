"""What a case has to reach, and whether it did."""

from dataclasses import dataclass
from typing import Protocol

from bench.measuring import Results, Spread, slowed

MARGIN = 0.7
"""Where others share the machine: a ratio fails below this part of its bar."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`asked` and `reached` for people; `stretched` where the stretch was reached too."""

    asked: str
    found: str
    met: bool
    stretched: bool
    share: float
    """What was reached as a part of the bar: 1.0 is the bar itself."""
    comparable: bool
    """Whether it is a ratio, which holds on any machine."""


class Bar(Protocol):
    """Something to reach."""

    def judge(self, results: Results, ours: str) -> Verdict | None:
        """None where what it compares with was not there."""
        ...


@dataclass(frozen=True, slots=True)
class Against:
    """At least `bar` times as many a second as `other` in the same round; the median counts."""

    other: str
    bar: float
    stretch: float | None = None

    def judge(self, results: Results, ours: str) -> Verdict | None:
        """None where the other is not installed."""
        if self.other not in results.runs:
            return None
        ratio = results.ratio(ours, self.other)
        aim = "" if self.stretch is None else f" ({self.stretch:g})"
        return Verdict(
            f"≥ {self.bar:g}{aim} × {self.other}",
            f"{spread(ratio)} ×",
            ratio.middle >= self.bar,
            self.stretch is not None and ratio.middle >= self.stretch,
            ratio.middle / self.bar,
            comparable=True,
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """At least `bar` a second, on the machine on which the bars were set."""

    bar: float
    stretch: float | None = None

    def judge(self, results: Results, ours: str) -> Verdict | None:
        """The median over the rounds counts."""
        rate = results.rate(ours)
        aim = "" if self.stretch is None else f" ({self.stretch:,.0f})"
        return Verdict(
            f"≥ {self.bar:,.0f}{aim} a second",
            f"{spread(rate)}",
            rate.middle >= self.bar,
            self.stretch is not None and rate.middle >= self.stretch,
            rate.middle / self.bar,
            comparable=False,
        )


@dataclass(frozen=True, slots=True)
class Within:
    """`percent` of single ones within `bar` milliseconds, on the machine on which the bars were set."""

    percent: float
    bar: float
    stretch: float | None = None

    def judge(self, results: Results, ours: str) -> Verdict | None:
        """The median over the rounds counts."""
        took = results.took(ours, self.percent)
        aim = "" if self.stretch is None else f" ({self.stretch:g})"
        return Verdict(
            f"p{self.percent:g} ≤ {self.bar:g}{aim} ms",
            f"{spread(took)} ms",
            took.middle <= self.bar,
            self.stretch is not None and took.middle <= self.stretch,
            self.bar / took.middle if took.middle else float("inf"),
            comparable=False,
        )


@dataclass(frozen=True, slots=True)
class Slowed:
    """`percent` of single ones take at most `bar` times as long as without it."""

    percent: float
    bar: float

    def judge(self, results: Results, ours: str) -> Verdict | None:
        """The median over the rounds counts. A ratio, but of tails: too restless to fail a build."""
        times = slowed(results, ours, self.percent)
        return Verdict(
            f"p{self.percent:g} of commands ≤ {self.bar:g} × without it",
            f"{spread(times)} ×",
            times.middle <= self.bar,
            False,
            self.bar / times.middle if times.middle else float("inf"),
            comparable=False,
        )


def spread(one: Spread) -> str:
    """Median first, then minimum and maximum, as short as their size allows."""
    return f"{short(one.middle)} ({short(one.least)} – {short(one.most)})"


def short(number: float) -> str:
    """Three figures at least, with thousands set apart."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"
