"""Insights over HTTP: typed answers, problems that name the field, and what is kept until something changes."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from tests.portal.few import system_with
from tests.system import TestSystem

pytestmark = pytest.mark.asyncio(loop_scope="module")
VIENNA = "2017-12-20"
QUESTIONS = (
    "near-completion",
    "ask-next",
    "possible-coalitions",
    "backtest",
    "states",
    "states/MNE",
    "calendar",
    "statistics",
    "statistics/2016",
    "gaps",
    "unsupported",
    "late-reports",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    folder: Path = tmp_path_factory.mktemp("few")
    async with system_with(folder) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def anybody(system: TestSystem) -> AsyncIterator[httpx2.AsyncClient]:
    async with system.client() as client:
        yield client


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_question_can_be_asked_of_today_and_of_a_past_day(
    anybody: httpx2.AsyncClient, question: str
) -> None:
    for day in ({}, {"as_of": VIENNA}, {"as_of": "1997-01-01"}, {"as_recorded": "2026-11-21"}):
        answer = await anybody.get(f"/insights/{question}", params=day)
        nothing_known = question == "states/MNE" and day.get("as_of") == "1997-01-01"
        assert answer.status_code == (404 if nothing_known else 200), answer.text


@pytest.mark.parametrize("day", ["1996-12-31", "2201-01-01"])
@pytest.mark.parametrize("name", ["as_of", "as_recorded"])
async def test_a_day_that_nobody_can_ask_about_is_refused_by_name(
    anybody: httpx2.AsyncClient, name: str, day: str
) -> None:
    for question in QUESTIONS:
        answer = await anybody.get(f"/insights/{question}", params={name: day})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == name


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("near-completion?treaty=NPT", 422),
        ("near-completion?region=Atlantis", 422),
        ("near-completion?group=6", 422),
        ("near-completion?limit=0", 422),
        ("near-completion?donor=nobody", 404),
        ("near-completion?as_of=yesterday", 422),
        ("states/ZZZZ", 422),
        ("states/FRA", 404),
        ("calendar?first=2020-01-01&last=2019-01-01", 422),
        ("calendar?first=2200-01-01&months=120", 200),
        ("statistics/1900", 422),
    ],
)
async def test_what_cannot_be_answered_gets_a_problem(anybody: httpx2.AsyncClient, path: str, status: int) -> None:
    answer = await anybody.get(f"/insights/{path}")
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"]


async def test_montenegro_of_december_2017_is_told_with_reasons_and_links(anybody: httpx2.AsyncClient) -> None:
    answer = (await anybody.get("/insights/near-completion", params={"as_of": VIENNA, "treaty": "CCM"})).json()
    every = [one for top in answer["rows"] for one in (top, *top["others"])]
    row = next(one for one in every if one["id"] == "CCM-MNE-4")
    assert row["deadline_in_force"] == "2020-08-01"
    assert row["reasons"]
    for reason in row["reasons"]:
        topic, _, event = reason["link"].partition("/")
        history = await anybody.get(f"/{topic}/history/{event.partition('@')[0]}")
        assert reason["link"] in {one["link"] for one in history.json()["events"]}


async def test_a_part_of_the_list_keeps_the_counts_of_the_whole(anybody: httpx2.AsyncClient) -> None:
    whole = (await anybody.get("/insights/near-completion")).json()
    first = (await anybody.get("/insights/near-completion", params={"limit": 1})).json()
    assert len(first["rows"]) == 1
    assert first["groups"] == whole["groups"]
    group = whole["rows"][-1]["group"]
    some = (await anybody.get("/insights/near-completion", params={"group": group})).json()
    assert {row["group"] for row in some["rows"]} == {group}


async def test_the_table_has_a_line_for_each_obligation(anybody: httpx2.AsyncClient) -> None:
    answer = await anybody.get("/insights/near-completion.csv", params={"as_of": VIENNA})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    rows = (await anybody.get("/insights/near-completion", params={"as_of": VIENNA})).json()["rows"]
    assert len(lines) == sum(1 + len(row["others"]) for row in rows)
    assert {line["state"] for line in lines} == {row["state"] for row in rows}


async def test_before_anything_was_recorded_the_system_had_been_told_nothing(anybody: httpx2.AsyncClient) -> None:
    answer = (await anybody.get("/insights/near-completion", params={"as_recorded": "2026-11-20"})).json()
    assert answer["rows"] == []
    told = (await anybody.get("/insights/near-completion", params={"as_recorded": "2026-11-21"})).json()
    assert told["as_recorded"]
    assert told["rows"]


async def test_as_recorded_by_now_and_asked_of_a_day_equals_as_of_that_day(anybody: httpx2.AsyncClient) -> None:
    both = await anybody.get("/insights/near-completion", params={"as_of": VIENNA, "as_recorded": "2026-11-21"})
    live = await anybody.get("/insights/near-completion", params={"as_of": VIENNA})
    assert both.json() == live.json()


async def test_a_supposed_declaration_takes_the_row_away_and_stores_nothing(anybody: httpx2.AsyncClient) -> None:
    before = (await anybody.get("/insights/near-completion")).json()
    row = next(one for one in before["rows"] if one["article"] in ("4", "5"))
    supposed = {"kind": "declaration", **{name: row[name] for name in ("state", "treaty", "article", "clock")}}
    answer = await anybody.post("/insights/what-if", json={"suppositions": [supposed]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["supposed"]
    every = [one["id"] for top in answer.json()["rows"] for one in (top, *top["others"])]
    assert row["id"] not in every
    assert (await anybody.get("/insights/near-completion")).json() == before


async def test_without_suppositions_what_if_is_the_answer_itself(anybody: httpx2.AsyncClient) -> None:
    nothing = await anybody.post("/insights/what-if", json={"suppositions": []})
    assert nothing.json() == (await anybody.get("/insights/near-completion")).json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "miracle"},
        {"kind": "declaration", "state": "MNE", "treaty": "NPT", "article": "4"},
        {"kind": "declaration", "state": "MNE", "treaty": "CCM", "article": "6"},
        {"kind": "declaration", "state": "NOWHERE", "treaty": "CCM", "article": "4"},
    ],
)
async def test_a_supposition_about_no_treaty_article_or_state_is_refused(
    anybody: httpx2.AsyncClient, wrong: dict[str, str]
) -> None:
    assert (await anybody.post("/insights/what-if", json={"suppositions": [wrong]})).status_code == 422


async def test_the_settings_say_every_number_and_the_day(anybody: httpx2.AsyncClient) -> None:
    answer = (await anybody.get("/insights/settings")).json()
    assert answer["today"] == "2026-11-21"
    assert answer["settings"]["weights"]["work_left"] == 30
    assert [one["group"] for one in answer["groups"]] == [1, 2, 3, 4, 5]


async def test_statistics_of_2016_show_what_the_isu_printed_beside_our_own_count(anybody: httpx2.AsyncClient) -> None:
    answer = (await anybody.get("/insights/statistics/2016", params={"as_of": VIENNA})).json()
    measures = {one["name"]: one for one in answer["measures"]}
    assert [one["value"] for one in measures["annual_rate"]["printed"]] == ["82"]
    assert [one["value"] for one in measures["requesting"]["printed"]] == ["13"]
    assert measures["requesting"]["own"]["caution"]


async def test_a_new_fact_shows_at_once_to_whoever_shows_its_token(system: TestSystem) -> None:
    need = {
        "treaty": "CCM",
        "state": "LAO",
        "article": "4",
        "basis": "asked",
        "kind": "survey",
        "what": "survey of four provinces",
        "amount": {"amount": "900000.00", "currency": "USD"},
        "year_from": 2026,
        "year_to": 2027,
        "statement": {"source": "a letter to the Coordinators", "stated_on": "2026-11-20"},
    }
    async with system.client("isu") as isu:
        before = (await isu.get("/insights/gaps", params={"state": "LAO"})).json()["stated_needs"]
        receipt = await isu.post("/requests/needs", json=need)
        assert receipt.status_code == 201, receipt.text
        token = receipt.json()["token"]
        rows = (await isu.get("/insights/near-completion", params={"treaty": "CCM", "after": token})).json()["rows"]
        after = (await isu.get("/insights/gaps", params={"state": "LAO", "after": token})).json()["stated_needs"]
    told = [line["what"] for row in rows for one in (row, *row["others"]) for line in one["help"]]
    assert "survey of four provinces" in told
    assert next(one for one in after if one not in before)["what"] == "survey of four provinces"


async def test_a_new_day_is_a_new_answer(system: TestSystem) -> None:
    now = system.clock.now()
    async with system.client() as anybody:
        before = (await anybody.get("/insights/near-completion")).json()["on"]
        system.clock.set(datetime(2026, 11, 22, 12, tzinfo=UTC))
        try:
            after = (await anybody.get("/insights/near-completion")).json()["on"]
        finally:
            system.clock.set(now)
    assert (before, after) == ("2026-11-21", "2026-11-22")
