"""A need that a source tells of. Stream `need-<id>`."""

from services.insights.facts.origin import Document, Fact, stated
from services.insights.readings import requests as told
from shared.dates import Period
from shared.heard import Heard
from shared.money import Money


class NeedStatement(Fact):
    """What is needed. `basis`: asked (by the State), stated (of it), estimate. Years blank = not said.

    `part_of` marks a sum that another need of the same plan contains: never add the two.
    """

    basis: str
    kind: str
    what: str
    amount: Money | None
    year_from: int | None
    year_to: int | None
    of_which_national: Money | None
    of_which_secured: Money | None
    part_of: bool


class RecordedNeed(Document):
    """One need, as often as it was recorded."""

    treaty: str
    state: str
    article: str
    stated: tuple[NeedStatement, ...] = ()


NeedHeard = told.NeedRecorded


def fold(need: RecordedNeed | None, heard: Heard[NeedHeard]) -> RecordedNeed | None:
    """The need after one event."""
    event = heard.event
    if need is None:
        need = RecordedNeed(id=heard.identity, treaty=event.treaty, state=event.state, article=event.article)
    last = event.year_to or event.year_from
    return need.plus(
        "stated",
        NeedStatement(
            origin=stated(heard, event.statement, Period(str(last)) if last else None),
            basis=event.basis,
            kind=event.kind,
            what=event.what,
            amount=event.amount,
            year_from=event.year_from,
            year_to=event.year_to,
            of_which_national=event.of_which_national,
            of_which_secured=event.of_which_secured,
            part_of=event.part_of,
        ),
    )
