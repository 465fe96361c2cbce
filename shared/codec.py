"""Events to records and back, with old schemas brought up to date when they are read.

Stored events never change. An upcast takes the data of one (type, schema) to the next schema; the
chain runs on reading only, so a store can hold every version side by side.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from shared.commits import Commit, EventRecord
from shared.heard import Heard, heard_in
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
        evolved = {name for name, _ in self._upcasts}
        self._read = {
            name: (kind, getattr(kind, "schema_version", None), name in evolved) for name, kind in self._types.items()
        }

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
        kind, current, evolved = self._read[record.type]
        schema, data = record.schema, record.data
        if evolved:
            # A step may change what it is given; the record stays as it was stored.
            brought_on = dict(data)
            while (step := self._upcasts.get((record.type, schema))) is not None:
                brought_on, schema = step(brought_on), schema + 1
            data = brought_on
        if current is not None and schema > current:
            raise NewerSchema(record, current)
        # As `model_validate`, without looking at its other settings: a third of the time goes into those.
        event: BaseModel = kind.__pydantic_validator__.validate_python(data, context=STORED)
        return event

    def heard(self, commit: Commit, topic: str) -> list[Heard[Any]]:
        """The commit's events that are of interest here, as a listener hears them."""
        found: list[Heard[Any]] = []
        # A loop: most commits have one event, for which a comprehension costs as much as a tenth of all this.
        for n, record in enumerate(commit.events, start=1):
            if record.type in self._types:
                found.append(heard_in(commit, topic, n, self.decode(record)))
        return found
