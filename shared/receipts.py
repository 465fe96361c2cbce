"""What a command's sender gets back, and the tokens by which a reader sees its own writes."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.messages import Refused, Unacceptable, Value


class Receipt(Value):
    """Acknowledged means durable. `seq` is the stream's number now (also the `ETag`).

    `token` can be given to any read as `after=`: the answer then shows at least this. `events` are
    the types that were recorded, none if there was nothing left to do. `replayed` is true where the
    same command had been done before and this is its outcome of then.
    """

    stream: str
    seq: int
    token: str
    events: tuple[str, ...]
    replayed: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A consistency token, read: at least this much of that stream."""

    topic: str
    stream: str
    seq: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.stream}@{self.seq}"


class BadConsistencyToken(Unacceptable):
    """`after` must be tokens from receipts, `service/stream@seq`, separated by commas."""


class NotYetVisible(Refused):
    """The figures do not show that change yet; nothing is lost. Ask again in a moment."""

    status = 503


def seen(tokens: str | None) -> Iterator[Seen]:
    """The tokens of a comma list. BadConsistencyToken where one is no token."""
    for token in (tokens or "").split(","):
        if not token:
            continue
        topic, slash, rest = token.strip().partition("/")
        stream, at, seq = rest.rpartition("@")
        if not (slash and at and topic and stream and seq.isascii() and seq.isdigit() and len(seq) < 12):
            raise BadConsistencyToken(field="after", found=token[:200])
        yield Seen(topic, stream, int(seq))
