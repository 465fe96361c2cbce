"""What stands on a desk: sections of lines, each with what it is, by when, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from services.portal.doing.leading import Link
from services.portal.frame import Frame
from services.portal.reading import Unreadable

MOST = 25
"""So many lines of a section stand on the desk; the rest are counted."""


@dataclass(frozen=True)
class Item:
    """One line. `by` is a day (ISO 8601) by which something is due; `word` a state of it, `late` if past."""

    words: str
    to: str = ""
    detail: str = ""
    by: str = ""
    late: bool = False
    word: str = ""
    links: Sequence[Link] = ()
    points: Sequence[str] = ()
    """What is said of it beneath, each for itself."""


@dataclass(frozen=True)
class Section:
    """A part of a desk. `empty` says what would stand there and how it gets there."""

    name: str
    title: str
    lead: str
    empty: str
    items: Sequence[Item] = ()
    total: int = 0
    links: Sequence[Link] = ()
    copy: str = ""
    """A table as text, ready to be copied (columns parted by tabs)."""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """How many there are in all."""
        return self.total or len(self.items) or len(self.rows)


@dataclass(frozen=True)
class Reading:
    """Reads for one desk, as the visitor."""

    frame: Frame
    request: Request
    today: str

    async def read(self, path: str) -> object:
        """The JSON at a path; Unreadable where it is refused."""
        return await self.frame.read(self.request, path)

    async def maybe(self, path: str) -> dict[str, object] | None:
        """The same, None where there is no such thing."""
        try:
            found: dict[str, object] = await self.frame.read(self.request, path)
        except Unreadable as refused:
            if refused.status == 404:
                return None
            raise
        return found


def section(name: str, title: str, lead: str, empty: str, items: Sequence[Item], total: int = 0) -> Section:
    """A section with the first lines, and how many there are in all."""
    return Section(name, title, lead, empty, items[:MOST], total or len(items))
