"""That one event stands in the published history, shown without the rest of it.

The proof holds the event's commit and the later ones of its stream as they were hashed, the way from
the stream's head to the Merkle root, and the checkpoint. `docs/check_proof.py` checks it by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from shared.commits import Commit, digest
from shared.eventstore import EventStore
from shared.heads import Published

FORMAT = "article6-proof"
VERSION = 1
_LINK = re.compile(r"([a-z]+)/([^@/]+)@([1-9][0-9]{0,8})\.([1-9][0-9]{0,3})", re.ASCII)


class NotProvable(Exception):
    """There is no such event, or it is not in the published history."""


@dataclass(frozen=True, slots=True)
class EventName:
    """An event by its link: `deadlines/obligation-CCM-BIH-4@7.1` is the first event of that stream's commit 7."""

    service: str
    stream: str
    seq: int
    n: int

    @classmethod
    def read(cls, link: str) -> "EventName":
        """NotProvable where this is no link."""
        found = _LINK.fullmatch(link)
        if found is None:
            raise NotProvable(f"{link!r} names no event; a link looks like deadlines/obligation-CCM-BIH-4@7.1")
        return cls(found[1], found[2], int(found[3]), int(found[4]))

    def __str__(self) -> str:
        return f"{self.service}/{self.stream}@{self.seq}.{self.n}"


async def chain_of(event: EventName, store: EventStore, published: Published) -> list[Commit]:
    """The commits that a proof shows: the event's own, and those after it up to the published head.

    NotProvable where there are none such, or they do not lead there.
    """
    head = published.heads.services.get(event.service, {}).get(event.stream)
    if head is None or head.seq < event.seq:
        raise NotProvable(f"{event} is not in the published history")
    commits = [one for one in await store.read(event.stream, event.seq - 1) if one.seq <= head.seq]
    if not commits or commits[0].seq != event.seq or event.n > len(commits[0].events):
        raise NotProvable(f"there is no event {event}")
    hashes = [digest(commit.body()) for commit in commits]
    if hashes[-1] != head.hash or hashes[:-1] != [commit.previous for commit in commits[1:]]:
        raise NotProvable(f"{event.stream} does not lead to its published head: see `article6 verify`")
    return commits


def proof(event: EventName, commits: Iterable[Commit], published: Published) -> bytes:
    """The proof as a file, from what `chain_of` gave."""
    signature = published.signature
    return orjson.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "link": str(event),
            "commits": [commit.body().decode() for commit in commits],
            "path": published.heads.path(event.service, event.stream),
            "checkpoint": {
                "at": published.at,
                "root": published.root,
                "signature": signature and {"key": signature.key, "value": signature.value},
            },
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )
