"""What if: supposed facts folded in memory on top of the real documents. Nothing is stored.

The supposed events go through the same folds as real ones, so the answer cannot come about in another
way. Their links begin with "supposed/", so that every surface can say so.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from pydantic import Field

from services.insights.facts import obligation_fold, pledge, reporting, request
from services.insights.facts.need import RecordedNeed
from services.insights.facts.obligation import Obligation
from services.insights.near.board import Board
from services.insights.near.known import Lens, said_on
from services.insights.near.picture import DollarsOnly, Picture
from services.insights.near.ranking import Ranking, rank, slices_of
from services.insights.near.settings import Options
from services.insights.near.slices import SLICED
from services.insights.readings import deadlines as deadlines_told
from services.insights.readings import pledges as pledges_told
from services.insights.readings import requests as requests_told
from shared.countries import Iso3
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money
from shared.provenance import Statement
from shared.text import Words

Treaty = Literal["CCM", "APMBC"]
Article = Literal["3", "4", "5", "7", "9"]
SUPPOSED = "supposed"
_STATEMENT = Statement(source=SUPPOSED)
_SEQUENCE = 10_000  # after every real commit and request


class SupposedPledge(Value):
    """Money for a duty: to one line of a request, or without a request to what sources say is needed."""

    kind: Literal["pledge"] = "pledge"
    state: Iso3
    treaty: Treaty
    article: Article
    clock: Words = ""
    request: Words = ""
    line: Words = ""
    amount: Money | None = None
    in_kind: Words = ""


class SupposedExtension(Value):
    """More time, granted until that day; it moves the deadline as a real decision would."""

    kind: Literal["extension"] = "extension"
    state: Iso3
    treaty: Treaty
    article: Article
    clock: Words = ""
    granted_until: date


class SupposedReport(Value):
    """A report that comes in. `period_year`: the year it covers, for an annual one."""

    kind: Literal["report"] = "report"
    state: Iso3
    treaty: Treaty
    report: Literal["initial", "annual"] = "annual"
    period_year: int | None = Field(default=None, ge=1990, le=2200)


class SupposedDeclaration(Value):
    """Completion declared for that duty, which closes it."""

    kind: Literal["declaration"] = "declaration"
    state: Iso3
    treaty: Treaty
    article: Article
    clock: Words = ""


Supposition = SupposedPledge | SupposedExtension | SupposedReport | SupposedDeclaration


def what_if(picture: Picture, suppositions: Sequence[Supposition], on: date, options: Options | None = None) -> Ranking:
    """The ranking if all this were so on the day; without suppositions the answer of the day itself."""
    supposed = suppose(picture, suppositions, on)
    return rank(supposed, on, options).model_copy(update={"supposed": bool(suppositions)})


def supposed_on(board: Board, concerned: Mapping[str, Picture], suppositions: Sequence[Supposition], on: date) -> Board:
    """The board if all this were so. `concerned`: the pictures of the States that the suppositions speak of."""
    kinds = {kind: {one.id: one for mine in concerned.values() for one in getattr(mine, kind)} for kind in SLICED}
    states = {*concerned, *(one.state for one in suppositions)}
    rates = next((mine.rates for mine in concerned.values()), DollarsOnly())
    united = Picture(
        **{kind: tuple(found.values()) for kind, found in kinds.items()}, rates=rates, shared_calendar=None
    )
    supposed = slices_of(suppose(united, suppositions, on))
    return board.changed({state: mine for state, mine in supposed.items() if state in states})


def suppose(picture: Picture, suppositions: Sequence[Supposition], on: date) -> Picture:
    """The documents with these facts added; the given ones stay as they are."""
    for number, one in enumerate(suppositions, start=1):
        match one:
            case SupposedPledge():
                picture = _pledged(picture, one, on, number)
            case SupposedReport():
                picture = _reported(picture, one, on, number)
            case SupposedExtension() | SupposedDeclaration():
                picture = _on_duty(picture, one, on, number)
    return picture


def _heard(event: Any, stream: str, on: date, number: int) -> Heard[Any]:
    at = datetime.combine(on, time(), UTC)
    return Heard(event=event, topic=SUPPOSED, stream=stream, seq=_SEQUENCE, n=number, at=at, actor=SUPPOSED)


def _on_duty(picture: Picture, one: SupposedExtension | SupposedDeclaration, on: date, number: int) -> Picture:
    id_ = "-".join(part for part in (one.treaty, one.state, one.article, one.clock) if part)
    named = {"treaty": one.treaty, "state": one.state, "article": one.article, "clock": one.clock}
    event: obligation_fold.ObligationHeard
    if isinstance(one, SupposedExtension):
        event = deadlines_told.ExtensionDecided(
            **named,
            sequence=_SEQUENCE,
            outcome="granted",
            decided_on=on,
            granted_until=one.granted_until,
            statement=_STATEMENT,
        )
    else:
        event = deadlines_told.CompletionDeclared(**named, declared_on=on, statement=_STATEMENT)
    old: Obligation | None = next((duty for duty in picture.obligations if duty.id == id_), None)
    new = obligation_fold.fold(old, _heard(event, f"obligation-{id_}", on, number))
    others = tuple(duty for duty in picture.obligations if duty.id != id_)
    return replace(picture, obligations=(*others, new) if new else others)


def _reported(picture: Picture, one: SupposedReport, on: date, number: int) -> Picture:
    id_ = f"{one.treaty}-{one.state}"
    event = deadlines_told.ReportReceived(
        treaty=one.treaty,
        state=one.state,
        kind=one.report,
        period_year=one.period_year,
        received_on=on,
        statement=_STATEMENT,
    )
    old = next((report for report in picture.reporting if report.id == id_), None)
    new = reporting.fold(old, _heard(event, f"reporting-{id_}", on, number))
    others = tuple(report for report in picture.reporting if report.id != id_)
    return replace(picture, reporting=(*others, new) if new else others)


def _pledged(picture: Picture, one: SupposedPledge, on: date, number: int) -> Picture:
    id_ = f"{SUPPOSED}-{number}"
    announced = pledges_told.PledgeAnnounced(
        donor=SUPPOSED,
        target=pledges_told.TargetNamed(
            kind="need_line" if one.request else "obligation",
            request=one.request or None,
            line=one.line or None,
            state=one.state,
            treaty=one.treaty,
            article=one.article,
        ),
        amount=one.amount,
        in_kind=one.in_kind,
        announced_on=on,
    )
    new = pledge.fold(None, _heard(announced, f"pledge-{id_}", on, number))
    picture = replace(picture, pledges=(*picture.pledges, new) if new else picture.pledges)
    if one.request and one.line:
        return _allocated(picture, one, id_, on, number)
    return _secured(picture, one, on, number) if one.amount else picture


def _allocated(picture: Picture, one: SupposedPledge, pledge_id: str, on: date, number: int) -> Picture:
    event: request.RequestHeard
    if one.amount:
        event = requests_told.PledgeAllocated(pledge=pledge_id, line=one.line, amount=one.amount)
    else:
        event = requests_told.InKindAccepted(pledge=pledge_id, line=one.line, description=one.in_kind)
    heard = _heard(event, f"request-{one.request}", on, number)
    return replace(
        picture,
        requests=tuple((request.fold(old, heard) or old) if old.id == one.request else old for old in picture.requests),
    )


def _secured(picture: Picture, one: SupposedPledge, on: date, number: int) -> Picture:
    """Without a request: the stated need in the pledge's currency that was stated last counts as so far secured."""
    lens = Lens(on)
    mine = [
        (said_on(known[-1].origin), need.id, need)
        for need in picture.needs
        if (need.treaty, need.state, need.article) == (one.treaty, one.state, one.article)
        and (known := lens.known(need.stated))
        and known[-1].amount
        and one.amount
        and known[-1].amount.currency == one.amount.currency
    ]
    if not mine or one.amount is None:
        return picture
    chosen = max(mine, key=lambda found: found[:2])[2]
    return replace(
        picture,
        needs=tuple(_with(need, one.amount, lens, on, number) if need is chosen else need for need in picture.needs),
    )


def _with(need: RecordedNeed, amount: Money, lens: Lens, on: date, number: int) -> RecordedNeed:
    newest = lens.known(need.stated)[-1]
    secured = newest.of_which_secured + amount if newest.of_which_secured else amount
    at = datetime.combine(on, time(), UTC)
    origin = newest.origin.model_copy(
        update={"link": f"{SUPPOSED}/need-{need.id}@{_SEQUENCE}.{number}", "recorded_at": at, "source": SUPPOSED}
    )
    others = tuple(fact for fact in need.stated if fact is not newest)
    supposed = newest.model_copy(update={"of_which_secured": secured, "origin": origin})
    return need.model_copy(update={"stated": (*others, supposed)})
