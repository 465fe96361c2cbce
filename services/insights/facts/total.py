"""Totals printed by the ISU or a monitor, to check sums against. Stream `totals-<treaty or WORLD>`."""

from decimal import Decimal

from services.insights.facts.origin import Document, Fact, start_of, stated
from services.insights.readings import deadlines as told
from shared.dates import PartialDate, Period
from shared.heard import Heard


class PrintedTotal(Fact):
    """One total of a source, as printed."""

    metric: str
    value: Decimal
    unit: str
    as_of: PartialDate | None
    period: Period | None


class Total(Document):
    """A treaty's printed totals; `treaty` blank for the world's."""

    treaty: str
    totals: tuple[PrintedTotal, ...] = ()


TotalHeard = told.TotalStated


def fold(total: Total | None, heard: Heard[TotalHeard]) -> Total | None:
    """The totals after one event."""
    event = heard.event
    total = total or Total(id=heard.identity, treaty=event.treaty)
    return total.plus(
        "totals",
        PrintedTotal(
            origin=stated(heard, event.statement, event.as_of or event.period, start_of(event.as_of, event.period)),
            metric=event.metric,
            value=event.value,
            unit=event.unit,
            as_of=event.as_of,
            period=event.period,
        ),
    )
