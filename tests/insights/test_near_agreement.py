"""One closing rule: the ranking and the deadlines service say the same of every obligation of the shipped data."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from services.deadlines.domain import obligation_events as events
from services.insights.facts import obligation_fold
from services.insights.near.closing import CLOSED, FINISHED, OPEN, closing
from services.insights.near.known import Lens
from services.insights.readings import deadlines as readings
from shared.dates import PartialDate, Period
from shared.heard import Heard
from shared.provenance import Statement
from tests.deadlines.duties import CLUSTER_CLEARANCE, CLUSTER_STOCK, MINE_CLEARANCE, MINE_STOCK, standing
from tests.system import TestSystem, embedded_system

MEASURED = {("CCM", "3"), ("CCM", "4"), ("APMBC", "4"), ("APMBC", "5")}
MEANS = {
    "open": OPEN,
    "overdue": OPEN,
    "overdue_request_pending": OPEN,
    "reopened": OPEN,
    "work_finished_not_declared": FINISHED,
    "declared": CLOSED,
    "ended": CLOSED,
}
LISTED_WITHOUT_A_DAY = ("APMBC-HND-5", "APMBC-MKD-5", "APMBC-CRI-5", "APMBC-SUR-5")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    folder: Path = tmp_path_factory.mktemp("agreement")
    async with embedded_system(folder) as running:
        made = await plan(running, shipped_data(), known_tables())
        await write(running, made)
        await running.settle()
        yield running


async def statuses(system: TestSystem) -> dict[str, str]:
    """What /deadlines says today of every measured duty."""
    found: dict[str, str] = {}
    cursor: str | None = None
    async with system.client() as anybody:
        while True:
            asked = {"limit": 200} | ({"cursor": cursor} if cursor else {})
            answer = await anybody.get("/deadlines/obligations", params=asked)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for one in page["items"]:
                if (one["treaty"], one["article"]) in MEASURED:
                    found[one["id"]] = one["status"]
            cursor = page["next"]
            if not cursor:
                return found


async def ranked(system: TestSystem) -> dict[str, dict[str, Any]]:
    """The rows of today."""
    async with system.client() as anybody:
        rows = (await anybody.get("/insights/near-completion")).json()["rows"]
    return {one["id"]: one for row in rows for one in (row, *row["others"])}


async def bound(system: TestSystem) -> set[tuple[str, str]]:
    """Treaty and State of every party that the ranking knows today."""
    async with system.client() as anybody:
        states = (await anybody.get("/insights/states")).json()["states"]
    return {(treaty, one["state"]) for one in states for treaty in one["treaties"]}


@pytest.mark.asyncio(loop_scope="module")
async def test_the_ranking_and_the_deadlines_agree_on_every_duty_of_the_shipped_data(system: TestSystem) -> None:
    rows, parties = await ranked(system), await bound(system)
    told = {id_: how for id_, how in (await statuses(system)).items() if tuple(id_.split("-")[:2]) in parties}
    assert len(told) > 100
    said_here = {
        id_: CLOSED if id_ not in rows else FINISHED if rows[id_]["one_declaration_away"] else OPEN for id_ in told
    }
    assert said_here == {id_: MEANS[how] for id_, how in told.items()}


@pytest.mark.asyncio(loop_scope="module")
async def test_both_say_of_the_same_passed_deadlines_that_a_request_waits(system: TestSystem) -> None:
    rows, told = await ranked(system), await statuses(system)
    passed = {id_ for id_, row in rows.items() if row["deadline_passed"] and told.get(id_, "").startswith("overdue")}
    assert passed == {id_ for id_, how in told.items() if how.startswith("overdue") and id_ in rows}
    waits = {id_ for id_ in passed if rows[id_]["request_pending"]}
    assert waits == {id_ for id_ in passed if told[id_] == "overdue_request_pending"}
    assert "CCM-LAO-4" in waits


@pytest.mark.asyncio(loop_scope="module")
async def test_more_time_granted_without_a_date_we_read_leaves_no_date_in_force(system: TestSystem) -> None:
    rows, told = await ranked(system), await statuses(system)
    row = rows["APMBC-AGO-5"]
    assert (row["deadline_in_force"], row["deadline_passed"], told["APMBC-AGO-5"]) == (None, False, "open")
    words = [one["text"] for one in row["reasons"]]
    assert "More time was granted at 22MSP; the new date was not read." in words


@pytest.mark.asyncio(loop_scope="module")
async def test_an_extension_that_a_source_only_speaks_of_accuses_nobody(system: TestSystem) -> None:
    rows, told = await ranked(system), await statuses(system)
    assert (rows["CCM-DEU-4"]["deadline_passed"], told["CCM-DEU-4"]) == (False, "open")
    assert "a source speaks of an extension to 1 August 2025" in str(rows["CCM-DEU-4"]["reasons"])
    assert "more time was not approved at 22MSP" in str(rows["APMBC-TJK-5"]["reasons"])


@pytest.mark.asyncio(loop_scope="module")
async def test_a_state_listed_as_done_without_a_day_is_accused_of_nothing(system: TestSystem) -> None:
    rows, told = await ranked(system), await statuses(system)
    assert not set(LISTED_WITHOUT_A_DAY) & set(rows)
    assert {told[id_] for id_ in LISTED_WITHOUT_A_DAY} == {"declared"}


@pytest.mark.asyncio(loop_scope="module")
async def test_clearance_said_to_be_finished_waits_for_its_declaration_however_long(system: TestSystem) -> None:
    rows = await ranked(system)
    for id_ in ("APMBC-DJI-5", "APMBC-MNE-5", "CCM-ALB-4", "CCM-ZMB-4"):
        assert rows[id_]["one_declaration_away"]
        assert rows[id_]["reasons"][0]["text"].startswith("Work is said to be finished (")
        assert rows[id_]["reasons"][0]["text"].endswith("; we have read no declaration.")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_word_such_as_residual_opens_no_declared_duty(system: TestSystem) -> None:
    assert "APMBC-TUN-5" not in await ranked(system)


@pytest.mark.asyncio(loop_scope="module")
async def test_area_found_or_left_after_a_declaration_opens_the_duty_in_both(system: TestSystem) -> None:
    assert "APMBC-MOZ-5" in await ranked(system)
    assert (await statuses(system))["APMBC-MOZ-5"] == "reopened"


DAYS = st.dates(date(2015, 1, 1), date(2018, 12, 31))


@st.composite
def stories(draw: st.DrawFn) -> list[events.ObligationEvent]:
    """Anything that finishes, closes or opens one duty, in any order, with days as exact as sources have them."""
    duty = dict(draw(st.sampled_from([CLUSTER_CLEARANCE, MINE_CLEARANCE, CLUSTER_STOCK, MINE_STOCK])))
    statement = Statement(source="State", stated_on=PartialDate("2019-06-01"))

    def written() -> PartialDate:
        return PartialDate(draw(DAYS).isoformat()[: draw(st.sampled_from([4, 7, 10]))])

    def perhaps() -> PartialDate | None:
        return written() if draw(st.booleans()) else None

    def one() -> events.ObligationEvent:
        match draw(st.integers(0, 8)):
            case 0:
                return events.CompletionStated(
                    **duty, completed_on=perhaps(), declared_on=perhaps(), statement=statement
                )
            case 1:
                word = draw(st.sampled_from(["completed", "unclear", "not_on_track"]))
                return events.StatusStated(**duty, status=word, as_of=Period(written()), statement=statement)
            case 2 | 3:
                metric = draw(st.sampled_from(["remaining_contamination_m2", "remaining_cha_m2", "cleared_m2"]))
                value = Decimal(draw(st.integers(0, 1)))
                period = Period(written())
                return events.FigureStated(
                    **duty, metric=metric, value=value, unit="m2", period=period, statement=statement
                )
            case 4:
                return events.LaterFindStated(**duty, found_on=written(), statement=statement)
            case 5:
                granted = draw(st.sampled_from([True, False, None]))
                return events.ExtensionRequestStated(
                    **duty, lodged_on=perhaps(), decided_on=perhaps(), granted=granted, statement=statement
                )
            case 6:
                return events.CompletionDeclared(**duty, declared_on=draw(DAYS), meeting="", statement=statement)
            case 7:
                return events.WorkFinished(**duty, finished_on=draw(DAYS), statement=statement)
            case _:
                decided_on, outcome = draw(DAYS), draw(st.sampled_from(["granted", "not_approved"]))
                until = date(2025, 1, 1) if outcome == "granted" else None
                return events.ExtensionDecided(
                    **duty,
                    sequence=1,
                    outcome=outcome,
                    body="10MSP",
                    mode="meeting",
                    decided_on=decided_on,
                    granted_until=until,
                    statement=statement,
                )

    return [one() for _ in range(draw(st.integers(1, 6)))]


@given(stories())
@settings(max_examples=400, deadline=None)
def test_whatever_is_told_in_whatever_order_both_services_say_the_same(story: list[events.ObligationEvent]) -> None:
    document = None
    for seq, event in enumerate(story, start=1):
        reading = getattr(readings, type(event).__name__).model_validate(event.model_dump(mode="json"))
        stream = f"obligation-{event.duty_id}"
        at = datetime(2019, 7, 1, tzinfo=UTC)
        heard = Heard(event=reading, topic="deadlines", stream=stream, seq=seq, n=1, at=at, actor="isu:desk")
        document = obligation_fold.fold(document, heard)
    assert document is not None
    today = date(2026, 11, 21)
    assert closing(document, Lens(today)).how == MEANS[standing(*story).status(today)]
