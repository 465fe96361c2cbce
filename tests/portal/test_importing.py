"""A table from outside: read, shown with what it would change, recorded whole or not at all, exactly once."""

import asyncio
import contextlib
import csv
import io
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp

from deploy.serving import application
from services.portal.importing import figures, reading
from tests.portal import story
from tests.portal.doing_world import SITE, Person, forms
from tests.portal.doing_world import said as words_of
from tests.system import TestSystem, embedded_system

HEADING = "treaty,article,metric,value,period,source,stated_on"
SOURCE = "https://www.example.org/report-2026"
GOOD = (
    HEADING,
    f"CCM,4,Area left,1500000,2025-12-31,{SOURCE},2026-05-01",
    f"CCM,4,cleared_m2,250000,2025,{SOURCE},2026-05-01",
    "CCM,4,remaining_contamination_m2,2900000,2024-12-31,https://www.example.org/other,2025-06-01",
)


@pytest_asyncio.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path) as told:
        await story.told(told)
        yield told


@pytest.fixture
def app(system: TestSystem) -> ASGIApp:
    return application(system)


@pytest_asyncio.fixture
async def state(system: TestSystem, app: ASGIApp) -> Person:
    return await Person(system, app).sign_in("state", "XXA")


async def send(person: Person, table: str | bytes, name: str = "figures.csv") -> httpx2.Response:
    """Send a table in as a browser does, and look where one is led."""
    form = next(one for one in forms(await person.look("/import")) if one.action == "/import")
    content = table if isinstance(table, bytes) else table.encode()
    return await person.browser.post(
        "/import",
        data={"_token": form.of("_token")},
        files={"table": (name, content, "text/csv")},
        headers={"Origin": SITE},
    )


async def press(person: Person, page: httpx2.Response, button: str) -> httpx2.Response:
    """Press a button of the page of a table."""
    form = next(one for one in forms(page) if one.action.startswith("/import/"))
    return await person.press(form, button)


async def told_figures(system: TestSystem, duty: str = "CCM-XXA-4") -> list[Mapping[str, str]]:
    """What is recorded of the duty."""
    await system.settle()
    async with system.client() as public:
        return [one["said"] for one in (await public.get(f"/deadlines/obligations/{duty}")).json()["figures"]]


async def test_a_table_is_shown_row_by_row_and_recorded_only_after_a_yes(system: TestSystem, state: Person) -> None:
    before = await told_figures(system)
    page = await send(state, "\r\n".join(GOOD))
    said = words_of(page)
    assert "All 3 rows are good." in said
    assert "1.5 km²" in said
    assert "New: nobody has said this yet." in said
    assert "Stands beside: 3 km² (example.org)" in said
    assert await told_figures(system) == before
    done = await press(state, page, "accept")
    assert "The table is recorded" in words_of(done)
    assert "Recorded now 3" in words_of(done)
    after = await told_figures(system)
    fresh = [one for one in after if one not in before]
    assert {(one["metric"], one["value"], one["period"]) for one in fresh} == {
        ("remaining_contamination_m2", "1500000", "2025-12-31"),
        ("cleared_m2", "250000", "2025"),
        ("remaining_contamination_m2", "2900000", "2024-12-31"),
    }
    assert len(after) == len(before) + 3


async def test_one_wrong_row_and_nothing_is_recorded(system: TestSystem, state: Person) -> None:
    before = await told_figures(system)
    wrong = (
        f"CCM,4,cleared_m2,1 500,2025,{SOURCE},",
        f"CCM,4,happiness,5,2025,{SOURCE},",
        f"CCM,4,cleared_m2,5,lately,{SOURCE},",
        "CCM,4,cleared_m2,5,2025,,",
        f"APMBC,5,cleared_m2,5,2025,{SOURCE},",
        f"CCM,4,cleared_m2,250000,2025,{SOURCE},2026-05-01",
        f"CCM,4,cleared_m2,260000,2025,{SOURCE},2026-05-01",
    )
    page = await send(state, "\n".join([*GOOD, *wrong]))
    said = words_of(page)
    assert "7 rows cannot be recorded, so nothing was." in said
    for line, words in (
        (5, "is no number here: write it like 1720000"),
        (6, "metric"),
        (7, "period"),
        (8, "source is needed"),
        (9, "APMBC-XXA-5 is not registered here"),
        (10, "says the same as line 3"),
        (11, "the same source says another value on line 3"),
    ):
        assert re.search(rf"Line {line} : [^;]*{re.escape(words)}", said), (line, words, said)
    assert 'value="accept"' not in page.text
    (form,) = [one for one in forms(page) if one.action.startswith("/import/")]
    await state.press(form, "accept")
    assert await told_figures(system) == before


