"""Fictional States stay in exercises: a real installation takes no user-assigned code of ISO 3166-1."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.countries import is_user_assigned
from shared.messages import Command, Unacceptable

_NAMES_A_STATE = frozenset({"state", "iso3", "recipient", "with_state"})
_HOLDS_MORE = (dict, list, tuple)


class FictionalState(Unacceptable):
    """A user-assigned code stands for a fictional State, and this is no exercise."""


def must_be_real(command: Command) -> None:
    """FictionalState, with the dotted field, for the first fictional State that the command names."""
    for field, code in _states(command.model_dump(), ""):
        if is_user_assigned(code):
            allowed = "an ISO 3166-1 alpha-3 code; user-assigned ones only in an exercise"
            raise FictionalState(field=field, found=code, allowed=allowed)


def names_fictional_state(content: Any) -> bool:
    """Whether this content (of an event, as stored) names a fictional State."""
    return any(is_user_assigned(code) for _, code in _states(content, ""))


def _states(content: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(content, Mapping):
        for key, value in content.items():
            place = f"{path}.{key}" if path else str(key)
            if key in _NAMES_A_STATE and isinstance(value, str):
                yield place, value
            elif isinstance(value, _HOLDS_MORE):
                yield from _states(value, place)
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content):
            if isinstance(value, _HOLDS_MORE):
                yield from _states(value, f"{path}.{number}")
