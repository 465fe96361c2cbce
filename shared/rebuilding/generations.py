"""The generations of one view's documents: the live one, which is read, and one that may be made beside it.

Everybody who follows the topic writes a generation that is announced *before* the live one. So from
the end of its filling on it never shows less of a stream than the live one, and neither does the
switch: whoever has seen something goes on seeing it (docs/adr/0008).
"""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.commits import Commit
from shared.documents import Documents
from shared.log import EventLog
from shared.parking import Parking
from shared.projection import Projection
from shared.projector import Holding, Projector
from shared.rebuilding.alias import Aliases, Placed
from shared.shelf import Held, News, Shelf

D = TypeVar("D", bound=BaseModel)

NEWS_EVERY = 0.5
"""Seconds between two looks whether other processes have written documents."""
FOLLOWS_WITHIN = 0.5
"""Seconds. Where others may announce a generation, a follower asks so often which documents there are; whoever has
announced one waits for twice that before he takes what came before everybody knew of it."""
LOOKS_EVERY = 1.0
"""Seconds. Where others may switch, a reader asks so often which documents are live."""


class Generation(Generic[D]):
    """One set of documents and who keeps it up to date."""

    def __init__(self, number: int, shelf: Shelf[D], projector: Projector[D]) -> None:
        self.number = number
        self.shelf = shelf
        self.projector = projector


class Generations(Generic[D]):
    """Reads and follows as if there were only one; a follower of its topic."""

    def __init__(
        self,
        projection: Projection[D],
        topic: str,
        documents: Documents,
        aliases: Aliases,
        log: EventLog,
        parking: Parking,
        exclusive: bool,
    ) -> None:
        self.projection = projection
        self.topic = topic
        self._documents = documents
        self._aliases = aliases
        self._log = log
        self._parking = parking
        self._exclusive = exclusive
        self._shared = not exclusive
        self._made: dict[int, Generation[D]] = {}
        self._placed: Placed | None = None
        self._looked = -math.inf
        self._looking: asyncio.Task[Placed] | None = None
        self.alone_since: Callable[[], float | None] = lambda: None
        """Since when no other process takes anything of the topic; see `Shelf`."""
        self.live = self.made(1)
        self.beside: Generation[D] | None = None

    @property
    def alias_name(self) -> str:
        """Under which its alias is kept."""
        return self.projection.collection.name

    @property
    def name(self) -> str:
        """The follower's name: under it streams are parked for the live generation."""
        return self.live.projector.name

    @property
    def projectors(self) -> list[Projector[D]]:
        """Whoever is handed each commit, in this order."""
        return [one.projector for one in (self.beside, self.live) if one is not None]

    def share(self) -> None:
        """Somebody else writes these documents: keep nothing in memory, and look which are live."""
        self._shared = True
        self.live.shelf.share()

    def made(self, number: int) -> Generation[D]:
        """That generation; one object for all who read or write it in this process."""
        if number not in self._made:
            alone = lambda: self.alone_since()  # noqa: E731 - it is known later
            shelf = Shelf(
                self.projection, self._documents, self._exclusive, number, looks_every=NEWS_EVERY, alone_since=alone
            )
            projector = self.projector(number, shelf)
            self._made[number] = Generation(number, shelf, projector)
        return self._made[number]

    def projector(self, number: int, shelf: Holding[D]) -> Projector[D]:
        """Folds the topic into that shelf, and parks under that generation's name."""
        name = self.projection.follower(number)
        return Projector(self.projection, self.topic, shelf, self._log, self._parking, name)

    # which generation

    async def look(self) -> Placed:
        """Ask the alias which documents are live, and read and write those from now on."""
        asked_at = asyncio.get_running_loop().time()
        await self.take_over(placed := await self._aliases.read(self.alias_name))
        # By when it was asked: the answer may have been on its way for long.
        self._looked = max(self._looked, asked_at)
        return placed

    async def take_over(self, placed: Placed) -> None:
        """From now on this is so. Something older than what is known changes nothing."""
        alias = placed.alias
        live = self.made(alias.generation)
        beside = self.made(alias.beside.generation) if alias.beside and alias.beside.following else None
        for one in (live, beside):
            if one is not None:
                await one.shelf.declare()
        # From here on without a pause: nobody finds one of the two changed and not the other.
        if self._placed is not None and self._placed.revision > placed.revision:
            return
        self._placed = placed
        self.beside = beside
        if live is not self.live:
            self._made.pop(self.live.number)
            self.live = live
            if self._shared:
                live.shelf.share()

    def forget(self, number: int) -> None:
        """That generation is being dropped: keep nothing of it in memory."""
        self._made.pop(number, None)

    # following

    async def take(self, commits: Sequence[Commit]) -> None:
        """Fold these commits in."""
        if not any(commit.category == self.projection.category for commit in commits):
            return
        # Asked with the commits in hand: what came more than so long after an announcement is written with it known.
        if self._shared and asyncio.get_running_loop().time() - self._looked > FOLLOWS_WITHIN:
            await self.look()
        for projector in self.projectors:
            await projector.take(commits)

    # reading

    async def get(self, ids: Sequence[str]) -> dict[str, Held[D]]:
        """Those that exist."""
        return await (await self._read()).get(ids)

    def shows(self, id_: str, v: int) -> bool:
        """Whether the live document is known here to have seen that commit; False: it has to be looked up."""
        is_known = not self._shared or asyncio.get_running_loop().time() - self._looked <= 2 * LOOKS_EVERY
        return is_known and self.live.shelf.shows(id_, v)

    async def find(
        self, where: Mapping[str, str] | None = None, after: str = "", limit: int = 100
    ) -> list[tuple[str, Held[D]]]:
        """Documents by their declared fields, in the order of their ids."""
        return await (await self._read()).find(where, after, limit)

    async def all(self) -> list[D]:
        """Every document there is."""
        return await (await self._read()).all()

    async def news(self, since: object = None, fresh: bool = False, sure: Sequence[str] = ()) -> News[D]:
        """What changed since the mark of an earlier answer; everything where other documents are live since."""
        return await (await self._read()).news(since, fresh, sure)

    async def _read(self) -> Shelf[D]:
        age = asyncio.get_running_loop().time() - self._looked
        if self._shared and age > 2 * LOOKS_EVERY:
            await self.look()
        elif self._shared and age > LOOKS_EVERY and (self._looking is None or self._looking.done()):
            # For the next reader: this one need not wait.
            self._looking = asyncio.create_task(self.look(), name=f"looks at {self.alias_name}")
            self._looking.add_done_callback(lambda look: look.cancelled() or look.exception())
        return self.live.shelf
