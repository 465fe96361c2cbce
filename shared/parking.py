"""Streams set aside because a follower failed on them, so that their order holds and others flow on.

The record holds no payload, so it cannot go stale: a retry reads the stream from its store.
"""

from datetime import datetime

import structlog

from shared import metrics
from shared.clock import Clock
from shared.documents import Collection, Delete, Documents, Put
from shared.messages import Value

_PARKED = Collection("parked", fields=("follower",))
log = structlog.get_logger(__name__)


class Parked(Value):
    """`follower` failed on `stream` at commit `from_seq`; everything of that stream after it waits."""

    follower: str
    topic: str
    stream: str
    from_seq: int
    error: str
    at: datetime


class Parking:
    """One service's parked streams."""

    def __init__(self, service: str, documents: Documents, clock: Clock) -> None:
        self._service = service
        self._documents = documents
        self._clock = clock
        self._known: dict[tuple[str, str], Parked] = {}

    async def load(self) -> None:
        """Read what was parked before."""
        await self._documents.declare(_PARKED)
        for stored in await self._documents.find(_PARKED.name, limit=10_000):
            parked = Parked.model_validate(stored.body)
            self._known[(parked.follower, parked.stream)] = parked
        self._measure()

    def is_parked(self, follower: str, stream: str) -> bool:
        """Whether this follower passes over this stream for now."""
        return (follower, stream) in self._known

    def all(self) -> list[Parked]:
        """Everything that waits for an operator, oldest first."""
        return sorted(self._known.values(), key=lambda parked: parked.at)

    async def park(self, follower: str, topic: str, stream: str, seq: int, error: BaseException) -> None:
        """Set the stream aside for this follower."""
        parked = Parked(
            follower=follower,
            topic=topic,
            stream=stream,
            from_seq=seq,
            error=f"{type(error).__name__}: {error}"[:2_000],
            at=self._clock.now(),
        )
        log.error("stream_parked", follower=follower, stream=stream, seq=seq, error=type(error).__name__)
        body = parked.model_dump(mode="json")
        await self._documents.write([Put(_PARKED.name, _id(follower, stream), body, 0)])
        self._known[(follower, stream)] = parked
        self._measure()

    async def release(self, follower: str, stream: str) -> Parked | None:
        """Take it back into the flow; the follower must then be given the stream from `from_seq`."""
        parked = self._known.pop((follower, stream), None)
        id_ = _id(follower, stream)
        for stored in (await self._documents.get(_PARKED.name, [id_])).values():
            await self._documents.write([Delete(_PARKED.name, id_, stored.revision)])
        self._measure()
        return parked

    def _measure(self) -> None:
        metrics.PARKED.labels(self._service).set(len(self._known))


def _id(follower: str, stream: str) -> str:
    return f"{follower}|{stream}"
