"""From command to commit: load, decide, append, answer. Once for each command id, whatever happens.

An unknown outcome (time-out, crash) is simply repeated with the same id. A conflict is decided
again on the newer state, a bounded number of times.
"""

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

import orjson
import structlog

from shared import metrics, tracing
from shared.auth.caller import Caller
from shared.clock import Clock
from shared.codec import Codec
from shared.commits import GENESIS, LARGEST_COMMIT, MOST_EVENTS, Commit, digest
from shared.decider import Decider
from shared.documents import DocumentsUnavailable
from shared.eventstore import CommandDone, EventStore, SeqTaken
from shared.failpoints import failpoint
from shared.logs import says
from shared.messages import Command, Event, Refused, Unacceptable
from shared.receipts import Receipt, Seen
from shared.snapshots import Snapshot, Snapshots

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
S = TypeVar("S")

log = structlog.get_logger(__name__)

_ATTEMPTS = 6
_KEPT_IN_MEMORY = 2_048


class StaleVersion(Refused):
    """The thing has changed since the version you named: read it again, then decide."""

    status = 412


class TooLargeToRecord(Unacceptable):
    """What this command would record is more than one commit holds: split it up."""


class Contended(Refused):
    """Others are changing this at the same moment; nothing was done. Try again."""


class KeyReused(Unacceptable):
    """This Idempotency-Key was used for a different command."""


class Unstorable(Unacceptable):
    """A number or text in it is beyond what a record can hold."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """A stream's state after commit `seq` (0: nothing there yet), `last` events, with the last hash."""

    state: S
    seq: int = 0
    last: int = 0
    hash: str = GENESIS


