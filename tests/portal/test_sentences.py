"""Every kind of entry that is published has its sentence, and the sentence says what the entry says."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.portal.sentences.lines import SAY, line, sentence
from shared.messages import Event
from tests.system import embedded_system


async def test_every_kind_of_entry_that_a_history_can_hold_has_a_sentence(tmp_path: Path) -> None:
    async with embedded_system(tmp_path) as system:
        kinds = {
            kind.__name__
            for handler in system.handlers.values()
            for kind in handler.codec.types
            if issubclass(kind, Event)
        }
    # A day that was not told apart in the same words would be read as "Something stated."
    assert sorted(kinds - set(SAY)) == []


async def test_every_entry_of_the_stored_samples_is_told_in_words(tmp_path: Path) -> None:
    told = 0
    for sample in sorted(Path("tests").rglob("samples/*.json")):
        for entry in _entries(json.loads(sample.read_text(encoding="utf-8"))):
            said = sentence(entry["type"], entry["data"])
            assert said.endswith((".", "”", "!", "?")), (sample, said)
            assert "None" not in said, (sample, said)
            assert "{" not in said, (sample, said)
            told += 1
    assert told > 0


def _entries(stored: Any) -> list[dict[str, Any]]:
    """Whatever in a sample looks like an entry: a type with its data."""
    if isinstance(stored, dict):
        if isinstance(stored.get("type"), str) and isinstance(stored.get("data"), dict):
            return [stored]
        return [one for value in stored.values() for one in _entries(value)]
    if isinstance(stored, list):
        return [one for value in stored for one in _entries(value)]
    return []


def entry(kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    at = "2026-11-21T12:00:00+00:00"
    return {"link": "x/y-z@3.1", "type": kind, "at": at, "actor": "state:LAO", "data": data, **more}


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (
            "FigureStated",
            {
                "treaty": "CCM",
                "article": "4",
                "metric": "remaining_contamination_m2",
                "value": "1720000",
                "unit": "m2",
                "period": "2016-12-31",
            },
            "Area left: 1.72 km², for 31 December 2016 (Clear cluster munition remnants (CCM Article 4)).",
        ),
        ("PledgeConfirmed", {"amount": None}, "The donor committed what it announced firmly and in writing."),
        (
            "SurplusReturned",
            {"pledge": "p-1", "amount": {"amount": "50000.00", "currency": "EUR"}, "reason": "exceeds_need"},
            "EUR 50,000 of pledge p-1 went back to its donor: exceeds need.",
        ),
        ("CoalitionActivated", {"on": "2026-03-01"}, "The coalition began its work."),
        ("SomethingNew", {"a": 1}, "Something new."),
        ("FigureStated", {"metric": "written_by_an_older_version"}, "Figure stated."),
    ],
)
async def test_an_entry_is_a_sentence(kind: str, data: dict[str, Any], said: str) -> None:
    assert sentence(kind, data) == said


async def test_a_line_has_the_day_of_what_it_tells_and_says_who_recorded_it() -> None:
    told = line(
        entry("CompletionDeclared", {"treaty": "CCM", "article": "4", "state": "LAO", "declared_on": "2025-07"})
    )
    assert (told.on, told.actor, told.anchor) == ("2025-07", "the State Lao PDR", "3.1")


async def test_a_statement_without_any_day_stays_without_one() -> None:
    undated = {"statement": {"source": "https://www.example.org/", "stated_on": None}}
    assert line(entry("ObligationRegistered", undated)).on == ""
    assert line(entry("PledgeFulfilled", {})).on == "2026-11-21"


_UNTOLD = re.compile(r"\(\s*\)|\s[:.,;)]|\(\s|  |None|Project-Id|\{|“”|\.\.$|^[^A-Za-z“0-9]")
_WORDS = ("Word", "word", "12", "LAO", "USD", "2026-01-01")


@pytest.mark.parametrize("full", [False, True], ids=["with what it must have", "with everything"])
async def test_no_sentence_shows_that_something_was_left_blank(tmp_path: Path, full: bool) -> None:
    async with embedded_system(tmp_path) as system:
        kinds = {one for handler in system.handlers.values() for one in handler.codec.types if issubclass(one, Event)}
    told = {}
    for kind in kinds:
        schema = kind.model_json_schema(mode="serialization")
        data = _filled(schema, schema.get("$defs", {}), full)
        try:
            kind.model_validate(data)
        except ValidationError:
            continue  # a rule of the domain asks for more than its schema says
        told[kind.__name__] = SAY[kind.__name__](data)
    assert len(told) > len(kinds) / 2
    assert {name: said for name, said in told.items() if _UNTOLD.search(said)} == {}


def _filled(schema: Mapping[str, Any], known: Mapping[str, Any], full: bool) -> Any:
    """A value that fits: with everything that there may be, or with no more than there must."""
    if "$ref" in schema:
        return _filled(known[schema["$ref"].rpartition("/")[2]], known, full)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        may_be_none = any(one.get("type") == "null" for one in choices)
        return None if may_be_none and not full else _filled(choices[0], known, full)
    match schema.get("type"):
        case "object":
            return {name: _filled(one, known, full) for name, one in schema.get("properties", {}).items()}
        case "array":
            return [_filled(schema["items"], known, full)] if full or schema.get("minItems") else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case _text:
            return _text_for(schema, full)


def _text_for(schema: Mapping[str, Any], full: bool) -> str:
    if "format" in schema:
        return "2026-01-01" if schema["format"] == "date" else "2026-01-01T00:00:00Z"
    fitting = (
        one
        for one in (_WORDS if full else ("", *_WORDS))
        if schema.get("minLength", 0) <= len(one) <= schema.get("maxLength", 99)
        and re.search(schema.get("pattern", ""), one)
    )
    return next(fitting, "12")
