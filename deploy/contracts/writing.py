"""The contracts as the code has them now: path below `contracts/` -> document."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deploy.catalogue import SERVICES
from deploy.embedded import EmbeddedSystem
from shared.decider import Decider
from shared.http.app import VERSION
from shared.messages import Event

Documents = Mapping[str, Mapping[str, Any]]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Unreadable(Exception):
    """An earlier version of an event was promised and can be read no longer."""


async def contracts(there: Documents | None = None) -> Documents:
    """Every contract: JSON Schema per event and version, one AsyncAPI 3 document, OpenAPI per service.

    The code has only the newest version of an event. Earlier ones are taken over from `there`, what stands
    in the folder: events of them are stored and published still. Unreadable where one is missing, or its upcaster.
    """
    documents: dict[str, Mapping[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        system = EmbeddedSystem(Path(folder))
        try:
            published: dict[str, list[type[Event]]] = {}
            for name in SERVICES:
                kit = system.services[name].kit
                events = sorted(
                    {event for handler in kit.handlers.values() for event in handler.decider.events},
                    key=lambda event: event.__name__,
                )
                for event in events:
                    documents |= dict(earlier_versions(name, event, there or {}))
                    documents[f"{name}/{file_name(event)}"] = event_schema(name, event)
                for handler in kit.handlers.values():
                    must_read_earlier_versions(handler.decider)
                published[name] = [event for event in events if event.published]
                documents[f"{name}/openapi.json"] = system.applications[name].openapi()
            documents["asyncapi.json"] = asyncapi(published)
        finally:
            await system.stop()
    return documents


def file_name(event: type[Event], version: int | None = None) -> str:
    """Where an event's schema stands in its service's folder: `PledgeAnnounced.v1.json`."""
    return f"{event.__name__}.v{version or event.schema_version}.json"


def earlier_versions(service: str, event: type[Event], there: Documents) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas of an event before its present one, as they stand."""
    for version in range(1, event.schema_version):
        path = f"{service}/{file_name(event, version)}"
        if path not in there:
            raise Unreadable(f"contracts/{path} is gone; events of that version are stored still. Put it back")
        yield path, there[path]


def must_read_earlier_versions(decider: Decider[Any, Any, Any]) -> None:
    """Every earlier version of its events has an upcaster."""
    for event in decider.events:
        for version in range(1, event.schema_version):
            if (event.__name__, version) not in decider.upcasts:
                raise Unreadable(f"{event.__name__} of schema {version} has no upcaster in {decider.category}")


def event_schema(service: str, event: type[Event]) -> dict[str, Any]:
    """The event's data as JSON Schema 2020-12."""
    schema = event.model_json_schema(mode="serialization")
    return {
        "$schema": _DIALECT,
        "$id": f"urn:article6:{service}:{event.__name__}:v{event.schema_version}",
        "x-published": event.published,
        **schema,
    }


def asyncapi(published: Mapping[str, list[type[Event]]]) -> dict[str, Any]:
    """AsyncAPI 3.0: a channel per service, in it one message per commit, as a CloudEvent 1.0 in binary mode.

    A commit holds everything that one command led to, so that nobody ever sees half of it.
    """
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for service, events in published.items():
        if not events:
            continue
        name = f"{service}.Commit.v1"
        messages[name] = {
            "name": f"org.article6.{name}",
            "title": "Commit",
            "summary": f"What one command to {service} led to: its events, in their order.",
            "contentType": "application/json",
            "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
            "payload": {
                "schemaFormat": "application/schema+json;version=draft-2020-12",
                "schema": _commit_schema(service, events),
            },
        }
        channels[service] = {
            "address": f"article6.{service}",
            "description": f"Everything that {service} records; keyed by stream, in order within a stream.",
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        }
        operations[f"publish-{service}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{service}"},
            "messages": [{"$ref": f"#/channels/{service}/messages/{name}"}],
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Article Six: what services tell each other",
            "version": VERSION,
            "description": "At least once; each stream's commits in order; a listener guards itself by stream and seq, "
            "and passes over types of events that it does not know.",
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"CloudEventHeaders": _CLOUD_EVENT_HEADERS}},
    }


def _commit_schema(service: str, events: list[type[Event]]) -> dict[str, Any]:
    known = [
        {
            "type": "object",
            "required": ["type", "schema", "data"],
            "properties": {
                "type": {"const": event.__name__},
                "schema": {"const": version},
                "data": {"$ref": f"./{service}/{file_name(event, version)}"},
            },
        }
        for event in events
        for version in range(1, event.schema_version + 1)
    ]
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["stream", "seq", "first", "events", "command_id", "actor", "at", "previous"],
        "properties": {
            "stream": {**text, "description": "category-identity"},
            "seq": {"type": "integer", "minimum": 1, "description": "the commit's number in its stream"},
            "first": {"type": "integer", "minimum": 1, "description": "the number of its first event in the stream"},
            # Others may stand beside these: what is not published is for the service's own views.
            "events": {"type": "array", "minItems": 1, "items": {"anyOf": [*known, {"type": "object"}]}},
            "command_id": text,
            "digest": {**text, "description": "SHA-256 of the command"},
            "actor": text,
            "correlation_id": text,
            "causation_id": text,
            "at": {**text, "format": "date-time", "description": "when it was recorded, UTC"},
            "previous": {**text, "description": "the hash of the commit before it in its stream"},
        },
    }


_CLOUD_EVENT_HEADERS = {
    "type": "object",
    "description": "CloudEvents 1.0 attributes (Kafka protocol binding, binary mode).",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_seq", "ce_hash"],
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "service/stream@seq"},
        "ce_source": {"type": "string", "description": "/service"},
        "ce_type": {"type": "string", "description": "org.article6.service.Commit.v1"},
        "ce_subject": {"type": "string", "description": "the stream, which is the record's key too"},
        "ce_time": {"type": "string", "format": "date-time", "description": "when it was recorded, UTC"},
        "ce_seq": {"type": "string", "description": "the commit's number in its stream"},
        "ce_hash": {"type": "string", "description": "SHA-256 of the value, in hex"},
        "ce_events": {"type": "string", "description": "the types of its events, by commas"},
        "ce_correlationid": {"type": "string"},
        "ce_causationid": {"type": "string"},
    },
}
