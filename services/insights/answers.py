"""Where the pure answers meet the live documents: what is kept, until a document or the day changes."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from services.insights.near.known import Lens
from services.insights.near.picture import Rates
from services.insights.near.ranking import Ranking, rank
from services.insights.near.settings import Options
from services.insights.record import Record, record_of
from services.insights.recorded import Recorded
from shared.clock import Clock, today
from shared.views import View

T = TypeVar("T")
_KEPT = 64


@dataclass(frozen=True)
class Asked:
    """On which day, and by what was known or what was recorded: `as_of` and `as_recorded` of a request.

    Only `as_of`: what was publicly known on that day. Only `as_recorded`: what this system had been told
    by then. Both: what this system, told as much as by `as_recorded`, would have said of `as_of`.
    """

    as_of: date | None = None
    as_recorded: date | None = None
    after: str | None = None

    def lens(self, now: date) -> Lens:
        """How facts are judged: by the day on which they were known, or recorded."""
        if self.as_recorded and not self.as_of:
            return Lens(self.as_recorded, as_recorded=True)
        return Lens(self.as_of or now)


class Answers:
    """Asks pure functions about the record, and keeps what they said until something changes."""

    def __init__(self, views: Mapping[str, View[Any]], recorded: Recorded, clock: Clock, rates: Rates) -> None:
        self._views = views
        self._recorded = recorded
        self._clock = clock
        self._rates = rates
        self._record: tuple[int, Record] | None = None
        self._kept: OrderedDict[object, Any] = OrderedDict()
        self._reckoning: dict[object, asyncio.Task[Any]] = {}

    def today(self) -> date:
        """The calendar day in UTC."""
        return today(self._clock)

    async def record(self, asked: Asked) -> Record:
        """All documents: live, or as they stood at the end of the day of `as_recorded`."""
        return (await self._at(asked))[1]

    async def _at(self, asked: Asked) -> tuple[int, Record]:
        live = await self._live(asked.after)
        if asked.as_recorded and asked.as_recorded < self.today():
            return live[0], await self._recorded.until(asked.as_recorded)
        return live

    async def ranking(self, asked: Asked, options: Options) -> Ranking:
        """The ranking under these options."""
        lens = asked.lens(self.today())
        options = options.model_copy(update={"as_recorded": lens.as_recorded})
        return await self.ask(
            ("ranking", options.model_dump_json()),
            asked,
            lambda record, lens: rank(record.picture, lens.on, options),
        )

    async def ask(self, name: object, asked: Asked, answer: Callable[[Record, Lens], T]) -> T:
        """What `answer` says of the record and the lens; `name` tells apart different questions.

        It is reckoned beside the event loop, so that a long answer keeps nobody else waiting.
        """
        # Kept under the number of changes that the record was read at: what is written meanwhile must not
        # be answered with what was read before.
        changes, record = await self._at(asked)
        lens = asked.lens(self.today())
        key = (name, lens, asked.as_recorded, changes)
        if key in self._kept:
            self._kept.move_to_end(key)
            found: T = self._kept[key]
            return found
        # Whoever asks the same meanwhile waits for the same reckoning.
        reckoning: asyncio.Task[T] | None = self._reckoning.get(key)
        if reckoning is None:
            reckoning = asyncio.create_task(asyncio.to_thread(answer, record, lens))
            self._reckoning[key] = reckoning
            reckoning.add_done_callback(lambda _: self._reckoning.pop(key, None))
        found = await asyncio.shield(reckoning)
        self._kept[key] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _changes(self) -> int:
        return sum(view.changes for view in self._views.values())

    async def _live(self, after: str | None) -> tuple[int, Record]:
        # Any view waits for the tokens of every topic that this service follows.
        await next(iter(self._views.values())).peek("", after)
        changes = self._changes()
        if self._record is None or self._record[0] != changes:
            documents = {name: await view.all() for name, view in self._views.items()}
            self._record = (changes, record_of(documents, self._rates))
        return self._record
