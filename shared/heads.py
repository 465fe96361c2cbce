"""The newest commit of every stream, and one number over all: what is published to witness the past.

A chain of hashes cannot show that its own end was cut off or written anew as a whole; somebody who
kept the heads, or only their root, can.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

FORMAT = "article6-heads"
VERSION = 1


class BadHeads(ValueError):
    """The file is not one of published heads, or its root does not fit what stands in it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest commit of a stream: its number and hash."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Heads:
    """By service, then by stream."""

    services: Mapping[str, Mapping[str, Head]] = field(default_factory=dict)

    def root(self) -> str:
        """The Merkle root over all heads, in hex; leaves and nodes told apart as in RFC 6962, 2.1."""
        leaves = [
            f"{service}/{stream}@{head.seq}:{head.hash}".encode()
            for service, streams in sorted(self.services.items())
            for stream, head in sorted(streams.items())
        ]
        level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves] or [hashlib.sha256().digest()]
        while len(level) > 1:
            pairs = [level[n : n + 2] for n in range(0, len(level), 2)]
            level = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
        return level[0].hex()

    def plain(self) -> dict[str, dict[str, list[Any]]]:
        """As JSON holds them: service, stream, [seq, hash]."""
        return {
            service: {stream: [head.seq, head.hash] for stream, head in sorted(streams.items())}
            for service, streams in sorted(self.services.items())
        }

    @classmethod
    def from_plain(cls, plain: Any) -> "Heads":
        """From what `plain` gave. BadHeads for anything else."""
        try:
            return cls(
                {
                    str(service): {str(stream): Head(int(seq), str(hash_)) for stream, (seq, hash_) in streams.items()}
                    for service, streams in plain.items()
                }
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise BadHeads("the heads are not in the form service, stream, [seq, hash]") from error

    def published(self, at: datetime) -> bytes:
        """The file to publish: the heads as of that moment (UTC), with their root."""
        content = {"format": FORMAT, "version": VERSION, "at": at.isoformat(), "root": self.root()}
        return orjson.dumps({**content, "heads": self.plain()}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def read(cls, content: bytes) -> "Heads":
        """The heads of a published file. BadHeads where it is none or was changed."""
        try:
            raw = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise BadHeads(f"not JSON: {error}") from error
        if not isinstance(raw, dict) or (raw.get("format"), raw.get("version")) != (FORMAT, VERSION):
            raise BadHeads(f"not a file of {FORMAT}, version {VERSION}")
        heads = cls.from_plain(raw.get("heads"))
        if heads.root() != raw.get("root"):
            raise BadHeads("the root does not fit the heads")
        return heads


class Witness:
    """Published heads, held against commits as they pass by."""

    def __init__(self, service: str, heads: Heads) -> None:
        self._open = dict(heads.services.get(service, {}))

    def contradicts(self, stream: str, seq: int, hash_: str) -> list[str]:
        """What is wrong with this commit in the light of what was published."""
        head = self._open.get(stream)
        if head is None or head.seq != seq:
            return []
        del self._open[stream]
        return [] if head.hash == hash_ else [f"{stream}@{seq}: is not the commit that was published"]

    def missing(self) -> list[str]:
        """What was published and did not pass by."""
        return [f"{stream}@{head.seq}: was published and is missing" for stream, head in sorted(self._open.items())]
