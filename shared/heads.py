"""The newest commit of every stream, and one number over all: what is published to witness the past.

A chain of hashes cannot show that its own end was cut off or written anew as a whole; somebody who
kept the heads, or only their root, can.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson

from shared.signing import Signature, Signer, checkpoint_text

FORMAT = "article6-heads"
VERSION = 1
Side = Literal["left", "right"]


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
        return self._levels()[-1][0].hex()

    def path(self, service: str, stream: str) -> list[tuple[Side, str]]:
        """What leads from that head's leaf to the root: each neighbour's side and hash, from the leaf up.

        KeyError where there is no such head.
        """
        if stream not in self.services.get(service, {}):
            raise KeyError(f"{service}/{stream}")
        place = self._names().index((service, stream))
        steps: list[tuple[Side, str]] = []
        for level in self._levels()[:-1]:
            neighbour = place ^ 1
            # The last of an odd number has no neighbour and goes up as it is.
            if neighbour < len(level):
                steps.append(("left" if neighbour < place else "right", level[neighbour].hex()))
            place //= 2
        return steps

    def _names(self) -> list[tuple[str, str]]:
        return [(service, stream) for service, streams in sorted(self.services.items()) for stream in sorted(streams)]

    def _levels(self) -> list[list[bytes]]:
        """The tree from its leaves to its root."""
        heads = [(service, stream, self.services[service][stream]) for service, stream in self._names()]
        leaves = [f"{service}/{stream}@{head.seq}:{head.hash}".encode() for service, stream, head in heads]
        levels = [[hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves] or [hashlib.sha256().digest()]]
        while len(below := levels[-1]) > 1:
            pairs = [below[n : n + 2] for n in range(0, len(below), 2)]
            levels.append(
                [hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
            )
        return levels

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

    def published(self, at: datetime, signer: Signer | None = None) -> bytes:
        """The file to publish: the heads as of that moment (UTC), with their root, signed by `signer`."""
        moment, root = at.isoformat(), self.root()
        content: dict[str, Any] = {"format": FORMAT, "version": VERSION, "at": moment, "root": root}
        if signer is not None:
            signature = signer.sign(checkpoint_text(moment, root))
            content["signature"] = {"key": signature.key, "value": signature.value}
        return orjson.dumps({**content, "heads": self.plain()}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def read(cls, content: bytes) -> "Heads":
        """The heads of a published file. BadHeads where it is none or was changed."""
        return Published.read(content).heads


@dataclass(frozen=True)
class Published:
    """Heads as a file holds them: as of the moment `at` (ISO 8601), under their root, perhaps signed."""

    heads: Heads
    at: str
    root: str
    signature: Signature | None = None

    @classmethod
    def read(cls, content: bytes) -> "Published":
        """What stands in the file. BadHeads where it is none, or its root does not fit; see `faults`."""
        try:
            raw = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise BadHeads(f"not JSON: {error}") from error
        if not isinstance(raw, dict) or (raw.get("format"), raw.get("version")) != (FORMAT, VERSION):
            raise BadHeads(f"not a file of {FORMAT}, version {VERSION}")
        heads = Heads.from_plain(raw.get("heads"))
        if heads.root() != raw.get("root"):
            raise BadHeads("the root does not fit the heads")
        signature = None
        if (signed := raw.get("signature")) is not None:
            try:
                signature = Signature(str(signed["key"]), str(signed["value"]))
            except (KeyError, TypeError) as error:
                raise BadHeads("the signature is not in the form key, value") from error
        return cls(heads, str(raw.get("at")), str(raw["root"]), signature)

    def faults(self, trusted: str | None) -> list[str]:
        """What is wrong with its signature, in words; `trusted` is the public key that it should be of (hex)."""
        if self.signature is None:
            return ["the published heads are not signed"] if trusted else []
        if not self.signature.fits(checkpoint_text(self.at, self.root)):
            return ["the signature of the published heads does not fit them"]
        if trusted and self.signature.key != trusted.lower():
            return [f"the published heads are signed with the key {self.signature.key}, trusted is {trusted.lower()}"]
        return []


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
