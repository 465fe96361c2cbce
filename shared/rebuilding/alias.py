"""Which documents a view is read from: one small document per view and version, changed by compare-and-set."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.documents import Collection, Documents, Put
from shared.failpoints import failpoint
from shared.messages import Refused, Value
from shared.projection import Projection

_ALIASES = Collection("aliases")
_PAGE = 500


class Beside(Value):
    """A generation that is being made beside the live one.

    `following`: whoever follows the topic writes it too, so from the end of its filling it misses nothing.
    `meaning` is that of the code that folds it, `runner` the process that fills it, alive at `beat` with
    `done` commits taken.
    """

    generation: int
    meaning: str
    begun: datetime
    by: str
    runner: str
    beat: datetime
    done: int = 0
    following: bool = False


class Alias(Value):
    """`generation` is the one that is read, since when, and who had it made; blank for the first.

    `newest` is the highest number ever given, `kept` are older generations that were not dropped yet.
    """

    generation: int = 1
    since: datetime | None = None
    by: str = ""
    newest: int = 1
    beside: Beside | None = None
    kept: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """An alias and the revision at which it was read; 0 where there is none yet."""

    alias: Alias
    revision: int


class AliasMoved(Refused):
    """Somebody else has changed which documents this view is read from: look again."""


class Aliases:
    """The aliases of one service's views, by the name of the first generation's collection."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._reading: asyncio.Task[dict[str, Placed]] | None = None

    async def declare(self) -> None:
        """Make sure that there is a place for them."""
        await self._documents.declare(_ALIASES)

    async def read(self, name: str) -> Placed:
        """As it is now. A view that was never made anew has none: its first generation is read."""
        # A reader of many views asks for all of them at once: that is one journey to the database.
        if self._reading is None:
            self._reading = asyncio.create_task(self._all())
        return (await asyncio.shield(self._reading)).get(name, Placed(Alias(), 0))

    async def _all(self) -> dict[str, Placed]:
        await asyncio.sleep(0)
        # From here on it may be older than what the next one who asks must be told.
        self._reading = None
        found: dict[str, Placed] = {}
        after = ""
        while page := await self._documents.find(_ALIASES.name, after=after, limit=_PAGE):
            found |= {one.id: Placed(Alias.model_validate(one.body), one.revision) for one in page}
            if len(page) < _PAGE:
                break
            after = page[-1].id
        return found

    async def change(self, name: str, was: Placed, alias: Alias) -> Placed:
        """Put this one in place of the one that was read. AliasMoved where it is no longer that one."""
        put = Put(_ALIASES.name, name, alias.model_dump(mode="json"), was.revision)
        if not (await self._documents.write([put]))[0]:
            raise AliasMoved()
        failpoint("alias-changed")
        return Placed(alias, was.revision + 1)


async def live_generation(documents: Documents, projection: Projection[Any]) -> int:
    """Of this projection the generation that is read now."""
    aliases = Aliases(documents)
    await aliases.declare()
    return (await aliases.read(projection.collection.name)).alias.generation
