"""Keeps read models up to date with a topic: what was heard is folded into the documents it is about.

The guard lives in the document and is written with it, so duplicates, replays and two writers at
once change nothing; a hole in the numbers is healed by reading the stream from its owner's store.
"""

import itertools
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from shared.commits import Commit
from shared.failpoints import failpoint
from shared.handling import Contended
from shared.log import EventLog
from shared.parking import Parking, passes_by_itself
from shared.projection import Projection
from shared.shelf import Held

D = TypeVar("D", bound=BaseModel)

_ATTEMPTS = 8


class HoleUnhealed(Exception):
    """Commits are missing between two that were heard, and the owner's store does not have them."""


class Holding(Protocol[D]):
    """What documents are folded in: those that exist by id, and their writing by compare-and-set."""

    async def get(self, ids: Sequence[str]) -> dict[str, Held[D]]:
        """Those that exist."""
        ...

    def recall(self, id_: str) -> Held[D] | None:
        """That document as it was when it was last written here. Others may have written since: to write on from
        it is tried, and shows."""
        ...

    async def put(self, changed: Mapping[str, Held[D]]) -> set[str]:
        """Write them where their revision is the one that was read; the ids of those where it was not."""
        ...


class Projector(Generic[D]):
    """Keeps one projection's documents up to date with a topic."""

    def __init__(
        self,
        projection: Projection[D],
        topic: str,
        shelf: Holding[D],
        log: EventLog,
        parking: Parking,
        name: str = "",
    ) -> None:
        self.name = name or projection.name
        self._projection = projection
        self._topic = topic
        self._shelf = shelf
        self._log = log
        self._parking = parking

    async def take(self, commits: Sequence[Commit]) -> None:
        """Fold these commits in, each document once for the whole batch."""
        wanted = [
            commit
            for commit in commits
            if commit.category == self._projection.category and not self._parking.is_parked(self.name, commit.stream)
        ]
        by_stream = itertools.groupby(sorted(wanted, key=attrgetter("stream", "seq")), key=attrgetter("stream"))
        waiting = {_identity(stream): list(group) for stream, group in by_stream}
        try:
            await self._fold_in(waiting)
        except Exception as error:
            if passes_by_itself(error):
                raise
            # A document that cannot be read or written: find out which, so that the others flow on.
            for id_, group in waiting.items():
                await self._fold_in_or_park(id_, group)

    async def _fold_in_or_park(self, id_: str, group: list[Commit]) -> None:
        try:
            await self._fold_in({id_: group})
        except Exception as error:
            if passes_by_itself(error):
                raise
            await self._parking.park(self.name, self._topic, group[0].stream, group[0].seq, error)

    async def _fold_in(self, waiting: dict[str, list[Commit]]) -> None:
        for _ in range(_ATTEMPTS):
            if not waiting:
                return
            held = {id_: was for id_, group in waiting.items() if (was := self._recalled(id_, group)) is not None}
            if unread := [id_ for id_ in waiting if id_ not in held]:
                held |= await self._shelf.get(unread)
            changed: dict[str, Held[D]] = {}
            for id_, group in waiting.items():
                after = await self._folded(held.get(id_), group)
                if after is not None:
                    changed[id_] = after
            failpoint("before-fold")
            lost = await self._shelf.put(changed) if changed else set()
            failpoint("folded")
            waiting = {id_: group for id_, group in waiting.items() if id_ in lost}
        raise Contended(f"{self.name}: others keep writing {sorted(waiting)[:3]}")

    def _recalled(self, id_: str, commits: list[Commit]) -> Held[D] | None:
        """The document these commits go on from, where it was written here; nobody need be asked for it. Had
        somebody else written since, the compare-and-set would show it, and it is read then."""
        held = self._shelf.recall(id_)
        return held if held is not None and _continues(held.v, commits) else None

    async def _folded(self, held: Held[D] | None, commits: list[Commit]) -> Held[D] | None:
        v = held.v if held else 0
        fresh = commits if commits[0].seq > v else [commit for commit in commits if commit.seq > v]
        if not fresh:
            return None
        if not _continues(v, fresh):
            heard_up_to = fresh[-1].seq
            fresh = await self._log.read_stream(self._topic, fresh[0].stream, v)
            if not _continues(v, fresh) or v + len(fresh) < heard_up_to:
                raise HoleUnhealed(f"{commits[0].stream} is heard up to {heard_up_to}, read up to {v + len(fresh)}")
        document = held.document if held else None
        for commit in fresh:
            try:
                document = self._projection.folded(document, [commit], self._topic)
            except Exception as error:
                await self._parking.park(self.name, self._topic, commit.stream, commit.seq, error)
                break
            v = commit.seq
        return Held(held.revision if held else 0, v, document)


def _continues(v: int, commits: Sequence[Commit]) -> bool:
    """Whether these are the commits behind number `v`, each once and in order."""
    for commit in commits:
        v += 1
        if commit.seq != v:
            return False
    return True


def _identity(stream: str) -> str:
    return stream.partition("-")[2]
