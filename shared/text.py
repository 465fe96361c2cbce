"""Text from people: bounded, and free of NUL and control characters that break terminals and tables."""

import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

_KEPT = {"\n", "\t"}
# Overrides and isolates of direction can make a page read other than it is stored (Unicode TR 36).
_REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PRINTABLE = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"


def without_controls(text: str) -> str:
    """The text itself. ValueError where it holds a control character other than line feed and tab."""
    for character in text:
        if character in _REORDERING or (unicodedata.category(character) in ("Cc", "Cs") and character not in _KEPT):
            raise ValueError(f"must not contain the control character U+{ord(character):04X}")
    return text


def _as_json(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": least, "maxLength": most, "pattern": _PRINTABLE})


def readable_address(source: str) -> str:
    """The text itself. ValueError where it begins like an address (RFC 3986) and cannot be read as one."""
    if "://" in source:
        try:
            urlsplit(source)
        except ValueError as error:
            raise ValueError(f"is not a readable address: {error}") from None
    return source


_CLEAN = AfterValidator(without_controls)

Line = Annotated[str, StringConstraints(min_length=1, max_length=300), _CLEAN, _as_json(1, 300)]
"""One line: a name, a title, a place. 1 to 300 characters."""
Words = Annotated[str, StringConstraints(max_length=300), _CLEAN, _as_json(0, 300)]
"""A line that may be empty."""
Prose = Annotated[str, StringConstraints(max_length=8_000), _CLEAN, _as_json(0, 8_000)]
"""Free text, up to 8,000 characters, may be empty."""
Source = Annotated[
    str, StringConstraints(min_length=1, max_length=1_000), _CLEAN, AfterValidator(readable_address), _as_json(1, 1_000)
]
"""Where a fact was read: an address or the name of a document. 1 to 1,000 characters."""
Identity = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$")]
"""A name of ours for a thing: letters, digits and `._~-`, 1 to 128 characters."""
