"""Documents as they stood at the end of an earlier day: the same fold over what counted by then.

Nothing is kept for it: the streams are read and folded anew, by the projection itself, so that a past day can
never say other than what the live documents said then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.commits import Commit
from shared.heard import Heard
from shared.projection import Projection
from shared.provenance import Statement, known_from

D = TypeVar("D", bound=BaseModel)
CountsFrom = Callable[[Heard[Any]], date]
"""From which day an event counts; pure."""
_AT_ONCE = 50
_SOFTWARE = "system"


@dataclass(frozen=True, slots=True)
class Day:
    """An earlier day (UTC): what counted by its end, or (`as_recorded`) what had been recorded here by then."""

    on: date
    as_recorded: bool = False


def recorded_on(heard: Heard[Any]) -> date:
    """What names no day of its own counts from the day on which it was recorded here."""
    return heard.at.date()


def done_on(*names: str) -> CountsFrom:
    """Counts from the day of the act, which stands in the first of these fields that the event has."""

    def counts(heard: Heard[Any]) -> date:
        days = (getattr(heard.event, name, None) for name in names)
        return next((day for day in days if isinstance(day, date)), None) or recorded_on(heard)

    return counts


def stated_on(heard: Heard[Any], statement: Statement, speaks_of: Any = None) -> date:
    """From which day a recorded statement counts (docs/near-completion.md): as the ranking counts it.

    What a person told here without a day of its own counts at the latest from the day on which it was told.
    """
    told = recorded_on(heard)
    known = known_from(statement.stated_on, speaks_of, told)
    if known.assumed and told < known.day and not heard.actor.startswith(_SOFTWARE):
        return told
    return known.day


class Past(Generic[D]):
    """The documents of one projection on earlier days. `read` gives a stream's commits from its beginning."""

    def __init__(
        self,
        projection: Projection[D],
        topic: str,
        read: Callable[[str], Awaitable[Sequence[Commit]]],
        counts: CountsFrom = recorded_on,
    ) -> None:
        self._projection = projection
        self._topic = topic
        self._read = read
        self._counts = counts

    async def of(self, identities: Sequence[str], day: Day) -> Mapping[str, D]:
        """Those that were there on the day, by their ids."""
        found: dict[str, D] = {}
        for start in range(0, len(identities), _AT_ONCE):
            part = identities[start : start + _AT_ONCE]
            streams = await asyncio.gather(*(self._read(f"{self._projection.category}-{one}") for one in part))
            for identity, commits in zip(part, streams, strict=True):
                document = self._folded(commits, day)
                if document is not None:
                    found[identity] = document
        return found

    def _folded(self, commits: Sequence[Commit], day: Day) -> D | None:
        document: D | None = None
        for commit in commits:
            for heard in self._projection.codec.heard(commit, self._topic):
                counts = recorded_on(heard) if day.as_recorded else self._counts(heard)
                if counts <= day.on:
                    document = self._projection.fold(document, heard)
        return document
