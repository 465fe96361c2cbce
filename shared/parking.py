"""Streams set aside because a follower failed on them, so that their order holds and others flow on.

The record holds no payload, so it cannot go stale: a retry reads the stream from its store.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from shared import metrics
from shared.clock import Clock
from shared.documents import Collection, Delete, Documents, DocumentsUnavailable, Put
from shared.eventstore import StoreUnavailable
from shared.handling import Contended
from shared.log import LogUnavailable
from shared.logs import without_content
from shared.messages import Refused, Value

_PARKED = Collection("parked", fields=("follower",))
_NOT_NOW = 503
log = structlog.get_logger(__name__)


def passes_by_itself(error: BaseException) -> bool:
    """Whether the fault lies outside the event: then the batch is tried again, and nothing is parked."""
    if isinstance(error, Refused):
        return isinstance(error, Contended) or error.status == _NOT_NOW
    return isinstance(error, StoreUnavailable | DocumentsUnavailable | LogUnavailable | OSError)


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
        self._lifted: set[tuple[str, str]] = set()
        self._changes = 0
        self._told: list[Callable[[Parked], Awaitable[None]]] = []

    def tell(self, whom: Callable[[Parked], Awaitable[None]]) -> None:
        """Let `whom` hear of every stream that is set aside from now on. What is kept here stays the truth."""
        self._told.append(whom)

    async def load(self) -> None:
        """Read what was parked before."""
        await self._documents.declare(_PARKED)
        self._known |= await self._kept()
        self._measure()

    async def refresh(self) -> list[Parked]:
        """Learn what other processes of this service have set aside since; those that one of them dealt with.

        These stay parked here until they are lifted: what came meanwhile was passed over and must be taken.
        """
        while True:
            changes = self._changes
            kept = await self._kept()
            if changes == self._changes:
                break
        dealt_with = [parked for key, parked in self._known.items() if key not in kept]
        self._known |= {key: parked for key, parked in kept.items() if key not in self._lifted}
        self._measure()
        return dealt_with

    async def _kept(self) -> dict[tuple[str, str], Parked]:
        found: dict[tuple[str, str], Parked] = {}
        after = ""
        while page := await self._documents.find(_PARKED.name, after=after, limit=1_000):
            for stored in page:
                parked = Parked.model_validate(stored.body)
                found[(parked.follower, parked.stream)] = parked
            after = page[-1].id
        return found

    def is_parked(self, follower: str, stream: str) -> bool:
        """Whether this follower passes over this stream for now."""
        return (follower, stream) in self._known

    def from_seq(self, follower: str, stream: str) -> int | None:
        """The commit at which this follower left off with this stream; None where it did not."""
        parked = self._known.get((follower, stream))
        return parked.from_seq if parked else None

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
            error=f"{type(error).__name__}: {without_content(error)}"[:2_000],
            at=self._clock.now(),
        )
        log.error("stream_parked", follower=follower, stream=stream, seq=seq, error=type(error).__name__)
        id_ = _id(follower, stream)
        stored = (await self._documents.get(_PARKED.name, [id_])).get(id_)
        put = Put(_PARKED.name, id_, parked.model_dump(mode="json"), stored.revision if stored else 0)
        await self._documents.write([put])
        self._changes += 1
        self._known[(follower, stream)] = parked
        self._lifted.discard((follower, stream))
        self._measure()
        for whom in self._told:
            try:
                await whom(parked)
            except Exception as fault:
                log.warning("parking_not_told", follower=follower, stream=stream, error=str(fault))

    def lift(self, follower: str, stream: str) -> Parked | None:
        """Let the follower have the stream for a try; the record stays until `forget`.

        So a crash or a fault in the middle of the try leaves it parked.
        """
        parked = self._known.pop((follower, stream), None)
        if parked is not None:
            self._changes += 1
            self._lifted.add((follower, stream))
        return parked

    def put_back(self, parked: Parked) -> None:
        """The try did not come to its end: as it was."""
        self._changes += 1
        self._lifted.discard((parked.follower, parked.stream))
        self._known.setdefault((parked.follower, parked.stream), parked)

    def taken(self, parked: Parked) -> None:
        """Dealt with here too, after another process of this service has dealt with it and has said so."""
        self._lifted.discard((parked.follower, parked.stream))
        self._measure()

    async def forget(self, follower: str, stream: str) -> None:
        """The follower has dealt with the stream, from where it had left off."""
        id_ = _id(follower, stream)
        for stored in (await self._documents.get(_PARKED.name, [id_])).values():
            await self._documents.write([Delete(_PARKED.name, id_, stored.revision)])
        self._changes += 1
        self._lifted.discard((follower, stream))
        self._known.pop((follower, stream), None)
        self._measure()

    def _measure(self) -> None:
        metrics.PARKED.labels(self._service).set(len(self._known))


def _id(follower: str, stream: str) -> str:
    return f"{follower}|{stream}"
