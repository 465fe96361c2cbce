"""A document that no longer says what its events say is found, and made anew."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Article6
from tests.coalitions.words import propose
from tests.system import TestSystem, embedded_system

PAGES = "coalitions/coalition_pages"
FIRST = "doc_coalition_pages_v2"


async def written(folder: Path) -> None:
    """Three coalitions, and everything that listens has heard of them."""
    async with embedded_system(folder) as system:
        for state in ("MNE", "LAO", "BIH"):
            body = propose(state).model_dump(mode="json")
            assert (await system.client("coordinator").post("/coalitions", json=body)).status_code == 201
        await system.settle()
        for service in system.services.values():
            await service.kit.stop_following()


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await written(tmp_path / "data")
    return tmp_path / "data"


def documents(folder: Path) -> list[tuple[str, str]]:
    """Those that are read."""
    with sqlite3.connect(folder / "coalitions" / "views.db") as connection:
        name = "SELECT body ->> '$.generation' FROM doc_aliases WHERE id = 'coalition_pages_v2'"
        (generation,) = connection.execute(name).fetchone() or (1,)
        table = FIRST if generation == 1 else f"{FIRST}_g{generation}"
        found = connection.execute(f"SELECT id, body FROM {table} ORDER BY id").fetchall()  # noqa: S608 - ours
    connection.close()
    return found


def alter(folder: Path, change: str) -> None:
    with sqlite3.connect(folder / "coalitions" / "views.db") as connection:
        assert connection.execute(change.replace("ONE_", ONE).replace("TABLE_", FIRST)).rowcount >= 1
    connection.close()


ONE = "WHERE id = (SELECT min(id) FROM TABLE_)"
FAULTS = {
    "UPDATE TABLE_ SET body = replace(body, 'Finish clearance.', 'x') ONE_": "differs from its events in purpose",
    "UPDATE TABLE_ SET body = json_set(body, '$.state', 'QQQ') ONE_": "the fields it is found by",
    "UPDATE TABLE_ SET body = json_set(body, '$.v', 9) ONE_": "has seen commit 9, the events end at 1",
    "UPDATE TABLE_ SET body = json_set(body, '$.v', 0) ONE_": "was told up to commit 1 and shows 0",
    "DELETE FROM TABLE_ ONE_": "was told up to commit 1 and shows 0",
    "INSERT INTO TABLE_ VALUES ('invented', 1, '{\"v\": 1, \"doc\": null}')": "the events end at 0",
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_every_difference_is_named_and_mended(folder: Path, fault: str) -> None:
    before = documents(folder)
    assert (await compared(folder)) == []
    alter(folder, fault)
    (difference,) = await compared(folder)
    assert difference.startswith(f"{PAGES}/")
    assert FAULTS[fault] in difference
    spoilt = documents(folder)
    merely_behind = "DELETE" in fault or "v', 0" in fault
    assert (await rebuilt(folder))[0] == ("live" if merely_behind else "differs")
    assert (documents(folder) == spoilt) is not merely_behind
    assert (await rebuilt(folder, accept=True))[0] == "live"
    assert (await compared(folder), documents(folder)) == ([], before)


async def compared(folder: Path) -> list[str]:
    from deploy.cli.rebuilding import _compared

    found = await _compared(folder)
    assert all(one.made for one in found)
    return [line for one in found for line in one.differences]


async def rebuilt(folder: Path, accept: bool = False) -> tuple[str, list[tuple[int, int]]]:
    """With nothing running: how it ended, and what was told of it on the way."""
    steps: list[tuple[int, int]] = []
    system = TestSystem(folder)
    try:
        kit = system.services["coalitions"].kit
        told = await kit.rebuild("coalition_pages", lambda done, total: steps.append((done, total)), accept=accept)
    finally:
        await system.stop()
    return told.stage, steps


async def test_it_tells_how_far_it_is(folder: Path) -> None:
    stage, steps = await rebuilt(folder)
    assert (stage, steps[-1]) == ("live", (3, 3))


async def test_it_is_made_anew_under_a_running_service_too(folder: Path) -> None:
    before = documents(folder)
    async with embedded_system(folder) as system:
        told = await system.services["coalitions"].kit.rebuild("coalition_pages")
        assert (told.stage, told.generation) == ("live", 2)
        assert await compared(folder) == []
    assert documents(folder) == before


def test_both_by_command_on_the_whole_shipped_data(article6: Article6, copied: Path) -> None:
    told = article6("check-views", "--data", copied)
    assert (told.exit_code, "says what its events say" in told.stdout) == (0, True), told.output
    with sqlite3.connect(copied / "insights" / "views.db") as connection:
        tables = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'doc_parties_v_'")
        ]
        connection.execute(f"DELETE FROM {tables[0]} WHERE id LIKE '%LAO'")  # noqa: S608 - ours
    connection.close()
    found = article6("check-views", "--data", copied, "--json")
    assert (found.exit_code, json.loads(found.stdout)["same"]) == (1, False)
    made = article6("rebuild", "insights/parties", "--data", copied)
    assert (made.exit_code, "They are read now." in made.stdout) == (0, True), made.output
    assert article6("check-views", "--data", copied).exit_code == 0
    dropped = article6("rebuild", "insights/parties", "--drop-old", "--data", copied)
    assert (dropped.exit_code, "generation 1 removed" in dropped.stdout) == (0, True), dropped.output
    assert article6("check-views", "--data", copied).exit_code == 0
    refused = article6("rebuild", "insights/nothing", "--data", copied)
    assert refused.exit_code == 1
    assert "insights/parties" in refused.stderr
