"""The event store on MongoDB: a document per commit, in one collection of one service (docs/adr/0010).

The number of a commit is part of its `_id`, so one insert is the whole append: it either takes the place
behind its predecessor or meets whoever took it. A commit is its own entry in the outbox: it is written
with a mark that the relay takes off.
"""

import asyncio
import functools
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Self, TypeVar

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.commits import GENESIS, Commit, commit_from, storable
from shared.eventstore import CommandDone, SeqTaken, StoreUnavailable
from shared.eventstore.listening import Listeners, Wake
from shared.failpoints import failpoint
from shared.mongodb.connection import MongoDatabase, MongoUnavailable, Row
from shared.mongodb.probing import Durability, probe_durability
from shared.mongodb.side_by_side import side_by_side
from shared.relay import Backlog

T = TypeVar("T")

LONGEST_STREAM = 200
"""Bytes of a stream's name in UTF-8: it stands in every `_id`, and positions are made of those."""
_DIGITS = 10
_HIGHEST = 10**_DIGITS - 1
_PLACE_BYTES = LONGEST_STREAM + 1 + _DIGITS
_WAITING = 1
_DUPLICATE = 11000
_KNOWN_STREAMS = 50_000
_UNMARKED_AT_ONCE = 500
_ADOPTED_AT_ONCE = 500
_BYTES_AT_ONCE = 4 * 1024**2
"""Far below what one message may have, and written well within the time that one attempt has."""
_SHOWN = {"_id": 1, "body": 1, "hash": 1}


