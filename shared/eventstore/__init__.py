"""Where commits are kept: append at an expected place, read a stream, scan everything.

No correctness rests on a global sequence: numbers handed out before a commit leave gaps through
which a reader loses events in silence (docs/adr/0001). `scan` gives each stream's commits in
order; the order between streams is the adapter's own: of arrival on SQLite, by name on MongoDB.
"""

from collections.abc import Sequence
from typing import Protocol

from shared.commits import Commit


class SeqTaken(Exception):
    """Somebody else's commit already stands at that place, or its predecessor is not the expected one."""

    def __init__(self, stream: str, seq: int) -> None:
        super().__init__(f"{stream}@{seq} is taken or does not continue the stream")
        self.stream = stream
        self.seq = seq


class CommandDone(Exception):
    """This command id has its commit already; here it is."""

    def __init__(self, commit: Commit) -> None:
        super().__init__(f"command {commit.command_id} was done in {commit.stream}@{commit.seq}")
        self.commit = commit


class StoreUnavailable(Exception):
    """The store could not take the commit (disk full, write error, connection lost): nothing is known
    to be written; the same commit may be offered again."""


class EventStore(Protocol):
    """Durable, append-only. Acknowledged means that it survives `kill -9` and the loss of power."""

    async def append(self, commit: Commit) -> Commit:
        """Store a sealed commit whole or not at all, and return it with its position.

        SeqTaken, CommandDone or StoreUnavailable; ValueError where it is over `LARGEST_COMMIT`,
        has no or more than `MOST_EVENTS` events, is numbered below 1, or is not sealed.
        """
        ...

    async def read(self, stream: str, after: int = 0) -> list[Commit]:
        """The stream's commits with a number above `after`, in order, none missing."""
        ...

    async def find_command(self, command_id: str) -> Commit | None:
        """The commit of that command, on whichever stream."""
        ...

    async def scan(self, after: int = 0, limit: int = 500) -> Sequence[Commit]:
        """Commits behind position `after`, each stream's in order; empty at the end.

        What was there when the scan began at 0 is given for certain, once; what is appended
        meanwhile only where the adapter says so. A position is a number that this store gave, and means
        nothing to another.
        """
        ...

    async def probe(self) -> None:
        """Write something that is no commit, durably. StoreUnavailable where that fails."""
        ...

    async def durability(self) -> str:
        """What stands behind an acknowledged append, in words: asked of the database, not taken from settings."""
        ...

    async def close(self) -> None:
        """Finish what is being written and let go; whoever comes later gets StoreUnavailable."""
        ...


class Adopting(EventStore, Protocol):
    """A store that can take over what another one holds, much faster than commit by commit."""

    async def adopt(self, commits: Sequence[Commit]) -> None:
        """Take over sealed commits of another store as they are, each behind its predecessor, in this order.

        What is there already, the same to the letter, is passed over. SeqTaken or CommandDone where another
        commit stands at that place, its predecessor is not there, or its command was done elsewhere: that one
        and everything behind it is not written. ValueError as in `append`, before anything is written. After
        StoreUnavailable what comes before some point is there, and the same may be offered again.
        """
        ...
