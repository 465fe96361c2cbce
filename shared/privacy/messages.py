"""A person in messages: sealed, or as it was recorded before there were keys. Pure values."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.messages import Command, Event, Value

ForgetReason = Literal["person_asked", "no_longer_needed", "recorded_in_error"]
"""Why somebody is forgotten. Never free text: that would stay, and could name whom it is about."""
Subject = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="A subject: random, and says nothing of anybody")]
_LONGEST = 8_000
_REMOVED: Mapping[ForgetReason, str] = {
    "person_asked": "removed at the person's request on {}",
    "no_longer_needed": "removed on {}, as no longer needed",
    "recorded_in_error": "removed on {}, as recorded in error",
}


class SealedPerson(Value):
    """Details of a person under the subject's own key: AES-SIV (RFC 5297), in base64url without padding."""

    subject: Subject
    sealed: str = Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=_LONGEST)


class UnsealedPerson(Value):
    """Details as they were recorded before there were keys. No command holds one, so none is written anew."""

    unsealed: dict[str, str]


Person = SealedPerson | UnsealedPerson


class ForgetPerson(Command):
    """Put on record that the subject's key was destroyed."""

    subject: Subject
    reason: ForgetReason


class PersonForgotten(Event):
    """The key of a person named here was destroyed: nobody can read the details any more."""

    published = False
    subject: Subject
    reason: ForgetReason


def sealed_since(data: Mapping[str, Any], *details: str) -> dict[str, Any]:
    """An event's data from before there were keys, as the schema with a person has it: these fields were details."""
    unsealed = {name: str(data[name]) for name in details if data.get(name)}
    return {**{name: value for name, value in data.items() if name not in details}, "person": {"unsealed": unsealed}}


def removed(reason: ForgetReason, on: date) -> str:
    """What stands where a forgotten person stood; `on` is the day in UTC."""
    return _REMOVED[reason].format(on.isoformat())