class MongoEventStore:
    """Get one by `open`. Every method may raise StoreUnavailable."""

    def __init__(self, database: MongoDatabase) -> None:
        self.database = database
        self._commits = database["commits"]
        self._probes = database["probe"]
        self._listeners = Listeners()
        # The newest commit of each stream that this process has seen the majority hold. Commits are never
        # changed or removed, so what was seen once need not be read again before its successor is written.
        self._tails: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Commit]] = {}
        self._closed = False
        self._finished = False
        self._durability: Durability | None = None

    @classmethod
    async def open(cls, database: MongoDatabase) -> Self:
        """With its indexes there. StoreUnavailable."""
        store = cls(database)
        indexes = [
            IndexModel([("command_id", ASCENDING)], name="command_id", unique=True),
            # In the index is what has the mark, and nothing else: that both fields go together makes it sparse.
            IndexModel([("out", ASCENDING), ("out_at", ASCENDING)], name="out", sparse=True),
        ]
        if database.connection.kind.looks_up_by_equality_only:
            indexes.append(IndexModel([("stream", ASCENDING)], name="stream"))
        try:
            await database.index("commits", indexes)
        except MongoUnavailable as error:
            raise StoreUnavailable(f"{database.name}: {error}") from error
        return store

    def on_append(self, wake: Wake) -> Callable[[], None]:
        """Call `wake` after each append of this process: a hint for the relay, never relied on.

        What comes back ends this when it is called.
        """
        return self._listeners.add(wake)

    # writing

    async def append(self, commit: Commit) -> Commit:
        """Stored by a majority, and journalled, once this returns. Refusals as in `EventStore.append`.

        ValueError also for a stream whose name is longer than LONGEST_STREAM or has a zero character.
        """
        _must_fit(commit)
        if self._closed:
            raise StoreUnavailable(f"{self.database.name} is closed")
        # The same command at the same moment, as after a caller that gave up: the earlier one comes first.
        earlier = self._under_way.get(commit.command_id)
        task = asyncio.ensure_future(self._after(earlier, commit))
        self._under_way[commit.command_id] = task
        task.add_done_callback(lambda done: self._landed(commit.command_id, done))
        # A caller that goes away must not leave it open whether its commit is there.
        return await asyncio.shield(task)

    async def _after(self, earlier: "asyncio.Task[Commit] | None", commit: Commit) -> Commit:
        if earlier is not None:
            await asyncio.wait([earlier])
        return await self._append(commit)

    def _landed(self, command_id: str, task: "asyncio.Task[Commit]") -> None:
        if self._under_way.get(command_id) is task:
            del self._under_way[command_id]
        if not task.cancelled():
            # Asked for here too, since the caller may be gone; where he is not, he gets it as well.
            task.exception()

    async def _append(self, commit: Commit) -> Commit:
        if not await self._continues(commit):
            await self._refuse(commit)
        row = _row_of(commit)
        attempts = 0

        async def insert() -> None:
            nonlocal attempts
            attempts += 1
            await self._commits.insert_one(row)

        try:
            await self._repeat(insert)
        except DuplicateKeyError:
            # Which index refused is not asked of the error: not every server says it.
            if attempts == 1 or not await self._is_there(commit):
                await self._refuse(commit)
        self._saw(commit.stream, commit.seq, commit.hash)
        failpoint("appended")
        stored = commit.at_position(position_of(commit.stream, commit.seq))
        self._listeners.tell(stored)
        return stored

    async def adopt(self, commits: Sequence[Commit]) -> None:
        """Take commits of another store over, each with the relay's mark. As `Adopting.adopt`; stored by a
        majority, and journalled, once this returns."""
        for commit in commits:
            _must_fit(commit)
        for together in _in_messages(commits):
            if self._closed:
                raise StoreUnavailable(f"{self.database.name} is closed")
            await self._must_continue(together)
            failpoint("adopting")
            await self._insert_together(together)
            for commit in together:
                self._saw(commit.stream, commit.seq, commit.hash)
            failpoint("adopted")
            self._listeners.tell()

    async def _must_continue(self, commits: Sequence[Commit]) -> None:
        newest: dict[str, Commit] = {}
        for commit in commits:
            before = newest.get(commit.stream)
            if before is None:
                fits = await self._continues(commit)
            else:
                fits = (before.seq + 1, before.hash) == (commit.seq, commit.previous)
            if not fits:
                await self._refuse(commit)
            newest[commit.stream] = commit

    async def _insert_together(self, commits: Sequence[Commit]) -> None:
        left = [(commit, _row_of(commit)) for commit in commits]
        while left:
            refused = await self._insert_up_to(left)
            if refused is None:
                return
            # What stood in the way may be ours: of an attempt of which we never heard, or of an earlier call.
            await self.probe()
            missing = []
            for commit, row in left[refused:]:
                there = await self._one({"_id": row["_id"]})
                if there is None:
                    missing.append((commit, row))
                elif there.hash != commit.hash:
                    await self._refuse(commit)
            if missing and missing[0][0] is left[refused][0]:
                # Its place is free, so what refused it is that its command was done elsewhere.
                await self._refuse(missing[0][0])
            left = missing

    async def _insert_up_to(self, rows: Sequence[tuple[Commit, Row]]) -> int | None:
        """Written in order; the place of the first that met another one, behind which nothing is written."""

        async def insert() -> int | None:
            try:
                # In order, so that wherever it ends no commit stands there without those before it.
                await self._commits.insert_many([row for _, row in rows], ordered=True)
            except BulkWriteError as error:
                faults = error.details.get("writeErrors", [])
                if error.details.get("writeConcernErrors") or any(one.get("code") != _DUPLICATE for one in faults):
                    raise
                return int(faults[0]["index"])
            return None

        return await self._repeat(insert)

    async def _continues(self, commit: Commit) -> bool:
        if commit.seq == 1:
            return commit.previous == GENESIS
        if self._tails.get(commit.stream) == (commit.seq - 1, commit.previous):
            return True
        before = await self._one({"_id": place_of(commit.stream, commit.seq - 1)})
        return before is not None and before.hash == commit.previous

    async def _refuse(self, commit: Commit) -> None:
        """CommandDone or SeqTaken, by what a majority holds."""
        if (done := await self.find_command(commit.command_id)) is None:
            # What stood in the way may not have reached the majority yet. Once this write has, so has that.
            await self.probe()
            done = await self.find_command(commit.command_id)
        if done is not None:
            raise CommandDone(done)
        raise SeqTaken(commit.stream, commit.seq)

    async def _is_there(self, commit: Commit) -> bool:
        """Whether an attempt of ours, of which we never heard, had written it."""
        await self.probe()
        done = await self.find_command(commit.command_id)
        return done is not None and done.hash == commit.hash

    def _saw(self, stream: str, seq: int, hash_: str) -> None:
        if self._tails.get(stream, (0, ""))[0] <= seq:
            self._tails[stream] = (seq, hash_)
        self._tails.move_to_end(stream)
        if len(self._tails) > _KNOWN_STREAMS:
            self._tails.popitem(last=False)

    # reading

    async def read(self, stream: str, after: int = 0) -> list[Commit]:
        """The stream's commits numbered above `after`, in order, as a majority holds them."""
        by_equality = self.database.connection.kind.looks_up_by_equality_only
        # Such a server reads all of the stream for a range. Most often there is nothing new, and this tells.
        if by_equality and after > 0 and await self._one({"_id": place_of(stream, after + 1)}) is None:
            return []
        between = {"$gt": place_of(stream, max(after, 0)), "$lte": place_of(stream, _HIGHEST)}
        commits = await self._find({"stream": stream, "_id": between}, "_id")
        if commits:
            self._saw(stream, commits[-1].seq, commits[-1].hash)
        return commits

    async def find_command(self, command_id: str) -> Commit | None:
        """The commit of that command; None where it was never done."""
        return await self._one({"command_id": command_id})

    async def scan(self, after: int = 0, limit: int = 500) -> Sequence[Commit]:
        """Stream by stream, in the order of their names. What is appended meanwhile to a stream that was
        passed already is not given: who needs that too scans again, or reads the topic."""
        return await self._find({"_id": {"$gt": _place_at(after)}}, "_id", limit)

    async def _one(self, where: Row) -> Commit | None:
        row = await self._repeat(lambda: self._commits.find_one(where, _SHOWN))
        return _commit(row) if row is not None else None

    async def _find(self, where: Row, order: str, limit: int = 0) -> list[Commit]:
        async def rows() -> list[Row]:
            # One page, one answer: the default's first batch of 101 would make it two.
            cursor = self._commits.find(where, _SHOWN).sort(order, ASCENDING).limit(limit).batch_size(limit or 1_000)
            return await cursor.to_list()

        return [_commit(row) for row in await self._repeat(rows)]

    # the outbox

    async def unrelayed(self, limit: int) -> Sequence[Commit]:
        """At most `limit` commits that have the mark, by stream and number, as a majority holds them."""
        return await self._find({"out": _WAITING}, "out_at", limit)

    async def relayed(self, commits: Sequence[Commit]) -> None:
        """Take the marks off these. Those without one stay as they are."""
        off = {"$unset": {"out": "", "out_at": ""}}
        if self.database.connection.kind.looks_up_by_equality_only:
            # FerretDB makes each document of an update a transaction of its own, one after another, and each
            # waits for the disk. Side by side they wait for it together.
            async def take_off(commit: Commit) -> None:
                where = {"_id": place_of(commit.stream, commit.seq), "out": _WAITING}
                await self._repeat(lambda: self._commits.update_one(where, off))

            await side_by_side(commits, take_off)
            return
        for start in range(0, len(commits), _UNMARKED_AT_ONCE):
            places = [place_of(commit.stream, commit.seq) for commit in commits[start : start + _UNMARKED_AT_ONCE]]
            where = {"out": _WAITING, "_id": {"$in": places}}
            await self._repeat(functools.partial(self._commits.update_many, where, off))

    async def backlog(self) -> Backlog:
        """How many have the mark, and when the oldest of them was recorded."""
        waiting = {"out": _WAITING}
        count = await self._repeat(lambda: self._commits.count_documents(waiting))
        if not count:
            return Backlog(0, None)
        oldest = await self._repeat(lambda: self._commits.find_one(waiting, {"at": 1}, sort=[("at", ASCENDING)]))
        return Backlog(count, oldest["at"] if oldest else None)

    # operating

    async def probe(self) -> None:
        """Write one document beside the commits, by a majority and journalled."""

        async def write() -> None:
            await self._probes.update_one({"_id": "probe"}, {"$inc": {"times": 1}}, upsert=True)

        try:
            await self._repeat(write)
        except DuplicateKeyError:
            await self._repeat(write)  # two first probes at once: now it is there

    async def durability(self) -> str:
        """Whether the server looks at the concerns at all, tried once (shared.mongodb.probing)."""
        if self._durability is None:
            try:
                self._durability = await probe_durability(self.database.connection, self.database.name)
            except MongoUnavailable as error:
                raise StoreUnavailable(f"{self.database.name}: {error}") from error
        return str(self._durability)

    async def close(self) -> None:
        """Finish what is under way; who comes later gets StoreUnavailable. The connection is its owner's."""
        self._closed = True
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()))
        self._finished = True

    async def _repeat(self, operation: Callable[[], Awaitable[T]]) -> T:
        if self._finished:
            raise StoreUnavailable(f"{self.database.name} is closed")
        try:
            return await self.database.repeat(operation)
        except MongoUnavailable as error:
            raise StoreUnavailable(f"{self.database.name}: {error}") from error


