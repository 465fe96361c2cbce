"""The sources that the facts quote: how much each said, and when it was last heard."""

from datetime import date

from services.insights.near.known import Lens
from services.insights.near.sources import name_of
from services.insights.record import Record
from services.insights.walking import documents, facts, state_of
from shared.messages import Value


class Source(Value):
    """One source by its name: how many statements and pages of it are quoted, about how many States."""

    name: str
    statements: int
    pages: int
    states: int
    first_stated_on: date | None
    last_stated_on: date | None
    example: str


class Sources(Value):
    """Every source quoted by the day, the most quoted first."""

    as_of: date
    statements: int
    sources: tuple[Source, ...]


class _Heard:
    def __init__(self) -> None:
        self.statements = 0
        self.pages: set[str] = set()
        self.states: set[str] = set()
        self.days: list[date] = []


def sources(record: Record, lens: Lens) -> Sources:
    """What each source said, as known on the lens's day."""
    heard: dict[str, _Heard] = {}
    for document in documents(record):
        for fact in facts(document):
            origin = fact.origin
            if not origin.source or not lens.counts(origin):
                continue
            one = heard.setdefault(name_of(origin.source), _Heard())
            one.statements += 1
            one.pages.add(origin.source)
            if state := state_of(document):
                one.states.add(state)
            if origin.stated_on:
                one.days.append(origin.stated_on.end)
    listed = sorted(heard.items(), key=lambda item: (-item[1].statements, item[0]))
    return Sources(
        as_of=lens.on,
        statements=sum(one.statements for _, one in listed),
        sources=tuple(
            Source(
                name=name,
                statements=one.statements,
                pages=len(one.pages),
                states=len(one.states),
                first_stated_on=min(one.days, default=None),
                last_stated_on=max(one.days, default=None),
                example=min(one.pages),
            )
            for name, one in listed
        ),
    )
