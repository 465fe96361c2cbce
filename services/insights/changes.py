"""What changed in the days before a day: what became known, and what people recorded here meanwhile."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.insights.facts.origin import Fact
from services.insights.near.known import Lens
from services.insights.near.sources import name_of
from services.insights.record import Record
from services.insights.walking import documents, facts, state_of
from shared.countries import country_name
from shared.dates import PartialDate
from shared.messages import Value

_SOFTWARE = "system"


class Change(Value):
    """One entry of a history. `on` is the day from which it counts; `link` leads to the entry."""

    on: date
    recorded_at: datetime
    event: str
    state: str
    state_name: str
    source_name: str
    source: str
    stated_on: PartialDate | None
    link: str


class Entries(Value):
    """Entries that count on the day, newest first; `total` counts all of them."""

    as_of: date
    total: int
    offset: int
    entries: tuple[Change, ...]


class Loaded(Value):
    """So many entries were recorded by an import on that day (UTC)."""

    on: date
    entries: int


class Changes(Value):
    """Changes after `since` up to `as_of`, newest first; `total` counts all, `changes` holds the first of them."""

    as_of: date
    since: date
    total: int
    changes: tuple[Change, ...]
    loaded: tuple[Loaded, ...]


def changes(record: Record, lens: Lens, days: int, most: int, state: str = "") -> Changes:
    """What came to be known within so many days before the lens's day; of all States or of one.

    An entry counts on the day from which its fact counts. What a person recorded here within these days
    stands too, whatever day it speaks of; what an import loaded is only counted, since a thousand old
    statements are no news.
    """
    since = lens.on - timedelta(days=days)
    found: dict[str, tuple[Fact, str]] = {}
    loaded: Counter[date] = Counter()
    for document in documents(record):
        if state and state_of(document) != state:
            continue
        for fact in facts(document):
            told = fact.origin.recorded_at.date()
            by_software = fact.origin.actor.startswith(_SOFTWARE)
            if by_software and since < told <= lens.on:
                loaded[told] += 1
            if not lens.counts(fact.origin):
                continue
            # What a rule of the software derives becomes known with what it is derived from.
            is_told = bool(fact.origin.source) or not by_software
            became_known = is_told and since < fact.origin.known_from <= lens.on and not fact.origin.assumed
            recorded = since < told <= lens.on and not by_software
            if became_known or recorded:
                found[fact.origin.link] = (fact, state_of(document))
    newest = sorted(found.values(), key=_order, reverse=True)
    days_of_loading = tuple(Loaded(on=day, entries=count) for day, count in sorted(loaded.items()))
    shown = tuple(_change(fact, about) for fact, about in newest[:most])
    return Changes(as_of=lens.on, since=since, total=len(newest), changes=shown, loaded=days_of_loading)


def _change(fact: Fact, state: str) -> Change:
    origin = fact.origin
    return Change(
        on=origin.known_from,
        recorded_at=origin.recorded_at,
        event=origin.event,
        state=state,
        state_name=country_name(state) if state else "",
        source_name=name_of(origin.source) if origin.source else "",
        source=origin.source,
        stated_on=origin.stated_on,
        link=origin.link,
    )


def entries(
    record: Record, lens: Lens, state: str, kinds: Sequence[str], offset: int, limit: int, streams: Sequence[str] = ()
) -> Entries:
    """Everything known of a State, or of some histories, on the lens's day, in the order in which it came to count.

    `kinds` are the names of events and `streams` begin links, such as `deadlines/obligation-CCM-BIH-4`; none
    of either: all. A pledge or coalition belongs to a State where it is its own.
    """
    found: dict[str, tuple[Fact, str]] = {}
    for document in documents(record):
        about = state_of(document)
        if state and about != state:
            continue
        for fact in facts(document):
            origin = fact.origin
            if streams and origin.link.partition("@")[0] not in streams:
                # A document is of one stream, so nothing else in it is of another.
                break
            if (not kinds or origin.event in kinds) and lens.counts(origin):
                found[origin.link] = (fact, about)
    newest = sorted(found.values(), key=_order, reverse=True)[offset : offset + limit]
    shown = tuple(_change(fact, about) for fact, about in newest)
    return Entries(as_of=lens.on, total=len(found), offset=offset, entries=shown)


def _order(one: tuple[Fact, str]) -> tuple[date, datetime, str]:
    origin = one[0].origin
    return (origin.known_from, origin.recorded_at, origin.link)
