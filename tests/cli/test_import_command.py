"""`article6 import` as people meet it: what it says, and that one wrong cell stops everything."""

import csv
import json
from pathlib import Path

import pytest

from deploy.importing.shipped import shipped_data
from tests.cli.conftest import Article6


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Two small tables of the shipped data."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in ("coalitions.csv", "world_support.csv"):
        (folder / name).write_bytes((shipped_data() / name).read_bytes())
    return folder


def rows(table: Path) -> int:
    with table.open(newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def test_it_counts_what_is_new_and_what_is_there_already(article6: Article6, tables: Path, tmp_path: Path) -> None:
    count = sum(rows(table) for table in tables.iterdir())
    first = article6("import", tables, "--data", tmp_path / "data")
    assert first.exit_code == 0, first.output
    assert f"{count} rows new, 0 already there." in first.stdout
    again = article6("import", tables, "--data", tmp_path / "data")
    assert f"0 rows new, {count} already there." in again.stdout


def test_a_dry_run_writes_nothing_not_even_a_folder(article6: Article6, tables: Path, tmp_path: Path) -> None:
    result = article6("import", tables, "--data", tmp_path / "data", "--dry-run", "--json")
    assert json.loads(result.stdout)["files"]["coalitions.csv"] == {"new": rows(tables / "coalitions.csv"), "known": 0}
    assert not (tmp_path / "data").exists()


def test_every_mistake_is_named_with_file_row_and_column_and_nothing_is_written(
    article6: Article6, tables: Path, tmp_path: Path
) -> None:
    table = tables / "world_support.csv"
    lines = table.read_text().splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[1], "-5")
    lines[2] = lines[2].rpartition(",")[0] + ","
    table.write_text("\n".join([*lines, ""]))
    result = article6("import", tables, "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert "world_support.csv:2:international_support_usd_million: " in result.stderr
    assert "world_support.csv:3:source: must not be blank" in result.stderr
    assert "2 mistakes; nothing was written" in result.stderr
    assert not (tmp_path / "data").exists()


def test_at_most_fifty_mistakes_are_listed_and_the_rest_counted(
    article6: Article6, tables: Path, tmp_path: Path
) -> None:
    with (tables / "coalitions.csv").open("a") as file:
        file.writelines("too,short\n" for _ in range(60))
    result = article6("import", tables, "--data", tmp_path / "data")
    assert result.stderr.count("has 2 cells") == 50
    assert "… and 10 more" in result.stderr


def test_a_table_that_is_not_known_is_named_with_those_that_are(
    article6: Article6, tables: Path, tmp_path: Path
) -> None:
    (tables / "clearence.csv").write_text("a,b\n")
    result = article6("import", tables, "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert "clearence.csv: no such table is known; there are" in result.stderr


def test_a_folder_without_tables_and_no_folder_at_all_are_told_apart(article6: Article6, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = article6("import", tmp_path / "empty", "--data", tmp_path / "data")
    assert "empty: holds no table" in empty.stderr
    missing = article6("import", tmp_path / "missing", "--data", tmp_path / "data")
    assert "is no folder" in missing.stderr
    assert (empty.exit_code, missing.exit_code) == (1, 1)
