"""A sentence apart from its values, so that a page can say it in another language.

The text of a message is English with `%(name)s` places, and stands in the portal's catalogue (its collector
reads the calls of `tell`, `tell_many` and `marked` here as text). The values are typed, so that each language
writes its own days and figures; a value may be a message again.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeVar, Union

from services.insights.near import words

Kind = Literal["day", "quantity", "money", "dollars", "duration", "number", "ordinal", "name", "word"]
"""How a value is to be read:

* day: a day, month, year or span as its source has it, `2018/2020`
* quantity: a figure with its unit, `1720000 m2`
* money: a sum in its currency, `EUR 528000000.00`; dollars: US dollars, shown with three digits
* duration: days; number: a figure with as many decimals as are to be shown; ordinal: a place in a list
* name: as it is in every language; word: of a closed list, which the catalogue has
"""
Piece = Union[tuple[Kind, str], "Told", "Counted"]
P = TypeVar("P", bound=Piece)


@dataclass(frozen=True, slots=True)
class Told:
    """A message and what stands in its places."""

    text: str
    values: dict[str, Piece] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """A message that goes by a number, which stands in its place `num`."""

    one: str
    many: str
    num: int


def marked(text: str) -> str:
    """The text as it is, noted for the catalogue: for tables, and words of a closed list."""
    return text


def tell(text: str, **values: Piece) -> Told:
    """The message with these values in its places; the text is written out, or was `marked`."""
    return Told(text, values)


def tell_many(one: str, many: str, num: int) -> Counted:
    """The message for that number; both texts are written out."""
    return Counted(one, many, num)


def sentence(first: Piece, *clauses: Piece) -> Told:
    """The clauses one after the other, as one sentence."""
    return tell("%(told)s.", told=joined(first, *clauses))


def joined(first: Piece, *more: Piece) -> Piece:
    """What is told, and then more of it, apart from it."""
    for one in more:
        first = tell("%(told)s; %(more)s", told=first, more=one)
    return first


def listed(pieces: Sequence[Piece]) -> Piece:
    """One or more as a list in words: a, b and c. IndexError for none."""
    return strung([*pieces[:-2], each_of(pieces[-2:])])


def strung(pieces: Sequence[P]) -> P | Told:
    """One or more, one beside the other: a, b, c. IndexError for none."""
    found: P | Told = pieces[-1]
    for one in reversed(pieces[:-1]):
        found = tell("%(one)s, %(more)s", one=one, more=found)
    return found


def each_of(pieces: Sequence[P]) -> P | Told:
    """One or more of which each counts: a and b and c. IndexError for none."""
    found: P | Told = pieces[0]
    for one in pieces[1:]:
        found = tell("%(one)s and %(last)s", one=found, last=one)
    return found


def in_english(piece: Piece) -> str:
    """What an English page reads."""
    if isinstance(piece, Told):
        values = piece.values
        return piece.text % {name: in_english(values[name]) for name in values} if values else piece.text
    if isinstance(piece, Counted):
        return (piece.one if piece.num == 1 else piece.many) % {"num": piece.num}
    return _shown(*piece)


@lru_cache(maxsize=20_000)
def _shown(kind: Kind, value: str) -> str:
    # The same days, sources and figures stand in many sentences.
    match kind:
        case "number" | "name" | "word":
            return value
        case "day":
            return words.when(value)
        case "quantity":
            number, _, unit = value.partition(" ")
            return words.quantity(Decimal(number), unit)
        case "money":
            currency, _, amount = value.partition(" ")
            return words.money(currency, Decimal(amount))
        case "dollars":
            return words.dollars(Decimal(value))
        case "duration":
            return words.duration(int(value))
        case "ordinal":
            return words.ordinal(int(value))
