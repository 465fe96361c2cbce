"""Fictional States stay in exercises: a real installation takes no user-assigned code of ISO 3166-1."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from shared.countries import is_user_assigned
from shared.messages import Command, Unacceptable

_NAMES_A_STATE = frozenset({"state", "iso3", "recipient", "with_state"})


class FictionalState(Unacceptable):
    """A user-assigned code stands for a fictional State, and this is no exercise."""


def must_be_real(command: Command) -> None:
    """FictionalState, with the dotted field, for the first fictional State that the command names."""
    for field, code in _states(command, ""):
        if is_user_assigned(code):
            allowed = "an ISO 3166-1 alpha-3 code; user-assigned ones only in an exercise"
            raise FictionalState(field=field, found=code, allowed=allowed)


def names_fictional_state(content: Any) -> bool:
    """Whether this content (of an event, as stored) names a fictional State."""
    return any(is_user_assigned(code) for _, code in _states(content, ""))


def _states(content: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(content, list | tuple):
        for number, value in enumerate(content):
            if not isinstance(value, str):
                yield from _states(value, f"{path}.{number}")
        return
    # As it is: to write it out first would take several times as long, for each command that comes in.
    held = content.__dict__ if isinstance(content, BaseModel) else content
    if not isinstance(held, dict | Mapping):
        return
    for key, value in held.items():
        if isinstance(value, str):
            if key in _NAMES_A_STATE:
                yield f"{path}.{key}" if path else str(key), value
        elif value is not None:
            yield from _states(value, f"{path}.{key}" if path else str(key))
