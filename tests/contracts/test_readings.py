"""Services meet in contracts/: whatever one reads of another's events must be promised there."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from deploy.catalogue import SERVICES
from shared.messages import Reading

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"


def readings() -> Iterator[type[Reading]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        loaded = importlib.import_module(module.name)
        for thing in vars(loaded).values():
            if isinstance(thing, type) and issubclass(thing, Reading) and thing.__module__ == module.name:
                yield thing


def promised() -> dict[str, dict[str, object]]:
    return {
        file.name.partition(".")[0]: json.loads(file.read_text())
        for name in SERVICES
        for file in (CONTRACTS / name).glob("*.v*.json")
    }


def is_a_part(reading: type[Reading]) -> bool:
    """Parts of events are readings too; their names are not events' names."""
    return reading.__name__ not in promised()


@pytest.mark.parametrize(
    "reading", [r for r in readings() if not is_a_part(r)], ids=lambda r: f"{r.__module__}.{r.__name__}"
)
def test_every_field_that_a_service_reads_is_promised_by_its_writer(reading: type[Reading]) -> None:
    contract = promised()[reading.__name__]
    properties = contract["properties"]
    assert isinstance(properties, dict)
    missing = set(reading.model_fields) - set(properties)
    assert not missing, f"{reading.__name__} is read with {sorted(missing)}, which nobody promised"


def test_there_are_readings_to_check() -> None:
    assert any(not is_a_part(reading) for reading in readings())


def test_every_json_schema_is_a_valid_one() -> None:
    from jsonschema import Draft202012Validator

    for schema in promised().values():
        Draft202012Validator.check_schema(schema)


def test_every_openapi_document_is_a_valid_one() -> None:
    from openapi_spec_validator import validate

    for name in SERVICES:
        validate(json.loads((CONTRACTS / name / "openapi.json").read_text()))
