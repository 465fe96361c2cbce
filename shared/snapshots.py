"""Snapshots of long streams: a state kept beside its events, never instead of them."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from shared.decider import Decider
from shared.documents import Collection, Documents, Put
from shared.money import STORED

S = TypeVar("S")
_SNAPSHOTS = Collection("snapshots")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[S]):
    """The state after commit `seq`, which had `last` events and this hash."""

    state: S
    seq: int
    last: int
    hash: str


class Snapshots:
    """Kept as documents. One that was folded by another version of `evolve` is passed over."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._adapters: dict[str, TypeAdapter[Any]] = {}

    async def declare(self) -> None:
        """Make sure that there is a place for them."""
        await self._documents.declare(_SNAPSHOTS)

    async def newest(self, stream: str, decider: Decider[Any, Any, S]) -> Snapshot[S] | None:
        """The snapshot of that stream, if there is one that this version understands."""
        stored = (await self._documents.get(_SNAPSHOTS.name, [stream])).get(stream)
        if stored is None or stored.body["fold_version"] != decider.fold_version:
            return None
        try:
            state = self._adapter(decider).validate_python(stored.body["state"], context=STORED)
        except ValidationError:
            log.warning("snapshot_unreadable", stream=stream)
            return None
        return Snapshot(state, stored.body["seq"], stored.body["last"], stored.body["hash"])

    async def keep(self, stream: str, decider: Decider[Any, Any, S], snapshot: Snapshot[S]) -> None:
        """Keep it in place of an older one; losing a race here costs nothing."""
        stored = (await self._documents.get(_SNAPSHOTS.name, [stream])).get(stream)
        body = {
            "fold_version": decider.fold_version,
            "state": self._adapter(decider).dump_python(snapshot.state, mode="json"),
            "seq": snapshot.seq,
            "last": snapshot.last,
            "hash": snapshot.hash,
        }
        await self._documents.write([Put(_SNAPSHOTS.name, stream, body, stored.revision if stored else 0)])

    def _adapter(self, decider: Decider[Any, Any, S]) -> TypeAdapter[Any]:
        if decider.category not in self._adapters:
            self._adapters[decider.category] = TypeAdapter(type(decider.initial))
        return self._adapters[decider.category]
