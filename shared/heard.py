"""An event as a listener hears it: with where it stands, when it was recorded, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.commits import Commit

E = TypeVar("E", covariant=True)


@dataclass(frozen=True)
class Heard(Generic[E]):
    """`seq` is the commit's number in its stream, `n` the event's place in the commit, from 1.

    `at` is when it was recorded here (UTC), which says nothing of when it happened.
    """

    event: E
    topic: str
    stream: str
    seq: int
    n: int
    at: datetime
    actor: str
    correlation_id: str = ""

    @property
    def identity(self) -> str:
        """The stream's name without its category."""
        return self.stream.partition("-")[2]

    @property
    def link(self) -> str:
        """The event's name for people and pages: `deadlines/obligation-CCM-BIH-4@7.1`."""
        return f"{self.topic}/{self.stream}@{self.seq}.{self.n}"


def heard_in(commit: Commit, topic: str, n: int, event: Any) -> Heard[Any]:
    """The commit's `n`th event (from 1), as its listeners hear it; made as `commit_from` makes commits."""
    heard: Heard[Any] = object.__new__(Heard)
    content = {
        "event": event,
        "topic": topic,
        "stream": commit.stream,
        "seq": commit.seq,
        "n": n,
        "at": commit.at,
        "actor": commit.actor,
        "correlation_id": commit.correlation_id,
    }
    object.__setattr__(heard, "__dict__", content)
    return heard
