"""What the kinds of stream here share: how duties are named, and words that must say something.

An article number alone never names a duty (docs/domain.md, "Rules that run through everything").
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints, TypeAdapter, WithJsonSchema

from shared.messages import Value
from shared.text import Prose, Words, without_controls

Treaty = Literal["CCM", "APMBC"]
Article = Literal["3", "4", "5", "7", "9"]
Account = Annotated[
    str,
    StringConstraints(min_length=1, max_length=8_000),
    AfterValidator(without_controls),
    WithJsonSchema({**TypeAdapter(Prose).json_schema(), "minLength": 1}),
]
"""Prose that must say something, 1 to 8,000 characters: a reason, an outcome, a lesson."""


class Challenge(Value):
    """A kind of duty that States share: an article of a treaty, for example CCM 4."""

    treaty: Treaty
    article: Article


class ObligationName(Challenge):
    """One duty of the affected State. `clock` blank: counted from entry into force (CCM 4.1(a))."""

    clock: Words = ""