def place_of(stream: str, seq: int) -> str:
    """The `_id` of a commit. By it, each stream's commits stand together and in order."""
    return f"{stream}#{seq:0{_DIGITS}}"


def position_of(stream: str, seq: int) -> int:
    """The place as a number, so that a larger one stands later: for `scan` of this store and nothing else."""
    return int.from_bytes(place_of(stream, seq).encode().ljust(_PLACE_BYTES, b"\0"))


def _place_at(position: int) -> str:
    return position.to_bytes(_PLACE_BYTES).rstrip(b"\0").decode()


def _row_of(commit: Commit) -> Row:
    place = place_of(commit.stream, commit.seq)
    return {
        "_id": place,
        "stream": commit.stream,
        "seq": commit.seq,
        "command_id": commit.command_id,
        "at": commit.at,
        "hash": commit.hash,
        # The canonical text and not its parts: numbers and times come back to the letter, as they were hashed.
        "body": commit.body().decode(),
        "out": _WAITING,
        "out_at": place,
    }


def _in_messages(commits: Sequence[Commit]) -> Iterator[list[Commit]]:
    together: list[Commit] = []
    size = 0
    for commit in commits:
        length = len(commit.body())
        if together and (len(together) == _ADOPTED_AT_ONCE or size + length > _BYTES_AT_ONCE):
            yield together
            together, size = [], 0
        together.append(commit)
        size += length
    if together:
        yield together


def _commit(row: Row) -> Commit:
    # The position is of the place where it was found, not of what the content says of itself.
    stream, _, seq = str(row["_id"]).rpartition("#")
    return commit_from(row["body"].encode(), row["hash"], position_of(stream, int(seq)))


def _must_fit(commit: Commit) -> None:
    storable(commit)
    if commit.seq > _HIGHEST:
        raise ValueError(f"commits count up to {_HIGHEST}, not {commit.seq}")
    if "\0" in commit.stream or not 1 <= len(commit.stream.encode()) <= LONGEST_STREAM:
        raise ValueError(f"a commit's stream has a name of 1 to {LONGEST_STREAM} bytes, none of them zero")
