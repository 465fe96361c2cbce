"""A fact with the event that it came from."""

from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.heard import Heard
from shared.messages import Value

T = TypeVar("T", bound=BaseModel)


class Cited(Value, Generic[T]):
    """What was said, the event's name for people and pages, and the day it was recorded here (UTC)."""

    said: T
    link: str
    recorded_on: date


def cite(heard: Heard[Any]) -> dict[str, Any]:
    """The event with its link and day, as the parts of a `Cited`."""
    return {"said": heard.event, "link": heard.link, "recorded_on": heard.at.date()}


class EventLink(Value):
    """One event of a stream, by its type."""

    type: str
    link: str
    recorded_on: date


def link_to(heard: Heard[Any]) -> EventLink:
    """The event as a line of its stream's history."""
    return EventLink(type=type(heard.event).__name__, link=heard.link, recorded_on=heard.at.date())
