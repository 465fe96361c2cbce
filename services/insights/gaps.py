"""Funding gaps: what published requests and stated needs still lack, by currency and in US dollars.

The gap of a line is its requirement, as last revised, less what is allocated to it and committed for
it. A pledge that no request has taken up never makes a gap smaller: it is announced, no more (FTS's
order: pledge, commitment, payment). A gap below nothing is *over-covered*, and is shown as such.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer

from services.insights.facts.need import NeedStatement, RecordedNeed
from services.insights.facts.pledge import Pledge
from services.insights.facts.request import NeedLine, Request
from services.insights.near.known import Lens, said_on
from services.insights.near.money import in_dollars
from services.insights.near.need import said
from services.insights.near.picture import Picture, Rates
from services.insights.near.settings import Settings
from shared.messages import Value
from shared.money import Money, Rate

Signed = Annotated[Decimal, PlainSerializer(lambda number: format(number, "f"), return_type=str)]
"""An amount as text that may be less than nothing."""


class LineGap(Value):
    """One need line. All sums in `currency`; `gap` = requirement − allocated, None where no sum is asked.

    `committed` is the part of `allocated` whose pledges are confirmed or paid; `unmet` = requirement −
    committed. `announced` is pledged to the line and not allocated: told beside, never subtracted.
    """

    line: str
    kind: str
    description: str
    currency: str
    requirement: Signed | None
    allocated: Signed
    committed: Signed
    announced: Signed
    gap: Signed | None
    unmet: Signed | None
    over_covered: bool
    in_kind: tuple[str, ...]


class CurrencyGap(Value):
    """Sums over lines of one currency. `gap_usd` None: no rate is known, which is not zero."""

    currency: str
    requirement: Signed
    allocated: Signed
    committed: Signed
    gap: Signed
    gap_usd: Signed | None
    rate: Rate | None


class RequestGap(Value):
    """The gap of one published request. `unpriced` lines ask for something without a sum."""

    request: str
    state: str
    published_on: date
    lines: tuple[LineGap, ...]
    sums: tuple[CurrencyGap, ...]
    unpriced: tuple[str, ...]
    link: str


class StatedGap(Value):
    """The gap of a need that a source tells of: amount − national share − secured. Not a request.

    `basis`: asked (by the State, as recorded) or stated (of it). `said`: asked for, said to need, recommended.
    """

    state: str
    treaty: str
    article: str
    basis: str
    said: str
    kind: str
    what: str
    currency: str
    amount: Signed
    gap: Signed
    gap_usd: Signed | None
    rate: Rate | None
    years: str
    part_of: bool
    stated_on: str
    source: str
    link: str


class Gaps(Value):
    """All gaps as known on a day. Sums are of requests only: stated needs overlap and are never added."""

    as_of: date
    requests: tuple[RequestGap, ...]
    sums: tuple[CurrencyGap, ...]
    stated_needs: tuple[StatedGap, ...]


def gaps(picture: Picture, lens: Lens, settings: Settings, state: str = "", treaty: str = "") -> Gaps:
    """The gaps on the lens's day, of one State or treaty or of all."""
    wanted = [request for request in picture.requests if state in ("", request.state)]
    found = [gap for request in wanted if (gap := request_gap(request, picture, lens, treaty))]
    stated = [
        told
        for need in picture.needs
        if state in ("", need.state) and treaty in ("", need.treaty)
        if (told := _stated_gap(need, lens, picture.rates, settings))
    ]
    return Gaps(
        as_of=lens.on,
        requests=tuple(sorted(found, key=lambda one: (one.state, one.request))),
        sums=_all_sums(found),
        stated_needs=tuple(sorted(stated, key=lambda one: (one.state, one.treaty, one.article, one.link))),
    )


def request_gap(request: Request, picture: Picture, lens: Lens, treaty: str = "") -> RequestGap | None:
    """The gap of a request; None where it was not published, or had ended, by the day."""
    versions = lens.known(request.versions)
    if not versions or lens.known(request.endings):
        return None
    newest = versions[-1]
    if treaty and treaty not in {duty.treaty for duty in newest.obligations}:
        return None
    firm = {pledge.id for pledge in picture.pledges if is_firm(pledge, lens)}
    lines = tuple(_line_gap(line, request, picture.pledges, firm, lens) for line in newest.needs)
    on = said_on(newest.origin)
    return RequestGap(
        request=request.id,
        state=request.state,
        published_on=on,
        lines=lines,
        sums=_sums(lines, on, picture.rates),
        unpriced=tuple(line.line for line in lines if line.requirement is None),
        link=newest.origin.link,
    )


def is_firm(pledge: Pledge, lens: Lens) -> bool:
    """Whether the pledge is a commitment or was paid, on the day: more than announced."""
    steps = {step.how for step in lens.known(pledge.steps)}
    return "cancelled" not in steps and (bool(steps & {"confirmed", "fulfilled"}) or bool(lens.known(pledge.payments)))


