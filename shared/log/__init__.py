"""What services tell one another: a topic per service, followed by groups.

A topic delivers each stream's commits in order. Delivery is at least once: a group may hear a
commit again after a crash or a rebalance, so every follower guards itself (docs/adr/0003).
"""

from collections.abc import Sequence
from typing import Protocol

from shared.commits import Commit


class LogUnavailable(Exception):
    """The log cannot be reached, or delivers nothing although there is something: it passes by itself."""


class Subscription(Protocol):
    """One group's place in one topic.

    Several processes may follow with the same group; each stream then goes to one of them at a time,
    and moves to another when one comes or goes. What was delivered and not yet remembered at that
    moment is delivered again, to whoever has the stream now. Each operation may raise LogUnavailable.

    `moves` grows when streams have come here, at the latest with the batch that brings the first of them.
    """

    moves: int

    @property
    def alone_since(self) -> float | None:
        """Since when (`time.monotonic`) every stream of the topic comes here; None while some go elsewhere, or
        while that is being settled."""
        ...

    async def batch(self, limit: int, wait: float) -> Sequence[Commit]:
        """The next commits, at most `limit`; empty if there are none, also after `wait` seconds."""
        ...

    async def commit(self) -> None:
        """Remember that everything delivered so far is dealt with. Only an optimisation: where the
        streams have moved to another process meanwhile nothing is remembered, and nothing raised."""
        ...

    async def lag(self) -> int:
        """How many commits are not yet delivered: of the streams that this process has of the group."""
        ...

    async def close(self) -> None:
        """Let go of the place; what was committed stays."""
        ...


class EventLog(Protocol):
    """The topics that a service can follow."""

    async def subscribe(self, topic: str, group: str = "") -> Subscription:
        """Follow a topic from where this group was, or from its beginning.

        Without a group: the whole topic from its beginning, for this reader alone; no place is remembered.
        Who is cancelled over this leaves nothing open.
        """
        ...

    async def read_stream(self, topic: str, stream: str, after: int = 0) -> list[Commit]:
        """A stream's commits from its owner's store: heals a hole, rebuilds, retries what was parked."""
        ...
