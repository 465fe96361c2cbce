"""Where a fact comes from, and from which day it counts (docs/near-completion.md)."""

from datetime import date, datetime
from typing import Any, Self

from shared.dates import PartialDate, Period
from shared.heard import Heard
from shared.messages import Value
from shared.provenance import KnownFrom, Statement, known_from

_SOFTWARE = "system"
"""How the name of an actor begins that is no person: an import, a policy."""


class Origin(Value):
    """The event behind a fact.

    `known_from` is the first day on which the fact counts; `assumed` says that no source gave that
    day. `recorded_at` (UTC) and `actor` say when and by whom this system was told. `link` leads to
    the event. `source` is blank where the event is an act in this system and quotes nobody.
    """

    link: str
    event: str
    source: str = ""
    stated_on: PartialDate | None = None
    stated_on_note: str = ""
    note: str = ""
    known_from: date
    assumed: bool = False
    recorded_at: datetime
    actor: str = ""


class Fact(Value):
    """Something said or done, with its origin."""

    origin: Origin


class Document(Value):
    """The dated facts of one stream. `id` is the stream's identity."""

    id: str

    def plus(self, field: str, fact: Fact) -> Self:
        """The document with one fact more in that field; the others stay."""
        return self.model_copy(update={field: (*getattr(self, field), fact)})


def stated(
    heard: Heard[Any],
    statement: Statement,
    speaks_of: Period | None = None,
    not_before: date | None = None,
) -> Origin:
    """The origin of a recorded statement.

    It counts from the end of `stated_on`; without one, from a year after the end of the period it
    speaks of, or from the day on which a person told it here, where that is earlier: a progress report
    filed today counts today. What the software imports keeps to the year. Never before `not_before`: a
    page of 2014 to which a later event was added cannot have told of that event.
    """
    told_on = heard.at.date()
    known = known_from(statement.stated_on, speaks_of, told_on)
    if known.assumed and told_on < known.day and not heard.actor.startswith(_SOFTWARE):
        known = KnownFrom(told_on, assumed=False)
    return Origin(
        link=heard.link,
        event=type(heard.event).__name__,
        source=statement.source,
        stated_on=statement.stated_on,
        stated_on_note=statement.stated_on_note,
        note=statement.note,
        known_from=max(known.day, not_before) if not_before else known.day,
        assumed=known.assumed,
        recorded_at=heard.at,
        actor=heard.actor,
    )


def done(heard: Heard[Any], on: date | None = None, statement: Statement | None = None) -> Origin:
    """The origin of an act that was recorded as it happened.

    It counts from the day of the act (or, where later, the day on which the quoted source said it);
    an act without a day of its own counts from the day on which it was recorded here.
    """
    day = on or heard.at.date()
    if statement and statement.stated_on:
        day = max(day, statement.stated_on.end)
    return Origin(
        link=heard.link,
        event=type(heard.event).__name__,
        source=statement.source if statement else "",
        stated_on=statement.stated_on if statement else None,
        stated_on_note=statement.stated_on_note if statement else "",
        note=statement.note if statement else "",
        known_from=day,
        recorded_at=heard.at,
        actor=heard.actor,
    )


def start_of(*periods: Period | None) -> date | None:
    """The first day that the first of these can mean, None where all are blank."""
    return next((period.start for period in periods if period), None)
