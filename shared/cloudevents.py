"""Events as the world outside receives them: CloudEvents 1.0, structured as JSON.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and …/formats/json-format.md
"""

from collections.abc import Collection
from typing import Any

import orjson
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.commits import Commit, EventRecord

MEDIA_TYPE = JSONFormat.CONTENT_TYPE
"""What a structured event calls itself."""
NAMESPACE = "org.article6"
_FORMAT = JSONFormat()
_REQUIRED = ("specversion", "id", "source", "type")


class BadCloudEvent(ValueError):
    """It is not a structured CloudEvent 1.0 in JSON."""


def event_type(service: str, name: str, schema: int) -> str:
    """The type that promises form and meaning: `org.article6.requests.RequestSubmitted.v1`."""
    return f"{NAMESPACE}.{service}.{name}.v{schema}"


def cloud_events(service: str, commit: Commit, withheld: Collection[str] = ()) -> list[CloudEvent]:
    """A commit's events in their order, except those of the types in `withheld`, which stay inside."""
    return [
        CloudEvent(_attributes(service, commit, record, n), dict(record.data))
        for n, record in enumerate(commit.events, start=1)
        if record.type not in withheld
    ]


def _attributes(service: str, commit: Commit, record: EventRecord, n: int) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{service}/{commit.stream}@{commit.seq}.{n}",
        "source": f"/{service}",
        "type": event_type(service, record.type, record.schema),
        "subject": commit.stream,
        "time": commit.at,
        "datacontenttype": "application/json",
    }
    # Attributes must not be empty: what has no cause says nothing of one.
    if commit.correlation_id:
        attributes["correlationid"] = commit.correlation_id
    if commit.causation_id:
        attributes["causationid"] = commit.causation_id
    return attributes


def structured(event: CloudEvent) -> bytes:
    """The event as one JSON document, attributes and data together."""
    return _FORMAT.write(event)


def from_structured(content: bytes) -> CloudEvent:
    """The event in such a document. BadCloudEvent where it is none."""
    try:
        given = orjson.loads(content)
        # The library makes up what is missing; a made-up id would let an event count twice.
        if missing := [name for name in _REQUIRED if not given.get(name)]:
            raise BadCloudEvent(f"it lacks {', '.join(missing)}")
        event = _FORMAT.read(None, content)
    except (ValueError, KeyError, TypeError, AttributeError, CloudEventValidationError) as error:
        raise BadCloudEvent(str(error)) from error
    if not isinstance(event, CloudEvent):
        raise BadCloudEvent(f"specversion {event.get_specversion()} is not 1.0")
    return event
