"""The live documents, gathered once and then kept up to date by what changed."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any

from services.insights.near.picture import Picture, Rates
from services.insights.near.slices import Slices
from services.insights.record import Record, record_of
from shared.views import View

_BESIDE = ("totals", "support", "ambassadors")
"""What stands beside the picture in a record."""


class Gathered:
    """All documents of the views, and the same cut by States. One number tells when anything has changed."""

    def __init__(self, views: Mapping[str, View[Any]], rates: Rates) -> None:
        self._views = views
        self._rates = rates
        self._documents: dict[str, dict[str, Any]] = {name: {} for name in views}
        self._marks: dict[str, object] = {}
        self._slices = Slices(rates)
        self._number = 0
        self._concerned: dict[str, int] = {}  # when something last changed of each State, the newest last
        self._record: tuple[int, Record] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._sure: dict[str, set[str]] = {name: set() for name in views}
        self._next: asyncio.Task[int] | None = None

    async def refresh(self, after: str | None = None) -> int:
        """Take in what changed; the number grows where anything did. `after`: tokens to wait for."""
        if after:
            # Whoever waits for what is not shown yet must not keep the others waiting.
            for name, view in self._views.items():
                self._sure[name].update(await view.shown(after))
        if self._next is None:
            self._next = asyncio.create_task(self._take_in())
        # Everybody who came while others were looking is served by one look.
        return await asyncio.shield(self._next)

    async def _take_in(self) -> int:
        async with self._one_at_a_time:
            sure, self._sure, self._next = self._sure, {name: set() for name in self._views}, None
            # Side by side: where the documents are elsewhere, each look is a journey.
            looks = (view.news(self._marks.get(name), sure=sorted(sure[name])) for name, view in self._views.items())
            for name, news in zip(self._views, await asyncio.gather(*looks), strict=True):
                self._marks[name] = news.mark
                gone = self._documents[name].keys() - news.changed.keys() if news.whole else ()
                if news.changed or gone:
                    self._number += 1
                for id_ in list(gone):
                    self._take(name, id_, None)
                for id_, document in news.changed.items():
                    self._take(name, id_, document)
            return self._number

    def _take(self, name: str, id_: str, document: Any) -> None:
        held = self._documents[name]
        old = held.pop(id_, None) if document is None else held.get(id_)
        if document is not None:
            held[id_] = document
        if document is old:
            return
        for state in self._slices.take(name, id_, old, document):
            self._concerned.pop(state, None)
            self._concerned[state] = self._number

    # All of what follows is as of the last refresh, and of one moment if nothing is awaited in between.

    @property
    def number(self) -> int:
        """Grows with every change."""
        return self._number

    def record(self) -> Record:
        """All documents, by their ids."""
        if self._record is None or self._record[0] != self._number:
            named = {name: [one for _, one in sorted(held.items())] for name, held in self._documents.items()}
            self._record = (self._number, record_of(named, self._rates))
        return self._record[1]

    def record_of(self, state: str) -> Record:
        """What belongs to one State, and what belongs to none: all that can be said of it."""
        beside = {name: [one for _, one in sorted(self._documents.get(name, {}).items())] for name in _BESIDE}
        return replace(record_of(beside, self._rates), picture=self._slices.picture(state))

    def pictures(self, since: int | None = None) -> dict[str, Picture]:
        """Of each State of which something changed since that number; of all without one."""
        states: Iterable[str] = list(self._slices.states)
        if since is not None:
            states = takewhile(lambda state: self._concerned[state] > since, reversed(self._concerned))
        return self._slices.pictures(states)

    def pictures_of(self, states: Iterable[str], requests: Iterable[str] = ()) -> dict[str, Picture]:
        """Of these States, and of those who made these requests."""
        whose = {self._slices.state_of_request(id_) for id_ in requests} - {""}
        return self._slices.pictures({*states, *whose})
