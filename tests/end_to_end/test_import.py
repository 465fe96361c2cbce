"""The whole shipped data: every row becomes its statement, once, or nothing is written at all."""

import csv
import io
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.embedded import EmbeddedSystem
from deploy.importing.plan import Plan, plan
from deploy.importing.problems import TablesRefused
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from shared.clock import TurnableClock
from tests.system import A_DAY_IN_2026


@asynccontextmanager
async def at_rest(folder: Path) -> AsyncIterator[EmbeddedSystem]:
    """A system that reads and writes but follows nothing yet, as an import finds it."""
    system = EmbeddedSystem(folder, TurnableClock(A_DAY_IN_2026))
    try:
        for service in system.services.values():
            await service.kit.open()
        yield system
    finally:
        await system.stop()


async def taken_in(folder: Path, tables: Path) -> Plan:
    async with at_rest(folder) as system:
        planned = await plan(system, tables, known_tables())
        await write(system, planned)
        return planned


async def commits(folder: Path) -> Counter[str]:
    """How many commits each service holds."""
    async with at_rest(folder) as system:
        return Counter({name: await store.end() for name, store in system.stores.items()})


def rows_by_table(tables: Path) -> dict[str, int]:
    return {
        table.name: sum(1 for row in csv.reader(io.StringIO(table.read_text())) if row) - 1
        for table in tables.iterdir()
    }


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the shipped tables, to spoil."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for entry in shipped_data().iterdir():
        if entry.name.endswith(".csv"):
            (folder / entry.name).write_bytes(entry.read_bytes())
    return folder


async def test_every_table_that_ships_is_known_and_every_row_is_new_once(tables: Path, tmp_path: Path) -> None:
    expected = rows_by_table(tables)
    first = await taken_in(tmp_path / "data", tables)
    assert first.new == expected
    assert sum(first.known.values()) == 0
    stored = await commits(tmp_path / "data")
    assert sum(stored.values()) == first.steps

    again = await taken_in(tmp_path / "data", tables)
    assert sum(again.new.values()) == 0
    assert again.known == first.new
    assert await commits(tmp_path / "data") == stored


async def test_imported_facts_are_statements_and_never_acts(tables: Path, tmp_path: Path) -> None:
    await taken_in(tmp_path / "data", tables)
    async with at_rest(tmp_path / "data") as system:
        kinds = Counter[str]()
        for store in system.stores.values():
            for commit in await store.scan(0, 100_000):
                assert commit.actor == "system:import"
                kinds.update(event.type for event in commit.events)
    acts = {
        "RequestSubmitted", "RequestDrafted", "PledgeAnnounced", "CoalitionProposed", "ExtensionRequestLodged",
        "CompletionDeclared", "ReportReceived", "DonorRegistered",
    }  # fmt: skip
    assert not acts & set(kinds)
    assert kinds["AssistanceRecorded"] > 1_000
    assert kinds["FigureStated"] > 400


async def test_everything_is_followed_and_nothing_is_parked(tables: Path, tmp_path: Path) -> None:
    await taken_in(tmp_path / "data", tables)
    async with EmbeddedSystem(tmp_path / "data", TurnableClock(A_DAY_IN_2026)) as system:
        await system.settle()
        for service in system.services.values():
            assert service.kit.parking.all() == []
            assert not service.kit.failing()


async def test_planning_writes_nothing(tables: Path, tmp_path: Path) -> None:
    async with at_rest(tmp_path / "data") as system:
        planned = await plan(system, tables, known_tables())
    assert planned.steps > 4_000
    assert sum((await commits(tmp_path / "data")).values()) == 0


async def test_each_bad_cell_is_named_by_row_and_column_and_every_table_stays_out(tables: Path, tmp_path: Path) -> None:
    bad = [
        ("iso3", "QQQQ", "ISO 3166-1"),
        ("value", "-1", "zero or more"),
        ("value", "NaN", "not a plain number"),
        ("value", "lots", "not a plain number"),
        ("period", "2020-13", "not a date"),
        ("metric", "happiness", ""),
        ("treaty", "NPT", ""),
        ("source", "", "must not be blank"),
        ("note", "a\x07b", "control character"),
        ("note", "a\0b", "NUL"),
    ]
    table = tables / "clearance.csv"
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    for row, (column, cell, _) in zip(rows[10:], bad, strict=False):
        row[column] = cell
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(TablesRefused) as refused:
        await taken_in(tmp_path / "data", tables)
    found = refused.value.problems
    assert [(one.file, one.row, one.column) for one in found] == [
        ("clearance.csv", number, column) for number, (column, _, _) in enumerate(bad, start=12)
    ]
    for problem, (_, _, why) in zip(found, bad, strict=True):
        assert why in problem.why
    assert sum((await commits(tmp_path / "data")).values()) == 0


async def test_a_bad_cell_in_the_last_table_keeps_the_first_ones_out_too(tables: Path, tmp_path: Path) -> None:
    last = known_tables()[-1].file
    text = (tables / last).read_text().rstrip("\n")
    (tables / last).write_text(text.rpartition(",")[0] + ",\n")
    with pytest.raises(TablesRefused, match="1 mistake; nothing was written"):
        await taken_in(tmp_path / "data", tables)
    assert sum((await commits(tmp_path / "data")).values()) == 0


async def test_a_cell_of_ten_megabytes_is_refused_and_nothing_is_written(tables: Path, tmp_path: Path) -> None:
    with (tables / "world_support.csv").open("a") as file:
        file.write('2025,1,1,2025,,"' + "x" * 10_000_000 + '"\n')
    with pytest.raises(TablesRefused) as refused:
        await taken_in(tmp_path / "data", tables)
    (line,) = refused.value.lines()
    assert line.startswith("world_support.csv:")
    assert "far more than 8,000 characters" in line
    assert sum((await commits(tmp_path / "data")).values()) == 0


async def test_a_row_that_was_added_later_is_the_only_new_one(tables: Path, tmp_path: Path) -> None:
    await taken_in(tmp_path / "data", tables)
    more = tmp_path / "more"
    shutil.copytree(tables, more)
    with (more / "clearance.csv").open("a") as file:
        file.write("CCM,LAO,2025,cleared_m2,1000,,2026-03,,https://example.org/report\n")
    planned = await taken_in(tmp_path / "data", more)
    assert {file: count for file, count in planned.new.items() if count} == {"clearance.csv": 1}
