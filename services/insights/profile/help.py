"""Help that a State received, by year: each record with its donor, and the totals that sources print."""

from collections.abc import Iterable
from decimal import Decimal

from services.insights.facts.assistance import Help, YearTotal
from services.insights.near.known import Lens, said_on
from services.insights.record import Record
from services.insights.statistics.printed import Plain
from shared.messages import Value
from shared.money import Money


class HelpLine(Value):
    """One record of help. `usd_printed` is the source's own conversion; None where it gives none."""

    donor: str
    donor_name: str
    sector: str
    what: str
    amount: Money | None
    usd_printed: Plain | None
    partial: bool
    source: str
    stated_on: str
    link: str


class HelpTotal(Value):
    """A printed total of the year for the State, in US dollars."""

    international_usd: Plain | None
    national_usd: Plain | None
    source: str
    stated_on: str
    link: str


class HelpYear(Value):
    """Help of one year. `period` is a year, or a span as the source gives it: a span is no yearly sum."""

    period: str
    lines: tuple[HelpLine, ...]
    totals: tuple[HelpTotal, ...]


def help_by_year(record: Record, state: str, lens: Lens) -> tuple[HelpYear, ...]:
    """Recorded help to the State and printed totals as known on the day, newest period first.

    Where the same help is told by two editions both stand; nothing is added up here.
    """
    lines: dict[str, list[Help]] = {}
    for document in record.picture.assistance:
        if document.recipient == state:
            for fact in lens.known(document.given):
                lines.setdefault(fact.period or "", []).append(fact)
    totals: dict[str, list[YearTotal]] = {}
    for held in record.support:
        if (held.whose, held.who) == ("recipient", state):
            for total in lens.known(held.totals):
                totals.setdefault(str(total.year), []).append(total)
    periods = sorted({*lines, *totals}, reverse=True)
    return tuple(
        HelpYear(period=period, lines=_lines(lines.get(period, ())), totals=_totals(totals.get(period, ())))
        for period in periods
    )


def _lines(facts: Iterable[Help]) -> tuple[HelpLine, ...]:
    ordered = sorted(facts, key=lambda one: (-(one.amount_usd_printed or Decimal(0)), one.donor_name, one.origin.link))
    return tuple(
        HelpLine(
            donor=one.donor or "",
            donor_name=one.donor_name,
            sector=one.sector,
            what=one.what,
            amount=one.amount,
            usd_printed=one.amount_usd_printed,
            partial=one.partial,
            source=one.origin.source,
            stated_on=one.origin.stated_on or "",
            link=one.origin.link,
        )
        for one in ordered
    )


def _totals(facts: Iterable[YearTotal]) -> tuple[HelpTotal, ...]:
    ordered = sorted(facts, key=lambda one: (said_on(one.origin), one.origin.link), reverse=True)
    return tuple(
        HelpTotal(
            international_usd=one.international_usd,
            national_usd=one.national_usd,
            source=one.origin.source,
            stated_on=one.origin.stated_on or "",
            link=one.origin.link,
        )
        for one in ordered
    )
