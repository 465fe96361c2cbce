"""Sentences that services tell in messages and values (`told` in contracts/insights), said in the page's language.

The messages stand in the portal's catalogue: its collector reads where the services write them.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from services.portal import language, words
from services.portal.language import gettext as _
from services.portal.language import ngettext


def said(one: Mapping[str, Any], field: str = "text", told: str = "told") -> str:
    """The text of that field, which `told` has apart from its values; a text without values is itself a message.

    English is the source: there it is the text as the service wrote it.
    """
    text = str(one[field])
    if language.current() == language.SOURCE:
        return text
    piece = one.get(told)
    return in_words(piece) if piece is not None else word(text)


def each(one: Mapping[str, Any], field: str) -> list[str]:
    """The sentences of that field, of which `told` has one after the other apart from its values."""
    if language.current() == language.SOURCE:
        return list(one[field])
    return [in_words(piece) for piece in one["told"]] if one.get("told") else [word(text) for text in one[field]]


def word(text: str) -> str:
    """A word or sentence of a closed list of a service's."""
    return _(text) if text else ""


def places(firmness: Mapping[str, Any]) -> str:
    """The places that a row may take: 3rd, or 3rd to 7th."""
    best, worst = words.ordinal(firmness["best"]), words.ordinal(firmness["worst"])
    return best if best == worst else _("%(low)s to %(high)s") % {"low": best, "high": worst}


def in_words(piece: Any) -> str:
    """A message, a message that goes by a number, or a value as `[kind, value]`, in the page's language."""
    if isinstance(piece, list):
        kind, value = piece
        return _SHOWN.get(kind, str)(value)
    if "num" in piece:
        one, many, number = piece["one"], piece["many"], piece["num"]
        return ngettext(one, many, number) % {"num": words.whole(number)}
    text = piece["text"]
    return _(text) % {name: in_words(one) for name, one in piece["values"].items()}


def _quantity(value: str) -> str:
    """The figure; nothing left of an area is 0 km², as its sentence has it in English."""
    number, _space, unit = value.partition(" ")
    return f"{words.whole(0)} km²" if unit == "m2" and not Decimal(number) else words.quantity(number, unit)


_SHOWN: dict[str, Callable[[str], str]] = {
    "day": words.day,
    "quantity": _quantity,
    "money": words.exact_money,
    "dollars": words.dollars_in_short,
    "duration": lambda value: words.duration(int(value)),
    "number": words.as_printed,
    "ordinal": lambda value: words.ordinal(int(value)),
    "word": word,
}
"""By the kind of a value; a name, and what a later version of a service may send, stands as it is."""