def _line_gap(line: NeedLine, request: Request, pledges: Iterable[Pledge], firm: set[str], lens: Lens) -> LineGap:
    currency = line.amount.currency if line.amount else ""
    allocated, committed = Decimal(0), Decimal(0)
    for share in lens.known(request.allocations):
        if share.line != line.line or share.amount.currency != currency:
            continue
        amount = -share.amount.amount if share.released else share.amount.amount
        allocated += amount
        committed += amount if share.pledge in firm else 0
    requirement = line.amount.amount if line.amount else None
    gap = None if requirement is None else requirement - allocated
    return LineGap(
        line=line.line,
        kind=line.kind,
        description=line.description,
        currency=currency,
        requirement=requirement,
        allocated=allocated,
        committed=committed,
        announced=sum((_announced(pledge, request.id, line.line, currency, lens) for pledge in pledges), Decimal(0)),
        gap=gap,
        unmet=None if requirement is None else requirement - committed,
        over_covered=gap is not None and gap < 0,
        in_kind=tuple(one.description for one in lens.known(request.in_kind) if one.line == line.line),
    )


def _announced(pledge: Pledge, request: str, line: str, currency: str, lens: Lens) -> Decimal:
    """What the pledge promises to the line beyond what the line took or gave back."""
    steps = lens.known(pledge.steps)
    announced = lens.known(pledge.announcements)
    if not announced or any(step.how == "cancelled" for step in steps):
        return Decimal(0)
    newest = announced[-1]
    target = newest.target
    if (target.request, target.line) != (request, line) or not newest.amount or newest.amount.currency != currency:
        return Decimal(0)
    taken = {"allocated": Decimal(-1), "surplus": Decimal(-1), "returned": Decimal(1)}
    left = newest.amount.amount
    left -= sum(
        (step.amount.amount for step in steps if step.how in ("reduced", "redirected") and step.amount), Decimal(0)
    )
    left += sum((taken[share.how] * share.amount.amount for share in lens.known(pledge.shares)), Decimal(0))
    return max(left, Decimal(0))


def _sums(lines: Iterable[LineGap], on: date, rates: Rates) -> tuple[CurrencyGap, ...]:
    priced: dict[str, list[LineGap]] = {}
    for line in lines:
        if line.requirement is not None:
            priced.setdefault(line.currency, []).append(line)
    return tuple(_sum(currency, of_it, on, rates) for currency, of_it in sorted(priced.items()))


def _sum(currency: str, lines: list[LineGap], on: date, rates: Rates) -> CurrencyGap:
    # What one line has too much another cannot use: over-cover is not set off against a gap.
    gap = sum((max(line.gap or Decimal(0), Decimal(0)) for line in lines), Decimal(0))
    usd, rate = _usd(gap, currency, on, rates)
    return CurrencyGap(
        currency=currency,
        requirement=sum((line.requirement or Decimal(0) for line in lines), Decimal(0)),
        allocated=sum((line.allocated for line in lines), Decimal(0)),
        committed=sum((line.committed for line in lines), Decimal(0)),
        gap=gap,
        gap_usd=usd,
        rate=rate,
    )


def _all_sums(found: Iterable[RequestGap]) -> tuple[CurrencyGap, ...]:
    """Sums over requests. Dollars add up only where each request's are known; their rates stand with each."""
    by_currency: dict[str, list[CurrencyGap]] = {}
    for request in found:
        for one in request.sums:
            by_currency.setdefault(one.currency, []).append(one)
    return tuple(
        CurrencyGap(
            currency=currency,
            requirement=sum((one.requirement for one in each), Decimal(0)),
            allocated=sum((one.allocated for one in each), Decimal(0)),
            committed=sum((one.committed for one in each), Decimal(0)),
            gap=sum((one.gap for one in each), Decimal(0)),
            gap_usd=_sum_if_known(one.gap_usd for one in each),
            rate=None,
        )
        for currency, each in sorted(by_currency.items())
    )


def _sum_if_known(dollars: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for one in dollars:
        if one is None:
            return None
        total += one
    return total


def _usd(amount: Decimal, currency: str, on: date, rates: Rates) -> tuple[Decimal | None, Rate | None]:
    dollars = in_dollars(Money(amount=amount, currency=currency), on, rates)
    return (dollars.amount, dollars.rate) if dollars else (None, None)


def _still_open(need: NeedStatement, lens: Lens, settings: Settings) -> bool:
    """Whether its last year is not over; without one, `open_need_years` after it was stated it is history."""
    if need.year_to:
        return need.year_to >= lens.on.year
    return lens.years_since(said_on(need.origin)) <= settings.open_need_years


def _stated_gap(need: RecordedNeed, lens: Lens, rates: Rates, settings: Settings) -> StatedGap | None:
    known: list[NeedStatement] = lens.known(need.stated)
    if not known:
        return None
    newest = max(known, key=lambda one: (said_on(one.origin), one.origin.link))
    if newest.amount is None or newest.basis == "estimate" or not _still_open(newest, lens, settings):
        return None
    left = newest.amount.amount
    for part in (newest.of_which_national, newest.of_which_secured):
        if part and part.currency == newest.amount.currency:
            left -= part.amount
    usd, rate = _usd(max(left, Decimal(0)), newest.amount.currency, said_on(newest.origin), rates)
    return StatedGap(
        state=need.state,
        treaty=need.treaty,
        article=need.article,
        basis=newest.basis,
        said=said(newest.basis, newest.origin.note),
        kind=newest.kind,
        what=newest.what,
        currency=newest.amount.currency,
        amount=newest.amount.amount,
        gap=left,
        gap_usd=usd,
        rate=rate,
        years="–".join(str(year) for year in dict.fromkeys((newest.year_from, newest.year_to)) if year),
        part_of=newest.part_of,
        stated_on=newest.origin.stated_on or "",
        source=newest.origin.source,
        link=newest.origin.link,
    )
