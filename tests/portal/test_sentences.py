"""Every kind of entry that is published has its sentence, and the sentence says what the entry says."""

import json
from pathlib import Path
from typing import Any

import pytest

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
