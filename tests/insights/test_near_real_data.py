"""The shipped data through the whole system: what a donor would have read on a day of the past."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from tests.system import TestSystem, embedded_system

VIENNA = "2017-12-20"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    folder: Path = tmp_path_factory.mktemp("shipped")
    async with embedded_system(folder) as running:
        made = await plan(running, shipped_data(), known_tables())
        await write(running, made)
        await running.settle()
        yield running


async def rows_on(system: TestSystem, day: str) -> dict[str, dict[str, Any]]:
    """Every row of the day by its obligation."""
    async with system.client() as anybody:
        answer = await anybody.get("/insights/near-completion", params={"as_of": day})
    assert answer.status_code == 200
    rows = [one for row in answer.json()["rows"] for one in (row, *row["others"])]
    return {row["id"]: row for row in rows}


@pytest.mark.asyncio(loop_scope="module")
async def test_montenegro_stands_in_the_first_group_with_what_was_known_then(system: TestSystem) -> None:
    row = (await rows_on(system, VIENNA))["CCM-MNE-4"]
    assert (row["group"], row["to_be_confirmed"], row["score"]) == (1, True, 80.1)
    assert row["remaining"] == "1720000"
    assert row["deadline_in_force"] == "2020-08-01"
    assert row["reasons"][1]["text"] == "Nothing released in 2015 and 2016."
    assert row["reasons"][2]["text"] == "Deadline 1 August 2020, in 2 years 7 months."
    assert row["answered"] is False
    everything = str(row)
    assert not any(
        str(year) in everything.replace("2020-08-01", "").replace("August 2020", "") for year in (2018, 2019, 2021)
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_no_row_rests_on_what_was_said_later(system: TestSystem) -> None:
    for row in (await rows_on(system, VIENNA)).values():
        asked = [line["asked_on"] for line in row["help"]]
        assert all(day <= VIENNA for day in asked)
        assert row["status_on"][:4] <= "2017"
        assert row["reasons"]


@pytest.mark.asyncio(loop_scope="module")
async def test_states_that_left_or_finished_are_not_ranked_today(system: TestSystem) -> None:
    rows = await rows_on(system, "2026-11-21")
    assert not {"CCM-MNE-4", "CCM-BIH-4", "CCM-HRV-4", "CCM-MOZ-4"} & set(rows)
    assert not [row for row in rows.values() if row["state"] == "LTU"]
    # Nigeria declared in 2011 and was opened again by later finds (APMBC 5).
    assert "APMBC-NGA-5" in rows


@pytest.mark.asyncio(loop_scope="module")
async def test_signatories_never_appear(system: TestSystem) -> None:
    assert not [id_ for id_ in await rows_on(system, VIENNA) if id_.startswith(("CCM-SRB", "CCM-UKR", "CCM-KHM"))]
