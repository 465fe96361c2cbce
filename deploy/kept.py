"""What the pages keep of their own, sessions and drafts: opened when somebody first needs it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.documents import Collection, Delete, Documents, DocumentsUnavailable, Put, Stored

Open = Callable[[], Awaitable[Documents]]


class OpenedLater:
    """Documents behind a door that opens by itself: reading pages needs none, and goes on while they are away."""

    def __init__(self, opening: Open) -> None:
        self._opening = opening
        self._documents: Documents | None = None
        self._turn = asyncio.Lock()

    async def _opened(self) -> Documents:
        async with self._turn:
            if self._documents is None:
                try:
                    self._documents = await self._opening()
                except DocumentsUnavailable:
                    raise
                except Exception as error:
                    # Whatever keeps a database from being reached: who asks may try again.
                    raise DocumentsUnavailable(str(error)) from error
            return self._documents

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

    async def stamp(self, collection: str) -> str:
        """As Documents has it."""
        return await (await self._opened()).stamp(collection)

    async def close(self) -> None:
        """Let go of what was opened; nothing where nothing was."""
        if self._documents is not None:
            await self._documents.close()
