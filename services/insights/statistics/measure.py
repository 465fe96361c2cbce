"""One line of the statistics: our own count, and beside it what sources print."""

from collections.abc import Iterable
from decimal import Decimal

from services.insights.statistics.printed import Plain, Printed
from shared.messages import Value


class Own(Value):
    """What the rows held here add up to. `value` None: nothing to count by, which is not zero.

    `states` (ISO 3166-1 alpha-3), each once, make the count checkable. `how` is the formula in
    words; `caution` says what the rows do not cover.
    """

    value: Plain | None
    unit: str
    states: tuple[str, ...] = ()
    how: str
    caution: str = ""


class Measure(Value):
    """`rules` are the source rules that ask for it (ISU-1 …). `own` and `printed` are never reconciled."""

    name: str
    title: str
    rules: tuple[str, ...]
    own: Own | None
    printed: tuple[Printed, ...] = ()


ROWS_ARE_PARTIAL = (
    "Counted from the rows held here: a State without a row may well be missing (absence is no evidence)."
)


def counted(states: Iterable[str], how: str, caution: str = ROWS_ARE_PARTIAL) -> Own:
    """A count of States, each once however often it is named."""
    each = tuple(sorted(set(states)))
    return Own(value=Decimal(len(each)), unit="States", states=each, how=how, caution=caution)


def share(part: int, whole: int) -> Decimal | None:
    """The percentage with one decimal; None of nothing."""
    return round(Decimal(100 * part) / whole, 1) if whole else None
