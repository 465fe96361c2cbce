"""A read model's documents with their guards: read, written by compare-and-set, and told to who keeps them."""

import asyncio
import itertools
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.documents import Documents, Put, Stored
from shared.money import STORED
from shared.projection import Projection

D = TypeVar("D", bound=BaseModel)

_RECALLED = 1_000
"""Documents of a view that a process can go on from without reading them: as many as are busy at one time."""
_ALONE_LOOKS_EVERY = 60.0
"""Seconds between two looks where nobody else can have written: for whoever changes documents by hand."""
_SETTLED_IN = 1.0
"""Seconds until what others did before they let go of their streams is sure to be there."""
_ONE_BY_ONE = 1_000
"""Documents that are asked for by their ids at most; where more are different all are read, page by page."""
_KEPT_WAITING = 4
"""Times `looks_every` that news are old at least when a reader is kept waiting for newer ones."""


@dataclass(frozen=True, slots=True)
class News(Generic[D]):
    """Documents that changed, by id; None where one is gone. `whole`: these are all that there are.

    `mark` is what to ask with the next time, and means nothing else.
    """

    mark: object
    changed: Mapping[str, D | None]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Held(Generic[D]):
    """A document with its revision and its guard: the number of the last commit it has seen."""

    revision: int
    v: int
    document: D | None


