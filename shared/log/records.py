"""A commit as one record of a topic: key, value, headers. One form for the relay, the followers and the log API.

The value is the commit's canonical body, byte for byte, so that whoever reads it can check its hash. The
headers are the attributes of a CloudEvent in binary mode (CloudEvents 1.0, Kafka protocol binding, 3.2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from shared.cloudevents import NAMESPACE
from shared.commits import Commit, commit_from, digest
from shared.parking import Parked

Headers = Sequence[tuple[str, bytes]]
_CONTENT_TYPE = "application/json"


class BadRecord(ValueError):
    """It is no commit, or not the one that its hash speaks of."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is sent. `key` decides the partition: everything of one stream stays in order."""

    key: bytes
    value: bytes
    headers: Headers


def record_of(service: str, commit: Commit) -> Record:
    """The commit as that service publishes it, whole: what is unpublished in it is for its own views.

    Who may read a topic is decided by its access list; nobody outside the installation is on it.
    """
    attributes = {
        "content-type": _CONTENT_TYPE,
        "ce_specversion": "1.0",
        "ce_id": f"{service}/{commit.stream}@{commit.seq}",
        "ce_source": f"/{service}",
        "ce_type": f"{NAMESPACE}.{service}.Commit.v1",
        "ce_subject": commit.stream,
        "ce_time": commit.at.isoformat(),
        "ce_seq": str(commit.seq),
        "ce_hash": commit.hash,
        "ce_events": ",".join(dict.fromkeys(event.type for event in commit.events)),
        "ce_correlationid": commit.correlation_id,
        "ce_causationid": commit.causation_id,
    }
    # Attributes must not be empty (CloudEvents 1.0, 3): what has no cause says nothing of one.
    headers = [(name, value.encode()) for name, value in attributes.items() if value]
    return Record(commit.stream.encode(), commit.body(), headers)


def dead_letter(service: str, parked: Parked) -> Record:
    """That a follower of this service has set a stream aside: where, at which commit, and why.

    No payload: it could hold what is nobody's business there, and a retry reads it from its store.
    """
    told = {"service": service, **parked.model_dump(mode="json")}
    attributes = {
        "content-type": _CONTENT_TYPE,
        "ce_specversion": "1.0",
        "ce_id": f"{service}/{parked.follower}/{parked.stream}@{parked.from_seq}/{parked.at.isoformat()}",
        "ce_source": f"/{service}",
        "ce_type": f"{NAMESPACE}.{service}.StreamParked.v1",
        "ce_subject": parked.stream,
        "ce_time": parked.at.isoformat(),
    }
    headers = [(name, value.encode()) for name, value in attributes.items()]
    return Record(parked.stream.encode(), orjson.dumps(told), headers)


def commit_of(value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> Commit:
    """The commit in a record. BadRecord where there is none, or its content does not match its hash."""
    told: Mapping[str, bytes] = dict(headers)
    return checked(value or b"", told.get("ce_hash", b"").decode("ascii", "replace"))


def checked(body: bytes, hash_: str) -> Commit:
    """The commit in this canonical body. BadRecord as above."""
    if digest(body) != hash_:
        raise BadRecord("the content does not match its hash")
    try:
        return commit_from(body, hash_)
    except (ValueError, KeyError, TypeError) as error:
        raise BadRecord(f"it is no commit: {error}") from error
