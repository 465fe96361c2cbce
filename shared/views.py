"""Reading a projection: one document, a page of them, or all; as fresh as the reader asks."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.messages import NotFound, Unacceptable
from shared.past import Day, Past
from shared.shelf import Held, News

D = TypeVar("D", bound=BaseModel)
LARGEST_PAGE = 200
_AT_ONCE = 1_000


class Page(BaseModel, Generic[D]):
    """Some of the documents, in the order of their ids; `next` is the cursor of the page after."""

    model_config = ConfigDict(frozen=True)
    items: list[D]
    next: str | None


class BadCursor(Unacceptable):
    """`cursor` must be the `next` of an earlier page."""


class Documented(Protocol[D]):
    """Where a view's documents are read: one shelf, or whichever of its generations is live."""

    async def get(self, ids: Sequence[str]) -> dict[str, Held[D]]:
        """Those that exist."""
        ...

    async def find(
        self, where: Mapping[str, str] | None = None, after: str = "", limit: int = 100
    ) -> list[tuple[str, Held[D]]]:
        """Documents by their declared fields, in the order of their ids."""
        ...

    async def all(self) -> list[D]:
        """Every document there is."""
        ...

    async def news(self, since: object = None, fresh: bool = False, sure: Sequence[str] = ()) -> News[D]:
        """What changed since the mark of an earlier answer; everything without one.

        `fresh`: nothing is passed over. `sure`: nothing of these documents is.
        """
        ...


class View(Generic[D]):
    """The documents of one projection, for readers."""

    def __init__(
        self, shelf: Documented[D], wait: Callable[[str | None], Awaitable[list[str]]], past: Past[D] | None = None
    ) -> None:
        self._shelf = shelf
        self._wait = wait
        self._past = past

    async def shown(self, after: str | None) -> list[str]:
        """Wait until what these tokens stand for is shown here; the identities of those documents that have to be
        looked up for it."""
        return await self._wait(after)

    async def get(self, identity: str, after: str | None = None, on: Day | None = None) -> D:
        """That document, NotFound where there is none. `after`: consistency tokens to wait for; `on`: as of a day."""
        found = await self.peek(identity, after, on)
        if found is None:
            when = f" on {on.on.isoformat()}" if on else ""
            raise NotFound(f"There is nothing named {identity!r} here{when}.")
        return found

    async def peek(self, identity: str, after: str | None = None, on: Day | None = None) -> D | None:
        """That document, or None."""
        if on is not None:
            await self._wait(after)
            return (await self._of([identity], on)).get(identity)
        await self._wait(after)
        held = (await self._shelf.get([identity])).get(identity)
        return held.document if held else None

    async def find(
        self,
        where: Mapping[str, str | None] | None = None,
        cursor: str | None = None,
        limit: int = 50,
        after: str | None = None,
        keep: Callable[[D], bool] = lambda _: True,
        on: Day | None = None,
    ) -> Page[D]:
        """A page of those whose declared fields are as given (None: any) and that `keep` lets through.

        `on`: as they stood on that day, judged by their fields of then.
        """
        await self._wait(after)
        wanted = {name: value for name, value in (where or {}).items() if value is not None}
        limit = max(1, min(limit, LARGEST_PAGE))
        items: list[D] = []
        last = _from_cursor(cursor)
        while True:
            page = await self._shelf.find({} if on else wanted, last, limit + 1)
            past = await self._of([id_ for id_, _held in page], on) if on else {}
            for id_, held in page:
                document = past.get(id_) if on else held.document
                if document is None or not keep(document) or (on and not _has(document, wanted)):
                    last = id_
                    continue
                if len(items) == limit:
                    return Page(items=items, next=_to_cursor(last))
                items.append(document)
                last = id_
            if len(page) <= limit:
                return Page(items=items, next=None)

    async def _of(self, identities: Sequence[str], on: Day) -> Mapping[str, D]:
        if self._past is None:
            raise LookupError("this view was made without its past")
        return await self._past.of(identities, on)

    async def every(self, where: Mapping[str, str], after: str | None = None) -> list[D]:
        """Every document whose declared fields are as given, in the order of their ids."""
        await self._wait(after)
        found: list[D] = []
        last = ""
        while page := await self._shelf.find(where, last, _AT_ONCE):
            found += [held.document for _id, held in page if held.document is not None]
            last = page[-1][0]
        return found

    async def all(self, after: str | None = None) -> list[D]:
        """Every document, in the order of their ids."""
        await self._wait(after)
        return await self._shelf.all()

    async def news(
        self, since: object = None, after: str | None = None, fresh: bool = False, sure: Sequence[str] = ()
    ) -> News[D]:
        """What changed since the mark of an earlier answer, for a reader that keeps what it was told.

        Everything without a mark, and where the documents were made anew since. What others have written in
        the last two seconds may be missing, unless a token stands for it, or `fresh` is asked for. `sure`: nor
        of these documents, which tokens that were waited for stand for.
        """
        return await self._shelf.news(since, fresh, [*sure, *await self._wait(after)])


def _has(document: BaseModel, wanted: Mapping[str, str]) -> bool:
    return all(str(getattr(document, name, "")) == value for name, value in wanted.items())


def _to_cursor(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def _from_cursor(cursor: str | None) -> str:
    if not cursor:
        return ""
    try:
        last = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeError, ValueError):
        last = ""
    # The decoder passes over foreign characters: what it made of them would silently be another page.
    if not last or _to_cursor(last) != cursor:
        raise BadCursor(field="cursor", found=cursor[:200], allowed="the `next` of an earlier page")
    return last