async def test_a_state_tells_its_own_figures_and_nobody_elses(system: TestSystem, app: ASGIApp, state: Person) -> None:
    async with system.client("isu") as isu:
        body = {"treaty": "CCM", "state": "XXB", "article": "4", "statement": story.STATEMENT}
        assert (await isu.post("/deadlines/obligations/CCM-XXB-4", json=body)).status_code == 201
    await system.settle()
    table = f"state,{HEADING}\nXXB,CCM,4,cleared_m2,5,2025,{SOURCE},\n"
    assert "Only the State concerned" in words_of(await send(state, table))
    isu_desk = await Person(system, app).sign_in("isu")
    assert "1 row is good." in words_of(await send(isu_desk, table))
    assert "is needed: the three letters" in words_of(await send(isu_desk, f"{HEADING}\n{GOOD[1]}"))


async def test_the_same_table_twice_changes_nothing(system: TestSystem, state: Person) -> None:
    await press(state, await send(state, "\n".join(GOOD)), "accept")
    once = await told_figures(system)
    page = await send(state, "\n".join(GOOD))
    assert words_of(page).count("Nothing: it is recorded already.") == 3
    done = words_of(await press(state, page, "accept"))
    assert "Recorded now 0" in done
    assert "Were recorded already 3" in done
    assert await told_figures(system) == once


async def test_a_long_table_is_a_light_page_with_what_is_wrong_first(state: Person) -> None:
    rows = [f"CCM,4,cleared_m2,{n},2025-01,https://www.example.org/{n},2026-05-01" for n in range(1, 400)]
    page = await send(state, "\n".join([HEADING, *rows, f"CCM,4,cleared_m2,x,2025,{SOURCE},"]))
    assert len(page.content) < 100 * 1024
    assert "To be mended:" in words_of(page)
    assert "300 more rows stand in the whole table." in words_of(page)
    whole = await state.look(f"{page.url.path}/report.csv")
    assert len(list(csv.DictReader(io.StringIO(whole.content.decode("utf-8-sig"))))) == 400


async def test_a_double_click_records_each_row_once(system: TestSystem, state: Person) -> None:
    page = await send(state, "\n".join(GOOD))
    before = await told_figures(system)
    await press(state, page, "accept")
    await press(state, page, "accept")
    assert len(await told_figures(system)) == len(before) + 3


async def test_what_stops_on_the_way_is_kept_and_goes_on_without_doing_anything_twice(
    system: TestSystem, app: ASGIApp, state: Person
) -> None:
    rows = [f"CCM,4,cleared_m2,{n}00,20{n:02},{SOURCE},2026-05-01" for n in range(10, 26)]
    page = await send(state, "\n".join([HEADING, *rows]))
    before = await told_figures(system)
    store = system.services["deadlines"].kit.store
    await store.close()
    stopped = await press(state, page, "accept")
    said = words_of(stopped)
    assert "It stopped on the way" in said
    assert "0 of 16 rows are dealt with." in said
    assert "nothing is recorded twice" in said
    assert "stopped on the way: go on with it" in words_of(await state.look("/import"))
    # Begun again on the same files: what was accepted is still there.
    await system.stop()
    async with embedded_system(system.folder) as again:
        state = await Person(again, application(again)).sign_in("state", "XXA")
        done = await press(state, await state.look(stopped.url.path), "go-on")
        assert "The table is recorded" in words_of(done)
        assert len(await told_figures(again)) == len(before) + 16
        await state.look(stopped.url.path)
        assert len(await told_figures(again)) == len(before) + 16


