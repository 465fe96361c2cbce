"""What services tell one another: a topic per service, followed by groups.

A topic delivers each stream's commits in order. Delivery is at least once: a group may hear a
commit again after a crash or a rebalance, so every follower guards itself (docs/adr/0003).
"""

from collections.abc import Sequence
from typing import Protocol

from shared.commits import Commit


class Subscription(Protocol):
    """One group's place in one topic."""

    async def batch(self, limit: int, wait: float) -> Sequence[Commit]:
        """The next commits, at most `limit`; empty if none came within `wait` seconds."""
        ...

    async def commit(self) -> None:
        """Remember that everything delivered so far is dealt with. Only an optimisation."""
        ...

    async def lag(self) -> int:
        """How many commits are not yet delivered to this group."""
        ...

    async def close(self) -> None:
        """Let go of the place; what was committed stays."""
        ...


class EventLog(Protocol):
    """The topics that a service can follow."""

    async def subscribe(self, topic: str, group: str) -> Subscription:
        """Follow a topic from where this group was, or from its beginning."""
        ...

    async def read_stream(self, topic: str, stream: str, after: int = 0) -> list[Commit]:
        """A stream's commits from its owner's store: heals a hole, rebuilds, retries what was parked."""
        ...
