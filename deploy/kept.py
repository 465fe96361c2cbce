"""What the pages keep of their own, sessions and drafts: opened when somebody first needs it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.documents import Collection, Delete, Documents, DocumentsUnavailable, Numbers, Put, Stored
from shared.ending import ended

Open = Callable[[], Awaitable[Documents]]


class OpenedLater:
    """Documents behind a door that opens by itself: reading pages needs none, and goes on while they are away."""

    def __init__(self, opening: Open) -> None:
        self._opening = opening
        self._documents: Documents | None = None
        self._attempt: asyncio.Task[Documents] | None = None

    async def _opened(self) -> Documents:
        if self._documents is None:
            if self._attempt is None or self._attempt.done():
                self._attempt = asyncio.create_task(self._open(), name="opening what the pages keep")
                self._attempt.add_done_callback(_looked_at)
            # One attempt for all who ask meanwhile: in a line, the last would wait for the failures of all before.
            self._documents = await asyncio.shield(self._attempt)
        return self._documents

    async def _open(self) -> Documents:
        try:
            return await self._opening()
        except DocumentsUnavailable:
            raise
        except Exception as error:
            # Whatever keeps a database from being reached: who asks may try again.
            raise DocumentsUnavailable(str(error)) from error

    async def declare(self, collection: Collection) -> None:
        """As Documents has it."""
        await (await self._opened()).declare(collection)

    async def get(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        """As Documents has it."""
        return await (await self._opened()).get(collection, ids)

    async def write(self, changes: Sequence[Put | Delete]) -> list[bool]:
        """As Documents has it."""
        return await (await self._opened()).write(changes)

    async def find(
        self,
        collection: str,
        where: Mapping[str, str] | None = None,
        after: str = "",
        limit: int = 100,
        at_most: Mapping[str, str] | None = None,
    ) -> list[Stored]:
        """As Documents has it."""
        return await (await self._opened()).find(collection, where, after, limit, at_most)

    async def numbers(self, collection: str) -> dict[str, Numbers]:
        """As Documents has it."""
        return await (await self._opened()).numbers(collection)

    async def close(self) -> None:
        """Let go of what was opened, and of an attempt; nothing where nothing was."""
        await ended(self._attempt)
        if self._documents is None and self._attempt is not None and not self._attempt.cancelled():
            self._documents = None if self._attempt.exception() else self._attempt.result()
        if self._documents is not None:
            await self._documents.close()


def _looked_at(attempt: "asyncio.Task[Documents]") -> None:
    # Whoever asked may be gone, and then nobody else looks at how it ended.
    if not attempt.cancelled():
        attempt.exception()