async def test_a_table_that_takes_long_goes_on_by_itself_and_its_page_says_so(
    system: TestSystem, state: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.portal.importing.sending._PATIENCE", 0.05)
    page = await send(state, "\n".join(GOOD))
    before = await told_figures(system)
    with contextlib.closing(sqlite3.connect(system.folder / "deadlines" / "events.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        under_way = await press(state, page, "accept")
        said = words_of(under_way)
        assert "Being recorded" in said
        assert "0 of 3 rows are dealt with." in said
        assert "It stopped on the way" not in said
        assert 'http-equiv="refresh"' in under_way.text
        other.rollback()
    async with asyncio.timeout(60):
        while 'http-equiv="refresh"' in (done := await state.look(under_way.url.path)).text:
            await asyncio.sleep(0.02)
    assert "The table is recorded" in words_of(done)
    assert len(await told_figures(system)) == len(before) + 3


async def test_the_report_says_what_became_of_each_row_and_runs_no_formula(system: TestSystem, state: Person) -> None:
    formula = '"=HYPERLINK(""http://evil.example"")"'
    page = await send(state, f"{HEADING},note\nCCM,4,cleared_m2,5,2025,{formula},,<script>alert(1)</script>\n")
    assert "<script>alert(1)" not in page.text
    done = await press(state, page, "accept")
    report = await state.look(f"{done.url.path}/report.csv")
    (row,) = csv.DictReader(io.StringIO(report.content.decode("utf-8-sig")))
    assert row["outcome"] == "recorded"
    assert row["link"].startswith("deadlines/obligation-CCM-XXA-4@")
    assert row["source"] == '\'=HYPERLINK("http://evil.example")'
    again = await send(state, f"{HEADING},note\nCCM,4,cleared_m2,5,2025,{formula.replace('=', chr(39) + '=')},,x\n")
    assert "All" not in words_of(again) or "Stands beside" in words_of(again)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04" + b"x" * 50, "This is a workbook, not a CSV file."),
        ("treaty;article".encode("utf-16"), "The file is saved as UTF-16."),
        (f"{HEADING}\nCCM,4,\xe4".encode("latin-1"), "Line 2 holds a character that is not UTF-8."),
        (f"{HEADING}\nCCM,4,\0".encode(), "This is no text."),
        (f"{HEADING},salary\n".encode(), "columns that are not known here: salary"),
        (f"{HEADING},note,note\n".encode(), "a column twice: note"),
        (b"treaty,article\nCCM,4\n", "lacks columns that are needed: metric, value, period, source"),
        (f"{HEADING}\n".encode(), "There is no row below the heading."),
        (f'{HEADING}\nCCM,4,"x'.encode(), "Line 2 is not a row of a table"),
        (f"{HEADING}\n{'a,' * 30}".encode(), "Line 2 has more cells than the heading has columns."),
        (f"{HEADING}\n{'x' * 3000}".encode(), "longer than 2000 characters"),
        ((HEADING + "\n" + "CCM,4\n" * 501).encode(), "There are more than 500 rows."),
        (b"x" * 500_001, "The file is larger than 500 kB."),
    ],
)
async def test_what_is_no_table_is_refused_in_words(state: Person, table: bytes, why: str) -> None:
    page = await send(state, table)
    assert page.status_code == 422
    assert why in words_of(page)
    assert 'role="alert"' in page.text


async def test_a_pasted_table_with_semicolons_is_read_too_and_can_be_left(system: TestSystem, state: Person) -> None:
    before = await told_figures(system)
    form = next(one for one in forms(await state.look("/import")) if one.action == "/import")
    pasted = "\ufeff" + GOOD[0].replace(",", ";") + "\r\n" + GOOD[1].replace(",", ";")
    data = {"_token": form.of("_token"), "pasted": pasted}
    page = await state.browser.post(
        "/import", data=data, files={"table": ("", b"", "application/octet-stream")}, headers={"Origin": SITE}
    )
    assert "1 row is good." in words_of(page)
    gone = await press(state, page, "discard")
    assert gone.url.path == "/import"
    assert (await state.look(page.url.path)).status_code == 404
    assert await told_figures(system) == before


async def test_who_may_not_record_figures_is_told_who_may(system: TestSystem, app: ASGIApp, state: Person) -> None:
    page = await send(state, "\n".join(GOOD))
    for role, scope, status in (
        ("donor", "XXM", 403),
        ("coordinator", "", 403),
        ("state", "XXB", 404),
        ("isu", "", 404),
    ):
        other = await Person(system, app).sign_in(role, scope)  # type: ignore[arg-type]
        for path in (page.url.path, f"{page.url.path}/report.csv"):
            assert (await other.look(path)).status_code == status, (role, path)
    nobody = Person(system, app)
    assert (await nobody.look("/import")).status_code == 401
    assert (await nobody.post("/import", [])).status_code == 401


async def test_a_table_sent_by_another_site_is_not_taken(system: TestSystem, state: Person) -> None:
    form = next(one for one in forms(await state.look("/import")) if one.action == "/import")
    file = {"table": ("a.csv", "\n".join(GOOD).encode(), "text/csv")}
    for data, origin in (({"_token": form.of("_token")}, "https://evil.example"), ({"_token": "x"}, SITE), ({}, SITE)):
        answer = await state.browser.post("/import", data=data, files=file, headers={"Origin": origin})
        assert answer.status_code == 403
    page = await send(state, "\n".join(GOOD))
    answer = await state.browser.post(page.url.path, data={"_step": "accept"}, headers={"Origin": SITE})
    assert answer.status_code == 403
    assert not [one for one in await told_figures(system) if one["statement"]["source"] == SOURCE]  # type: ignore[index]


@given(st.binary(max_size=2_000) | st.text(max_size=1_000).map(lambda text: f"{HEADING}\n{text}".encode()))
def test_whatever_bytes_come_are_rows_or_a_reason(content: bytes) -> None:
    try:
        rows = reading.read(content, figures.COLUMNS, figures.NEEDED)
    except reading.NotATable as reason:
        assert str(reason)
        return
    assert rows
    found = figures.understood(rows, "XXA")
    assert [one.line for one in found] == [row.line for row in rows]
    assert [one.line for one in found] == sorted({one.line for one in found})


async def test_a_file_too_large_for_the_site_is_refused_on_a_page(system: TestSystem, state: Person) -> None:
    before = await told_figures(system)
    page = await send(state, "\n".join([*GOOD, "x" * 3_000_000]))
    assert page.status_code == 413
    assert page.headers["content-type"].startswith("text/html")
    assert "That is more than this site takes at once: a megabyte." in words_of(page)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert await told_figures(system) == before
