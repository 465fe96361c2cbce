"""A commit: all events of one decided command, in one piece, chained to the commit before it.

Commits of a stream are numbered (`seq` 1, 2, 3 …), not only its events: a unique number per event
would let a stale writer in between the events of a commit (docs/adr/0001).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

LARGEST_COMMIT = 512 * 1024
"""Bytes. Bounded where it is written: further on, it would block its stream for ever."""
MOST_EVENTS = 2_000
"""One command may give back what hundreds of donors had promised; what bounds it is the size."""
_WRITTEN = frozenset(
    {
        "stream",
        "seq",
        "first",
        "events",
        "command_id",
        "digest",
        "actor",
        "correlation_id",
        "causation_id",
        "at",
        "previous",
    }
)
GENESIS = "0" * 64
"""The hash before the first commit of a stream."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as stored: the name of its type, the version of its schema, its data as JSON."""

    type: str
    schema: int
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Commit:
    """What one command led to. `first` and `last` count the events of the stream, from 1.

    `command_id` names the command for ever; `digest` is of its content, so that the same id with
    another content is noticed. `at` is UTC. `position` is where a log delivered it, if it did.
    """

    stream: str
    seq: int
    first: int
    events: tuple[EventRecord, ...]
    command_id: str
    digest: str
    actor: str
    correlation_id: str
    causation_id: str
    at: datetime
    previous: str
    hash: str = ""
    position: int = 0
    # What was sealed is what is stored, written out once. A copy by `replace` begins without it.
    _sealed: bytes = field(default=b"", init=False, repr=False, compare=False)

    @property
    def last(self) -> int:
        """The number of its last event in the stream."""
        return self.first + len(self.events) - 1

    @property
    def category(self) -> str:
        """The first part of the stream's name."""
        return self.stream.partition("-")[0]

    def sealed(self) -> "Commit":
        """The same commit with its hash, SHA-256 over its canonical body, `previous` included."""
        body = self._written()
        return _made({**self.__dict__, "hash": digest(body), "_sealed": body})

    def at_position(self, position: int) -> "Commit":
        """The same commit where a log delivers it."""
        return _made({**self.__dict__, "position": position})

    def body(self) -> bytes:
        """The canonical JSON that is stored and hashed: keys sorted, no spaces, no floats."""
        return self._sealed or self._written()

    def _written(self) -> bytes:
        return orjson.dumps(
            {
                "stream": self.stream,
                "seq": self.seq,
                "first": self.first,
                "events": [{"type": e.type, "schema": e.schema, "data": e.data} for e in self.events],
                "command_id": self.command_id,
                "digest": self.digest,
                "actor": self.actor,
                "correlation_id": self.correlation_id,
                "causation_id": self.causation_id,
                "at": self.at.isoformat(),
                "previous": self.previous,
            },
            option=orjson.OPT_SORT_KEYS,
        )


def commit_from(body: bytes, hash_: str, position: int = 0) -> Commit:
    """The commit that this body holds; the hash is taken as given (see `broken_links`)."""
    raw = orjson.loads(body)
    if type(raw) is not dict or raw.keys() != _WRITTEN:
        raw = {name: raw[name] for name in _WRITTEN}
    raw["events"] = tuple([EventRecord(one["type"], one["schema"], one["data"]) for one in raw["events"]])
    raw["at"] = datetime.fromisoformat(raw["at"])
    raw["hash"] = hash_
    raw["position"] = position
    return _made(raw)


def _made(content: dict[str, Any]) -> Commit:
    """A commit of these fields, which nobody else holds. The constructor of a frozen class sets them one
    by one, which takes longer than decoding the JSON did (docs/performance.md)."""
    commit = object.__new__(Commit)
    object.__setattr__(commit, "__dict__", content)
    return commit


def digest(content: bytes) -> str:
    """SHA-256 in hex (FIPS 180-4)."""
    return hashlib.sha256(content).hexdigest()


def storable(commit: Commit) -> bytes:
    """Its body, which a store may take. ValueError where no store may: it is not sealed, numbered below 1,
    without events, or beyond MOST_EVENTS or LARGEST_COMMIT."""
    body = commit.body()
    if commit.hash != digest(body):
        raise ValueError("the commit is not sealed, or was changed since")
    if commit.seq < 1:
        raise ValueError(f"commits count from 1, not {commit.seq}")
    if not 1 <= len(commit.events) <= MOST_EVENTS:
        raise ValueError(f"a commit has 1 to {MOST_EVENTS} events, not {len(commit.events)}")
    if len(body) > LARGEST_COMMIT:
        raise ValueError(f"a commit has at most {LARGEST_COMMIT} bytes, not {len(body)}")
    return body


def broken_links(commits: Sequence[Commit]) -> list[str]:
    """What is wrong with one stream's commits, in words; empty where the chain holds.

    Finds a changed, removed, inserted or reordered commit anywhere but at the very end, which
    only a published head can witness.
    """
    chain = Chain()
    return [fault for commit in commits for fault in chain.broken_by(commit)]


@dataclass
class Chain:
    """One stream's commits as they pass by in order: the number, last event and hash of the newest."""

    seq: int = 0
    last: int = 0
    hash: str = GENESIS

    def broken_by(self, commit: Commit) -> list[str]:
        """Take the next commit; what is wrong with it, in words."""
        wrong = []
        name = f"{commit.stream}@{commit.seq}"
        if commit.seq != self.seq + 1:
            wrong.append(f"{name}: follows commit {self.seq}, so something is missing, doubled or out of order")
        if commit.first != self.last + 1:
            wrong.append(f"{name}: its first event is number {commit.first}, expected {self.last + 1}")
        if commit.previous != self.hash:
            wrong.append(f"{name}: does not continue the commit before it")
        if digest(commit.body()) != commit.hash:
            wrong.append(f"{name}: its content does not match its hash")
        self.seq, self.last, self.hash = commit.seq, commit.last, commit.hash
        return wrong
