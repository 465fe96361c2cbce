"""Old events stay as they were and are brought up to date when they are read (P9)."""

from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from shared.codec import Codec, NewerSchema
from shared.commits import EventRecord
from shared.messages import Event, Reading


class AreaReleased(Event):
    """Version 3: square metres, named by how they were released."""

    schema_version: ClassVar[int] = 3

    released_m2: int
    how: str


def hectares_to_m2(data: dict[str, Any]) -> dict[str, Any]:
    return {"m2": data["hectares"] * 10_000}


def with_how(data: dict[str, Any]) -> dict[str, Any]:
    return {"released_m2": data["m2"], "how": "unknown"}


UPCASTS = {("AreaReleased", 1): hectares_to_m2, ("AreaReleased", 2): with_how}
CODEC = Codec([AreaReleased], UPCASTS)
SAMPLES: dict[int, dict[str, Any]] = {
    1: {"hectares": 4},
    2: {"m2": 40_000},
    3: {"released_m2": 40_000, "how": "unknown"},
}


@pytest.mark.parametrize("schema", sorted(SAMPLES))
def test_a_stored_sample_of_every_schema_is_read_as_today(schema: int) -> None:
    stored = EventRecord("AreaReleased", schema, SAMPLES[schema])
    assert CODEC.decode(stored) == AreaReleased(released_m2=40_000, how="unknown")
    assert stored.data == SAMPLES[schema], "what is stored was changed by reading it"


def test_what_is_written_today_carries_todays_schema() -> None:
    record = CODEC.encode(AreaReleased(released_m2=1, how="cleared"))
    assert (record.type, record.schema) == ("AreaReleased", 3)
    assert CODEC.decode(record) == AreaReleased(released_m2=1, how="cleared")


def test_a_schema_from_the_future_is_refused_by_name() -> None:
    with pytest.raises(NewerSchema, match="AreaReleased has schema 4; this version knows up to 3"):
        CODEC.decode(EventRecord("AreaReleased", 4, {}))


def test_a_tolerant_reader_takes_the_part_it_knows_of_any_schema() -> None:
    class Part(Reading):
        released_m2: int

    Part.__name__ = "AreaReleased"
    data = {"released_m2": 7, "how": "x", "new": True}
    assert Codec([Part]).decode(EventRecord("AreaReleased", 9, data)) == Part(released_m2=7)


def test_an_own_event_takes_no_field_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        CODEC.decode(EventRecord("AreaReleased", 3, {"released_m2": 7, "how": "x", "new": True}))
