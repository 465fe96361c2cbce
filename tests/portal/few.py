"""A running system with the shipped rows of a few States: quick to load, and real."""

import csv
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from tests.system import TestSystem, embedded_system

FEW = frozenset({"MNE", "BIH", "LAO", "SRB"})
_WHOSE = ("iso3", "recipient_iso3", "affected_iso3")


@asynccontextmanager
async def system_with(folder: Path, states: Collection[str] = FEW) -> AsyncIterator[TestSystem]:
    """Start it, load those States' rows and what belongs to no State, and stop it whatever happens."""
    tables = folder / "tables"
    tables.mkdir()
    for entry in shipped_data().iterdir():
        if entry.name.endswith(".csv"):
            _copy(entry.read_text(encoding="utf-8"), tables / entry.name, states)
    async with embedded_system(folder / "data") as system:
        await write(system, await plan(system, tables, known_tables()))
        await system.settle()
        yield system


def _copy(text: str, to: Path, states: Collection[str]) -> None:
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    with to.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        for row in rows:
            column = next((name for name in _WHOSE if name in row), "")
            if not column or row[column] in states:
                out.writerow(row)
