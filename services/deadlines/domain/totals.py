"""Totals that others printed, kept to compare our own counts with. Stream `totals-<treaty or WORLD>`.

Neither the print nor our count is mended (docs/source-rules.md, ISU-1 to ISU-11). Nothing here is refused.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from services.deadlines.domain.telling import content
from shared.dates import PartialDate, Period
from shared.decider import Decider
from shared.messages import Command, Event, Value
from shared.money import Amount
from shared.provenance import Statement
from shared.text import Line, Words

OfTreaty = Literal["CCM", "APMBC", ""]
"""The treaty that a total belongs to; blank for the whole world."""


class Total(Value):
    """One printed total: what it counts, its unit as printed, the day it speaks of or the period it covers."""

    treaty: OfTreaty = ""
    metric: Line
    value: Amount
    unit: Words = ""
    as_of: PartialDate | None = None
    period: Period | None = None
    statement: Statement


class StateTotal(Total, Command):
    """Record a printed total. The same one twice is kept once; one that differs stays beside it."""


class TotalStated(Total, Event):
    """A source printed a total; it is kept as printed, whatever our own count says."""


TotalsCommand = StateTotal
TotalsEvent = TotalStated


@dataclass(frozen=True)
class Totals:
    """The totals told so far."""

    told: frozenset[str] = frozenset()


def identity(treaty: str) -> str:
    """The identity of a treaty's totals; `WORLD` for those of no treaty."""
    return treaty or "WORLD"


def decide(command: TotalsCommand, totals: Totals) -> tuple[TotalsEvent, ...]:
    """Pure. A total that was told is not told again; a differing one stands beside it."""
    match command:
        case StateTotal():
            stated = TotalStated(**{name: getattr(command, name) for name in TotalStated.model_fields})
            return () if content(stated) in totals.told else (stated,)
        case _:
            assert_never(command)


def evolve(totals: Totals, event: TotalsEvent) -> Totals:
    """Pure. The totals told so far, with this one among them."""
    match event:
        case TotalStated():
            return Totals(totals.told | {content(event)})
        case _:
            assert_never(event)


TOTALS = Decider("totals", Totals(), decide, evolve, events=(TotalStated,))