class Handler(Generic[C, E, S]):
    """Handles the commands of one decider."""

    def __init__(
        self,
        topic: str,
        decider: Decider[C, E, S],
        store: EventStore,
        clock: Clock,
        snapshots: Snapshots | None = None,
    ) -> None:
        self.topic = topic
        self.decider = decider
        self.codec = Codec(decider.events, decider.upcasts)
        self._store = store
        self._clock = clock
        self._snapshots = snapshots
        self._appended = metrics.APPENDED.labels(topic)
        self._seconds = metrics.COMMAND_SECONDS.labels(topic)
        self._memory: OrderedDict[str, Loaded[S]] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def load(self, identity: str, settled: Callable[[S], bool] | None = None) -> Loaded[S]:
        """The state as it is now, by everything stored.

        `settled` says of a state that this process remembers whether it answers the question for good, whatever
        came after it, such as to whom a thing belongs; nothing is read then.
        """
        stream = self.decider.stream(identity)
        remembered = self._memory.get(stream)
        if settled is not None and remembered is not None and settled(remembered.state):
            return remembered
        return await self._load(stream)

    async def _load(self, stream: str, trusting: bool = True) -> Loaded[S]:
        base = self._memory.get(stream) if trusting else None
        if base is None and trusting:
            base = await self._from_snapshot(stream)
        if base is None:
            base = Loaded(self.decider.initial)
        loaded = self._continue(base, await self._store.read(stream, base.seq))
        self._remember(stream, loaded)
        return loaded

    async def handle(
        self,
        identity: str,
        command: C,
        by: Caller,
        command_id: str,
        expect: int | None = None,
        correlation_id: str = "",
        causation_id: str = "",
    ) -> Receipt:
        """Do the command once. Refusals of the domain pass through; nothing is written then.

        `expect` is the stream's number the caller decided on: StaleVersion if it moved on. Contended
        after several conflicts. KeyReused where the id belongs to another command.
        """
        stream = self.decider.stream(identity)
        turn = self._turns.get(stream)
        if turn is None:
            turn = self._turns[stream] = asyncio.Lock()
        # Callers of one process take turns on a stream: many donors at one request would otherwise
        # decide against each other again and again. Other processes are met by the stream's numbers.
        async with turn:
            return await self._handle(stream, command, by, command_id, expect, correlation_id, causation_id)

    async def _handle(
        self,
        stream: str,
        command: C,
        by: Caller,
        command_id: str,
        expect: int | None,
        correlation_id: str,
        causation_id: str,
    ) -> Receipt:
        began = time.perf_counter()
        try:
            content = digest(orjson.dumps([stream, type(command).__name__, command.model_dump(mode="json")]))
        except orjson.JSONEncodeError as error:
            raise Unstorable(f"The command cannot be recorded: {error}.") from error
        # What this process remembers is mostly the newest there is, and the append finds out where it is not:
        # only what would not be appended has to be decided on what is stored.
        remembered, trusting, attempt = self._memory.get(stream), True, 0
        while attempt < _ATTEMPTS:
            loaded = remembered or await self._load(stream, trusting)
            try:
                if expect is not None and expect != loaded.seq:
                    raise StaleVersion(field="If-Match", found=f'"{expect}"', allowed=f'"{loaded.seq}"')
                events = self.decider.decide(command, loaded.state)
            except Refused:
                if remembered:
                    remembered = None
                    continue
                # The very command may have succeeded before, and the state may be its own work.
                if (done := await self._store.find_command(command_id)) is not None:
                    return self._replayed(done, content)
                raise
            if not events:
                if remembered:
                    remembered = None
                    continue
                if (done := await self._store.find_command(command_id)) is not None:
                    return self._replayed(done, content)
                return self._receipt(stream, loaded.seq, (), replayed=False)
            commit = Commit(
                stream=stream,
                seq=loaded.seq + 1,
                first=loaded.last + 1,
                events=tuple(self.codec.encode(event) for event in events),
                command_id=command_id,
                digest=content,
                actor=by.name,
                correlation_id=correlation_id or command_id,
                causation_id=causation_id,
                at=self._clock.now(),
                previous=loaded.hash,
            ).sealed()
            _must_fit(commit)
            failpoint("decided")
            try:
                with tracing.appending(commit):
                    await self._store.append(commit)
            except CommandDone as done_before:
                return self._replayed(done_before.commit, content)
            except SeqTaken:
                metrics.CONFLICTS.labels(self.topic).inc()
                if expect is not None:
                    self._memory.pop(stream, None)
                    raise StaleVersion(field="If-Match", found=f'"{expect}"') from None
                attempt += 1
                if remembered:
                    remembered = None
                    continue
                # Should what was remembered belong to another past of this stream, begin from its events.
                self._memory.pop(stream, None)
                trusting = False
                await asyncio.sleep(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311 - jitter, no secret
                continue
            after = Loaded(self.decider.fold(events, loaded.state), commit.seq, commit.last, commit.hash)
            self._remember(stream, after)
            await self._maybe_snapshot(stream, loaded.seq, after)
            self._appended.inc(len(events))
            self._seconds.observe(time.perf_counter() - began)
            failpoint("handled")
            types = tuple([record.type for record in commit.events])
            if says("debug"):
                log.debug("commit_appended", stream=stream, seq=commit.seq, events=list(types))
            return self._receipt(stream, commit.seq, types, replayed=False)
        raise Contended()

    def _continue(self, base: Loaded[S], commits: list[Commit]) -> Loaded[S]:
        state, seq, last, hash_ = base.state, base.seq, base.last, base.hash
        for commit in commits:
            events: list[Any] = [self.codec.decode(record) for record in commit.events]
            state = self.decider.fold(events, state)
            seq, last, hash_ = commit.seq, commit.last, commit.hash
        return Loaded(state, seq, last, hash_)

    def _remember(self, stream: str, loaded: Loaded[S]) -> None:
        self._memory[stream] = loaded
        self._memory.move_to_end(stream)
        if len(self._memory) > _KEPT_IN_MEMORY:
            self._memory.popitem(last=False)

    async def _from_snapshot(self, stream: str) -> Loaded[S] | None:
        if self._snapshots is None or self.decider.snapshot_every == 0:
            return None
        try:
            kept = await self._snapshots.newest(stream, self.decider)
        except DocumentsUnavailable:
            return None
        return None if kept is None else Loaded(kept.state, kept.seq, kept.last, kept.hash)

    async def _maybe_snapshot(self, stream: str, before: int, after: Loaded[S]) -> None:
        every = self.decider.snapshot_every
        if self._snapshots is None or every == 0 or before // every == after.seq // every:
            return
        try:
            await self._snapshots.keep(stream, self.decider, Snapshot(after.state, after.seq, after.last, after.hash))
        except Exception:
            # The commit is durable; a snapshot only saves reading, so its loss must not look like a failure.
            log.exception("snapshot_not_kept", stream=stream, seq=after.seq)

    def _replayed(self, commit: Commit, content: str) -> Receipt:
        if commit.digest != content:
            raise KeyReused(field="Idempotency-Key", allowed="a fresh key for each command")
        return self._receipt(commit.stream, commit.seq, tuple(e.type for e in commit.events), replayed=True)

    def _receipt(self, stream: str, seq: int, events: tuple[str, ...], replayed: bool) -> Receipt:
        return Receipt(
            stream=stream, seq=seq, token=str(Seen(self.topic, stream, seq)), events=events, replayed=replayed
        )


def _must_fit(commit: Commit) -> None:
    if len(commit.events) > MOST_EVENTS:
        raise TooLargeToRecord(found=len(commit.events), allowed=f"at most {MOST_EVENTS} events", field="body")
    if (size := len(commit.body())) > LARGEST_COMMIT:
        raise TooLargeToRecord(found=size, allowed=f"at most {LARGEST_COMMIT} bytes", field="body")
