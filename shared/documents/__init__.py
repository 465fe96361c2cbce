"""Read models: named documents, each with a revision, found by id or by declared fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Numbers = tuple[int, int | None]
"""A document's revision, and what stands in the field that its collection names for `numbers`."""


@dataclass(frozen=True)
class Collection:
    """A kind of document; `fields` are the top-level fields it can be found by (text, exact), `number` is the one
    with a whole number that `numbers` tells of."""

    name: str
    fields: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as stored. Revisions count from 1 and grow with every write."""

    id: str
    revision: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Put:
    """Write this body if the document still has that revision (0: if there is none)."""

    collection: str
    id: str
    body: Mapping[str, Any]
    revision: int


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the document if it still has that revision."""

    collection: str
    id: str
    revision: int


class DocumentsUnavailable(Exception):
    """They could not be read or written (disk full, connection lost); the same may be tried again."""


class Documents(Protocol):
    """Single-document compare-and-set is all that is asked; no transaction over several.

    Each operation may raise DocumentsUnavailable.
    """

    async def declare(self, collection: Collection) -> None:
        """Make sure that the collection exists and can be queried by its fields."""
        ...

    async def get(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        """Those of the documents that exist."""
        ...

    async def write(self, changes: Sequence[Put | Delete]) -> list[bool]:
        """For each change in turn whether it was made; False where the revision had moved on."""
        ...

    async def find(
        self,
        collection: str,
        where: Mapping[str, str] | None = None,
        after: str = "",
        limit: int = 100,
        at_most: Mapping[str, str] | None = None,
    ) -> list[Stored]:
        """Documents whose fields equal `where` and are not above `at_most`, by id, from behind `after`."""
        ...

    async def numbers(self, collection: str) -> dict[str, Numbers]:
        """Of every document its revision, and its number; None where it has none. Read without what it says, to
        find out which documents somebody has written, removed, or removed and made again."""
        ...

    async def close(self) -> None:
        """Let go; what was written stays."""
        ...
