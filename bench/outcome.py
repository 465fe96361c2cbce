"""What a run of the bench found, ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.bars import MARGIN, Verdict
from bench.case import Case
from bench.measuring import Results


@dataclass(frozen=True)
class Measured:
    """A case with its runs."""

    case: Case
    results: Results

    @property
    def verdicts(self) -> list[Verdict]:
        """What was reached of what was asked."""
        return self.case.judged(self.results)


@dataclass(frozen=True)
class Grown:
    """How something grows: a table of its own."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass
class Outcome:
    """Everything that was measured; `machine` in lines for people. With `ratios_only` times are not judged."""

    rounds: int
    machine: list[str]
    measured: list[Measured] = field(default_factory=list)
    grown: list[Grown] = field(default_factory=list)
    ratios_only: bool = False

    def anchors_too_slow(self) -> list[str]:
        """Those with a ratio that is below `MARGIN` of its bar."""
        return list(dict.fromkeys(one.case.anchor for one, _ in self._below()))

    def measured_again(self, other: "Outcome") -> None:
        """What the other measured too stands in place of what was measured here."""
        anchors = {one.case.anchor for one in other.measured}
        self.measured = [one for one in self.measured if one.case.anchor not in anchors] + other.measured
        self.measured.sort(key=lambda one: (len(one.case.anchor), one.case.anchor))

    def _below(self) -> list[tuple[Measured, Verdict]]:
        verdicts = [(one, verdict) for one in self.measured for verdict in one.verdicts]
        return [(one, verdict) for one, verdict in verdicts if verdict.comparable and verdict.share < MARGIN]

    def too_slow(self) -> list[str]:
        """The ratios that are below `MARGIN` of their bar, in words. Times are never judged here."""
        return [
            f"{one.case.anchor} {one.case.title}: asked {verdict.asked}, found {verdict.found},"
            f" which is {verdict.share:.0%} of the bar (fails below {MARGIN:.0%})"
            for one, verdict in self._below()
        ]
