"""The values that stand in a sentence: days, figures, sums, sources (`told.Kind`).

Rule: "What goes with a row" in docs/near-completion.md.
"""

from datetime import date
from decimal import Decimal

from services.insights.facts.origin import Origin
from services.insights.near.sources import is_in_words, name_of
from services.insights.near.told import Piece, Told, tell
from shared.money import Money


def day(when: date | str) -> Piece:
    """A day; a month, a year or a span as exact as its source has it."""
    return ("day", when if isinstance(when, str) else when.isoformat())


def year(number: int) -> Piece:
    """A calendar year."""
    return ("day", str(number))


def quantity(value: Decimal, unit: str) -> Piece:
    """A figure with its unit."""
    return ("quantity", f"{value} {unit}")


def money(sum_: Money) -> Piece:
    """A sum in its currency."""
    return ("money", f"{sum_.currency} {sum_.amount}")


def dollars(usd: Decimal) -> Piece:
    """US dollars, as exact as people say them."""
    return ("dollars", str(usd))


def duration(days: int) -> Piece:
    """How long, without its direction."""
    return ("duration", str(abs(days)))


def number(printed: str) -> Piece:
    """A figure with its decimals, as it is to be shown."""
    return ("number", printed)


def place(number: int) -> Piece:
    """A place in a list: 1st, 2nd."""
    return ("ordinal", str(number))


def name(text: str) -> Piece:
    """What no language changes: a meeting, a donor, a document."""
    return ("name", text)


def word(text: str) -> Piece:
    """A word of a closed list, `marked` where the list stands."""
    return ("word", text)


def source(of: str) -> Piece:
    """Who said it: in words where we have some for it."""
    named = name_of(of)
    return word(named) if is_in_words(named) else name(named)


def cited(origin: Origin) -> Told:
    """The source and when it said it: "the Monitor, 1 August 2017"."""
    who = source(origin.source)
    if origin.stated_on:
        return tell("%(source)s, %(day)s", source=who, day=day(str(origin.stated_on)))
    if origin.assumed:
        return tell("%(source)s, day not known", source=who)
    return tell("%(source)s, %(day)s", source=who, day=day(origin.known_from))
