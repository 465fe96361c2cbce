"""What this system had been told by the end of a day: the same folds over the commits recorded until then.

Nothing is kept on disk for it. A past day's answer cannot change any more, so the last few are kept in
memory; topics are read in batches that let other requests through.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import Any

from services.insights.near.picture import Rates
from services.insights.record import Record, record_of
from services.insights.views import VIEWS
from shared.clock import Clock, today
from shared.commits import Commit
from shared.log import EventLog
from shared.projection import Projection

_BATCH = 200
_KEPT_DAYS = 8


class Recorded:
    """Records as they stood at the end of earlier days (UTC)."""

    def __init__(
        self, log: EventLog, clock: Clock, rates: Rates, projections: Sequence[Projection[Any]] = VIEWS
    ) -> None:
        self._log = log
        self._clock = clock
        self._rates = rates
        self._by_stream = {(one.topic, one.category): one for one in projections}
        self._kept: OrderedDict[date, Record] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def until(self, day: date) -> Record:
        """Everything recorded by the end of that day."""
        async with self._one_at_a_time:
            if day in self._kept:
                self._kept.move_to_end(day)
                return self._kept[day]
            record = await self._folded(day)
            if day < today(self._clock):
                self._kept[day] = record
                while len(self._kept) > _KEPT_DAYS:
                    self._kept.popitem(last=False)
            return record

    async def _folded(self, day: date) -> Record:
        documents: dict[str, dict[str, Any]] = {one.name: {} for one in self._by_stream.values()}
        for topic in sorted({topic for topic, _ in self._by_stream}):
            subscription = await self._log.subscribe(topic)
            try:
                while commits := await subscription.batch(_BATCH, wait=0):
                    for commit in commits:
                        self._take(commit, topic, day, documents)
                    await asyncio.sleep(0)
            finally:
                await subscription.close()
        return record_of({name: list(held.values()) for name, held in documents.items()}, self._rates)

    def _take(self, commit: Commit, topic: str, day: date, documents: dict[str, dict[str, Any]]) -> None:
        projection = self._by_stream.get((topic, commit.category))
        if projection is None or commit.at.date() > day:
            return
        identity = commit.stream.partition("-")[2]
        held = documents[projection.name]
        document = projection.folded(held.get(identity), [commit], topic)
        if document is not None:
            held[identity] = document