class Shelf(Generic[D]):
    """The documents of one generation of a projection, read and written with their guards.

    With `exclusive` (one process owns the documents) what was read is also kept in memory. Otherwise no more than
    the `recalls` documents written here last are, so that the next commit of each is folded on from them. `news`
    looks at most every `looks_every` seconds whether others have written, for readers who name no token: one
    who comes when it is time does not wait for it, one who comes much later does. Where it has looked since
    `alone_since` (`time.monotonic`; None: others write too) nobody else can have, and it looks seldom.
    """

    def __init__(
        self,
        projection: Projection[D],
        documents: Documents,
        exclusive: bool,
        generation: int = 1,
        looks_every: float = 0.0,
        recalls: int = _RECALLED,
        alone_since: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.projection = projection
        self._recalls = recalls
        self.collection = projection.generation(generation)
        self._documents = documents
        self._name = self.collection.name
        self._exclusive = exclusive
        self._memory: dict[str, Held[D]] = {}
        self._all_in_memory = False
        self._changes = 0
        self._written: dict[str, int] = {}  # when each was last written, the newest last
        self._heard: dict[str, Held[D]] | None = None
        self._looks_every = looks_every
        self._alone_since = alone_since
        self._looked = -math.inf
        self._looking: asyncio.Task[None] | None = None
        self._told: dict[str, Held[D]] = {}  # what was learnt of single ones while all of them are read
        self._written_here: OrderedDict[str, Held[D]] = OrderedDict()  # where others write too, the newest last
        self._overtaken: set[str] = set()
        """Whose writing failed last: others were first."""
        self._hearing = 0

    def share(self) -> None:
        """Somebody else writes these documents: keep nothing in memory."""
        self._exclusive = False
        self._all_in_memory = False
        self._memory.clear()
        self._written_here.clear()

    async def expect_nothing(self) -> None:
        """Where nothing is in the collection yet, nothing will be looked for while it is filled."""
        if self._exclusive and not await self._documents.find(self._name, None, "", 1):
            self._all_in_memory = True

    async def declare(self) -> None:
        """Make sure that the collection exists."""
        await self._documents.declare(self.collection)

    async def get(self, ids: Sequence[str]) -> dict[str, Held[D]]:
        """Those that exist."""
        found = {id_: self._memory[id_] for id_ in ids if id_ in self._memory}
        missing = [id_ for id_ in ids if id_ not in found]
        if missing and not self._all_in_memory:
            for id_, stored in (await self._documents.get(self._name, missing)).items():
                found[id_] = self._read(stored)
                if not self._exclusive:
                    self._met(id_, found[id_])
        return found

    def recall(self, id_: str) -> Held[D] | None:
        """That document as it was when it was last written here, or looked up for readers; None where it was not
        lately, or somebody is known to have written since."""
        if self._exclusive:
            return self._memory.get(id_)
        if id_ in self._overtaken:
            return None
        return self._written_here.get(id_) or (self._heard or {}).get(id_)

    def shows(self, id_: str, v: int) -> bool:
        """Whether the document is known here to have seen that commit; False: it has to be looked up."""
        heard = self._heard or {}
        known = (self._memory.get(id_), self._written_here.get(id_), heard.get(id_))
        return any(one is not None and one.v >= v for one in known)

    async def find(
        self, where: Mapping[str, str] | None = None, after: str = "", limit: int = 100
    ) -> list[tuple[str, Held[D]]]:
        """Documents by their declared fields, in the order of their ids."""
        stored = await self._documents.find(self._name, where, after, limit)
        return [(one.id, self._read(one)) for one in stored]

    async def all(self) -> list[D]:
        """Every document there is."""
        if not self._all_in_memory:
            after = ""
            everything: dict[str, Held[D]] = {}
            while page := await self._documents.find(self._name, None, after, 1_000):
                for stored in page:
                    everything[stored.id] = self._read(stored)
                after = page[-1].id
            if not self._exclusive:
                return [held.document for held in everything.values() if held.document is not None]
            # What was written while the pages were read is in memory already, and newer.
            self._all_in_memory = True
        return [held.document for _, held in sorted(self._memory.items()) if held.document is not None]

    async def news(self, since: object = None, fresh: bool = False, sure: Sequence[str] = ()) -> News[D]:
        """What changed since the mark of an earlier answer, whoever wrote it; everything without one.

        `fresh`: others' writes are looked for in any case. `sure`: at these documents, by id, in any case.
        """
        if not self._exclusive:
            age, every = time.monotonic() - self._looked, self._looks_every
            if (since_when := self._alone_since()) is not None and self._looked > since_when + _SETTLED_IN:
                every = max(every, _ALONE_LOOKS_EVERY)
            # Who comes while the first looks all of them up would be shown none.
            if fresh or self._heard is None or age >= _KEPT_WAITING * every:
                await self._look()
            elif age >= every and (self._looking is None or self._looking.done()):
                # For the next reader: this one need not wait for what nobody has promised him.
                self._looking = asyncio.create_task(self._look(), name=f"looks at {self._name}")
                self._looking.add_done_callback(_asked_after)
            # Behind that: what was read of all of them may be older.
            await self.get(sure)
        number = self._changes
        if not (isinstance(since, tuple) and since[0] is self):
            if self._exclusive:
                await self.all()
                return News((self, number), {id_: held.document for id_, held in self._memory.items()}, whole=True)
            held = self._heard or {}
            return News((self, number), {id_: one.document for id_, one in held.items()}, whole=True)
        ids = list(itertools.takewhile(lambda id_: self._written[id_] > since[1], reversed(self._written)))
        now = await self.get(ids) if self._exclusive else (self._heard or {})
        return News((self, number), {id_: now[id_].document if id_ in now else None for id_ in ids})

    async def _look(self) -> None:
        self._looked = time.monotonic()
        try:
            await self._hear()
        except BaseException:
            # Whoever comes next looks himself, and is told why it cannot be done.
            self._looked = -math.inf
            raise

    async def _hear(self) -> None:
        """Where others write too: look at which documents they did, and read those."""
        self._hearing += 1
        begun_with = self._heard
        before = dict(begun_with or {})
        try:
            after = await self._everything() if begun_with is None else await self._after(before)
            # One that began later may have come to its end earlier.
            overtaken = self._heard if self._heard is not begun_with else None
            for id_, held in (*self._told.items(), *(overtaken or {}).items()):
                if id_ not in after or after[id_].v < held.v:
                    after[id_] = held
        finally:
            self._hearing -= 1
            if not self._hearing:
                self._told.clear()
        before = self._heard or {}
        different = [id_ for id_ in (*after, *(before.keys() - after.keys())) if after.get(id_) is not before.get(id_)]
        if different or self._heard is None:
            self._changes += 1
            for id_ in different:
                self._note(id_, self._changes)
            self._heard = after

    async def _everything(self) -> dict[str, Held[D]]:
        found: dict[str, Held[D]] = {}
        last = ""
        while page := await self._documents.find(self._name, None, last, 1_000):
            found.update((stored.id, self._read(stored)) for stored in page)
            last = page[-1].id
        return found

    async def _after(self, before: Mapping[str, Held[D]]) -> dict[str, Held[D]]:
        """As they are now; those that are as before are not read."""
        numbers = await self._documents.numbers(self._name)
        # The guard as well: one that was removed and made again counts its revisions anew.
        same = {id_: held for id_, held in before.items() if numbers.get(id_) == (held.revision, held.v)}
        others = [id_ for id_ in numbers if id_ not in same]
        if len(others) > _ONE_BY_ONE:
            return {**await self._everything(), **same}
        read = await self._documents.get(self._name, others) if others else {}
        return {**same, **{id_: self._read(stored) for id_, stored in read.items()}}

    def _met(self, id_: str, held: Held[D]) -> None:
        """This one was read by itself; where it is newer than what readers are told, they are told of it."""
        known = self._heard.get(id_) if self._heard else None
        if (self._heard is not None or self._hearing) and (known is None or known.v < held.v):
            self._tell(id_, held)
            self._changes += 1
            self._note(id_, self._changes)

    def _tell(self, id_: str, held: Held[D]) -> None:
        """Readers are told of this one without reading all of them."""
        if self._hearing:
            self._told[id_] = held
        if self._heard is not None:
            self._heard[id_] = held

    def _note(self, id_: str, number: int) -> None:
        self._written.pop(id_, None)
        self._written[id_] = number

    async def put(self, changed: Mapping[str, Held[D]]) -> set[str]:
        """Write documents by compare-and-set; the ids of those where somebody else was first.

        `revision` in each is the one that was read, 0 where there was none.
        """
        ids = list(changed)
        puts = [
            Put(self._name, id_, self.projection.body(changed[id_].v, changed[id_].document), changed[id_].revision)
            for id_ in ids
        ]
        made = await self._documents.write(puts)
        lost = set()
        for id_, done in zip(ids, made, strict=True):
            # Where somebody else was first there is something new as well.
            self._note(id_, self._changes + 1)
            if not done:
                lost.add(id_)
                self._memory.pop(id_, None)
                self._overtaken.add(id_)
                self._all_in_memory = False
                self._looked = -math.inf
            else:
                self._overtaken.discard(id_)
                held = changed[id_]
                written = self._keep(id_, Held(held.revision + 1, held.v, held.document))
                if not self._exclusive:
                    self._tell(id_, written)
                    self._written_here[id_] = written
                    self._written_here.move_to_end(id_)
        while len(self._written_here) > self._recalls:
            self._written_here.popitem(last=False)
        self._changes += 1
        return lost

    def _read(self, stored: Stored) -> Held[D]:
        kept = self._memory.get(stored.id)
        if kept is not None and kept.revision >= stored.revision:
            return kept
        raw = stored.body["doc"]
        document = None if raw is None else self.projection.document.model_validate(raw, context=STORED)
        return self._keep(stored.id, Held(stored.revision, int(stored.body["v"]), document))

    def _keep(self, id_: str, held: Held[D]) -> Held[D]:
        """Remember it, unless something newer is remembered: reads and writes may pass one another."""
        if self._exclusive:
            kept = self._memory.get(id_)
            if kept is not None and kept.revision > held.revision:
                return kept
            self._memory[id_] = held
        return held


def _asked_after(look: "asyncio.Task[None]") -> None:
    if not look.cancelled():
        look.exception()
