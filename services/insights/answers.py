"""Where the pure answers meet the live documents: what is kept, until a document or the day changes."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from services.insights.gathered import Gathered
from services.insights.keeping import Kept
from services.insights.near.board import Board
from services.insights.near.known import Lens
from services.insights.near.picture import Picture, Rates
from services.insights.near.ranked import Ranking
from services.insights.near.ranking import slices_of
from services.insights.near.settings import Options
from services.insights.near.what_if import Supposition, supposed_on
from services.insights.record import Record
from services.insights.recorded import Recorded
from shared.clock import Clock, today
from shared.views import View

T = TypeVar("T")
_KEPT_CASES = 50_000
"""So many duties on boards that are kept, in some 100 MB; the board in use is kept whatever its size."""


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


@dataclass(frozen=True)
class _Basis:
    """What an answer rests on: the record of an earlier day, or (`past` None) all that is held now."""

    number: int
    past: tuple[date, Record] | None

    @property
    def day(self) -> date | None:
        return self.past[0] if self.past else None


class Answers:
    """Asks pure functions about the record, and keeps what they said until something changes."""

    def __init__(self, views: Mapping[str, View[Any]], recorded: Recorded, clock: Clock, rates: Rates) -> None:
        self._gathered = Gathered(views, rates)
        self._recorded = recorded
        self._clock = clock
        self._kept = Kept()
        self._boards: OrderedDict[object, tuple[int, Board]] = OrderedDict()
        self._reckoning: dict[object, asyncio.Task[Any]] = {}

    def today(self) -> date:
        """The calendar day in UTC."""
        return today(self._clock)

    def kept_cases(self) -> int:
        """How many open obligations the boards hold that are kept."""
        return sum(one.size for _, one in self._boards.values())

    async def record(self, asked: Asked) -> Record:
        """All documents: live, or as they stood at the end of the day of `as_recorded`."""
        return self._record(await self._at(asked))

    async def ask(self, name: object, asked: Asked, answer: Callable[[Record, Lens], T], state: str | None = None) -> T:
        """What `answer` says of the record and the lens; `name` tells apart different questions.

        It is reckoned beside the event loop, so that a long answer keeps nobody else waiting. With a `state` it
        may be given no more of the record than can be said of that State.
        """
        basis, lens = await self._at(asked), asked.lens(self.today())
        record = self._record(basis, state)
        return await self._once((name, lens, basis.day), basis.number, lambda: answer(record, lens))

    async def ask_ranked(
        self,
        name: object,
        asked: Asked,
        options: Options,
        answer: Callable[[Record, Lens, Board], T],
        state: str | None = None,
    ) -> T:
        """As `ask`, with the board of the ranking under these options, of the same moment."""
        basis, lens = await self._at(asked), asked.lens(self.today())
        record = self._record(basis, state)
        return await self._of_board((name, lens, basis.day), basis, lens, options, lambda b: answer(record, lens, b))

    # The ranking.

    async def ranking(
        self, asked: Asked, options: Options, groups: Collection[int] | None = None, limit: int | None = None
    ) -> Ranking:
        """The ranking under these options: all States, those of some groups, the first so many."""
        basis, lens = await self._at(asked), asked.lens(self.today())
        board = await self._board(basis, lens, options)
        return await asyncio.to_thread(board.ranking, groups, limit)

    async def ranking_written(
        self, asked: Asked, options: Options, groups: Sequence[int] | None = None, limit: int | None = None
    ) -> bytes:
        """The same as JSON."""
        basis, lens = await self._at(asked), asked.lens(self.today())
        key = ("ranking", tuple(groups or ()), limit, options, lens, basis.day)
        return await self._of_board(key, basis, lens, options, lambda board: board.written(groups, limit))

    async def what_if(
        self, asked: Asked, options: Options, suppositions: Sequence[Supposition], limit: int | None = None
    ) -> Ranking:
        """The ranking if all this were so; nothing is stored."""
        basis, lens = await self._at(asked), asked.lens(self.today())
        requests = [one.request for one in suppositions if one.kind == "pledge" and one.request]
        states = [one.state for one in suppositions]
        concerned = self._pictures_of(basis, states, requests)
        board = await self._board(basis, lens, options)

        def supposed() -> Ranking:
            ranking = supposed_on(board, concerned, suppositions, lens.on).ranking(None, limit)
            return ranking.model_copy(update={"supposed": bool(suppositions)})

        return await asyncio.to_thread(supposed)

    async def _board(self, basis: _Basis, lens: Lens, options: Options) -> Board:
        """The board of that basis; the one that is kept is brought up to date by what changed since."""
        options = options.model_copy(update={"as_recorded": lens.as_recorded})
        key = (lens, options, basis.day)
        kept = self._boards.get(key)
        if kept is not None and kept[0] == basis.number:
            self._boards.move_to_end(key)
            return kept[1]
        before = kept[1] if kept is not None else Board(lens, options)
        pictures = slices_of(basis.past[1].picture) if basis.past else self._gathered.pictures(kept and kept[0])
        number = 0 if basis.past else self._gathered.number
        board = await self._together((key, number), lambda: before.changed(pictures))
        if (kept := self._boards.get(key)) is None or kept[0] < number:
            self._boards[key] = (number, board)
        self._boards.move_to_end(key)
        while len(self._boards) > 1 and self.kept_cases() > _KEPT_CASES:
            self._boards.popitem(last=False)
        return board

    # What the answers rest on.

    async def _at(self, asked: Asked) -> _Basis:
        number = await self._gathered.refresh(asked.after)
        if asked.as_recorded and asked.as_recorded < self.today():
            return _Basis(0, (asked.as_recorded, await self._recorded.until(asked.as_recorded)))
        return _Basis(number, None)

    def _record(self, basis: _Basis, state: str | None = None) -> Record:
        if basis.past:
            return basis.past[1]
        return self._gathered.record_of(state) if state else self._gathered.record()

    def _pictures_of(self, basis: _Basis, states: Sequence[str], requests: Sequence[str]) -> dict[str, Picture]:
        if not basis.past:
            return self._gathered.pictures_of(states, requests)
        picture = basis.past[1].picture
        whose = {one.state for one in picture.requests if one.id in requests}
        every = slices_of(picture)
        return {state: every[state] for state in {*states, *whose} if state in every}

    async def _once(self, key: object, number: int, answer: Callable[[], T]) -> T:
        """The answer of that number as it is kept, or reckoned now."""
        found: T
        if (still := self._kept.still(key, number)) is not None:
            (found,) = still
            return found
        found = await self._together((key, number), answer)
        self._kept.keep(key, number, found)
        return found

    async def _of_board(
        self, key: object, basis: _Basis, lens: Lens, options: Options, answer: Callable[[Board], T]
    ) -> T:
        """As `_once`, of a board: it is made only where its answer is not kept, which outlives it."""
        found: T
        if (still := self._kept.still(key, basis.number)) is not None:
            (found,) = still
            return found
        board = await self._board(basis, lens, options)
        return await self._once(key, basis.number, lambda: answer(board))

    async def _together(self, key: object, answer: Callable[[], T]) -> T:
        """Beside the event loop; whoever asks the same meanwhile waits for the same reckoning."""
        reckoning: asyncio.Task[T] | None = self._reckoning.get(key)
        if reckoning is None:
            reckoning = asyncio.create_task(asyncio.to_thread(answer))
            self._reckoning[key] = reckoning
            reckoning.add_done_callback(lambda _: self._reckoning.pop(key, None))
        return await asyncio.shield(reckoning)
