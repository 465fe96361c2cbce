"""Which figure is used where sources differ; the others stand beside it, none is mended.

Most recent first (by the end of the period it speaks of); among equally recent ones the State's own,
then the ISU's, then a monitor's; then the one said last, then the greater (the cautious) one.

Rule: "What counts as known on a day" in docs/near-completion.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.insights.facts.obligation import Figure
from services.insights.near.known import said_on
from services.insights.near.sources import rank_of


@dataclass(frozen=True, slots=True)
class Sum:
    """A value made of one or more figures of one source and period; `formula` blank where it was printed."""

    value: Decimal
    on: date
    period: str
    figures: tuple[Figure, ...]
    formula: str = ""
    at_least: bool = False
    at_most: bool = False

    @property
    def link(self) -> str:
        """The event of its first figure."""
        return self.figures[0].origin.link

    @property
    def source(self) -> str:
        """Where its first figure was read."""
        return self.figures[0].origin.source


def preferred(sums: Iterable[Sum]) -> list[Sum]:
    """The figure to use first, then the others."""
    return sorted(sums, key=_order)


def _order(one: Sum) -> tuple[int, int, int, Decimal, str]:
    first = one.figures[0].origin
    return (-one.on.toordinal(), rank_of(first), -said_on(first).toordinal(), -one.value, first.link)


def printed(figures: Iterable[Figure], metric: str) -> list[Sum]:
    """Each figure of this metric as it stands."""
    return [
        Sum(figure.value, figure.period.end, str(figure.period), (figure,))
        for figure in figures
        if figure.metric == metric
    ]


def disagreeing(used: Sum, others: Sequence[Sum]) -> list[Sum]:
    """Others that speak of the same day and say something else."""
    return [one for one in others if one.on == used.on and one.value != used.value]
