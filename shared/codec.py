"""Events to records and back, with old schemas brought up to date when they are read.

Stored events never change. An upcast takes the data of one (type, schema) to the next schema; the
chain runs on reading only, so a store can hold every version side by side.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from shared.commits import Commit, EventRecord
from shared.heard import Heard
from shared.money import STORED

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
Upcasts = Mapping[tuple[str, int], Upcast]
"""(type, schema) -> what makes its data fit schema + 1. Keep a stored sample of each in the tests."""


class NewerSchema(ValueError):
    """The event was written by a later version of this software than is reading it."""

    def __init__(self, record: EventRecord, known: int) -> None:
        super().__init__(f"{record.type} has schema {record.schema}; this version knows up to {known}")


class Codec:
    """Reads and writes the events of the given classes; a class's name is its event's type."""

    def __init__(self, types: Iterable[type[BaseModel]], upcasts: Upcasts | None = None) -> None:
        self._types = {kind.__name__: kind for kind in types}
        self._upcasts = dict(upcasts or {})

    @property
    def types(self) -> tuple[type[BaseModel], ...]:
        """The classes it knows."""
        return tuple(self._types.values())

    def knows(self, name: str) -> bool:
        """Whether events of this type are of interest here."""
        return name in self._types

    def encode(self, event: BaseModel) -> EventRecord:
        """The event as it is stored: its name, schema (1 unless its class says more) and content."""
        kind = type(event)
        return EventRecord(kind.__name__, getattr(kind, "schema_version", 1), event.model_dump(mode="json"))

    def decode(self, record: EventRecord) -> BaseModel:
        """The event, brought up to date. NewerSchema or pydantic's ValidationError where it cannot be."""
        kind = self._types[record.type]
        current = getattr(kind, "schema_version", None)
        schema, data = record.schema, dict(record.data)
        while (step := self._upcasts.get((record.type, schema))) is not None:
            data, schema = step(data), schema + 1
        if current is not None and schema > current:
            raise NewerSchema(record, current)
        return kind.model_validate(data, context=STORED)

    def heard(self, commit: Commit, topic: str) -> list[Heard[Any]]:
        """The commit's events that are of interest here, as a listener hears them."""
        return [
            Heard(
                event=self.decode(record),
                topic=topic,
                stream=commit.stream,
                seq=commit.seq,
                n=n,
                at=commit.at,
                actor=commit.actor,
                correlation_id=commit.correlation_id,
            )
            for n, record in enumerate(commit.events, start=1)
            if record.type in self._types
        ]
