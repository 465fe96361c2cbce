"""Commits for the suites: made like those of a handler, one after another."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.commits import GENESIS, Commit, EventRecord
from shared.ids import new_id

AT = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)


def following(
    before: Commit | None,
    stream: str = "tally-a",
    amounts: Sequence[int] = (1,),
    command_id: str | None = None,
    words: str = "",
) -> Commit:
    """The commit that continues `before` (None: the stream's first), with an event for each amount."""
    return Commit(
        stream=before.stream if before else stream,
        seq=before.seq + 1 if before else 1,
        first=before.last + 1 if before else 1,
        events=tuple(EventRecord("Added", 1, {"amount": amount, "words": words}) for amount in amounts),
        command_id=command_id or new_id(),
        digest="0" * 64,
        actor="isu:desk",
        correlation_id="c-1",
        causation_id="",
        at=AT,
        previous=before.hash if before else GENESIS,
    ).sealed()


def chain(length: int, stream: str = "tally-a", events: int = 1) -> list[Commit]:
    """A stream's first commits."""
    made: list[Commit] = []
    for n in range(length):
        made.append(following(made[-1] if made else None, stream, [n + 1] * events))
    return made
