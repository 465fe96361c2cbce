"""Empty, missing, forbidden, stale, broken, signed out, not now: what each says, and that it says what to do.

Conflict stands in `test_doing.py` (two people revise the same request) and in the stories of the browser.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.serving import application
from services.portal.frame import Frame
from services.portal.reading import in_process
from services.portal.service import pages
from shared.http import problems
from tests.portal import story
from tests.portal.doing_world import Person
from tests.portal.doing_world import said as words_of
from tests.system import TestSystem, embedded_system

LISTS = {
    "/all/requests": "A State publishes its request itself, or the ISU records it.",
    "/all/pledges": "A donor announces its pledge itself, or the ISU records it.",
    "/all/donors": "A donor names itself, or the ISU records it.",
    "/all/coalitions": "A coordinator proposes one, and the affected State must consent.",
    "/all/meetings": "The ISU or a coordinator puts it in the calendar.",
    "/states": "No State Party is recorded by that day.",
    "/sources": "article6 import",
}


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path) as system:
        await story.told(system)
        yield system


def client(app: ASGIApp) -> httpx2.AsyncClient:
    """A browser that is not signed in."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://article6.test")


async def test_empty_says_what_would_stand_here_and_how_it_gets_here(tmp_path: Path) -> None:
    async with embedded_system(tmp_path) as system, client(application(system)) as http:
        for path, how in LISTS.items():
            said = words_of(await http.get(path))
            assert "Nothing here yet" in said, path
            assert how in said, path


async def test_missing_is_no_zero_and_says_whom_to_tell(told: TestSystem) -> None:
    async with client(application(told)) as http, told.client("isu") as isu:
        duty = {"treaty": "CCM", "state": "XXA", "article": "3", "statement": story.STATEMENT}
        assert (await isu.post("/deadlines/obligations/CCM-XXA-3", json=duty)).status_code == 201
        await told.settle()
        page = await http.get("/obligation/CCM-XXA-3")
        assert "Left not stated by any source we hold ( tell us )" in words_of(page)
        assert 'href="/tell-us?about=CCM-XXA-3"' in page.text
        said = words_of(await http.get("/tell-us?about=CCM-XXA-3"))
        for part in ("It does not mean zero", "Exercise State XXA", "The State itself, for its own duties", "The ISU"):
            assert part in said
        for about in ("CCM-ZZZ-3", "nonsense", "<script>", "CCM-XXA-3/../.."):
            other = await http.get("/tell-us", params={"about": about})
            assert other.status_code == 200
            assert "<script>" not in other.text
    own = await Person(told, application(told)).sign_in("state", "XXA")
    page = await own.look("/tell-us?about=CCM-XXA-3")
    assert "You can, here:" in words_of(page)
    assert re.search(r'href="/do/[^"]*CCM-XXA-3[^"]*figures', page.text)
    donor = await Person(told, application(told)).sign_in("donor", "XXM")
    assert "The State itself, for its own duties" in words_of(await donor.look("/tell-us?about=CCM-XXA-3"))


async def test_forbidden_says_who_may_and_what_one_may_see_instead(told: TestSystem) -> None:
    app = application(told)
    page = await (await Person(told, app).sign_in("donor", "XXM")).look("/do/requests/submission")
    assert page.status_code == 403
    said = words_of(page)
    assert "This can be done by" in said
    assert "What was published you can read as everybody does." in said
    assert "ask the ISU for the right role" in said
    async with client(app) as http:
        nobody = await http.get("/desk")
    assert nobody.status_code == 401
    assert 'href="/sign-in' in nobody.text


@asynccontextmanager
async def held_up(system: TestSystem) -> AsyncIterator[None]:
    """While it lasts, insights takes nothing of what deadlines records."""
    consumer = system.services["insights"].kit._consumers["deadlines"]
    async with consumer.paused():
        yield


async def record_a_figure(system: TestSystem) -> None:
    """A new figure, and wait until it has reached those who cannot take it."""
    duty = {"treaty": "CCM", "state": "XXA", "article": "4"}
    figure = {"metric": "remaining_contamination_m2", "value": "900000", "unit": "m2", "period": "2025-12-31"}
    async with system.client("isu") as isu:
        path = f"/deadlines/obligations/{story.OBLIGATION}/figures"
        answer = await isu.post(path, json={**duty, **figure, "statement": story.STATEMENT})
        assert answer.status_code == 201, answer.text
        async with asyncio.timeout(60):
            while not (await isu.get("/insights/operations/freshness")).json()["waiting"]:
                await asyncio.sleep(0.01)


async def test_stale_says_how_far_behind_the_figures_are_and_when_to_look_again(told: TestSystem) -> None:
    async with held_up(told):
        await record_a_figure(told)
        told.clock.turn(timedelta(seconds=12))
        async with client(application(told)) as http:
            page = await http.get("/states/XXA?lang=en")
            said = words_of(page)
            assert "The figures are 12 seconds behind." in said
            assert "What was recorded last is safe, and not counted here yet. Look again in 12 seconds:" in said
            assert '<a href="/states/XXA?lang=en">load this page again</a>' in page.text
            assert "Area left: 0.9 km²" not in said
            assert "seconds behind" not in words_of(await http.get("/all/requests"))
    await told.settle()
    async with client(application(told)) as http:
        after = words_of(await http.get("/states/XXA"))
        assert "seconds behind" not in after
        assert "Area left: 0.9 km²" in after
        fresh = (await http.get("/insights/operations/freshness")).json()
    assert fresh == {"waiting": 0, "behind_seconds": 0.0}


async def test_a_moment_of_lag_is_not_worth_a_word(told: TestSystem) -> None:
    async with held_up(told):
        await record_a_figure(told)
        told.clock.turn(timedelta(seconds=1))
        async with client(application(told)) as http:
            assert "behind" not in words_of(await http.get("/states/XXA"))
    await told.settle()


def broken_services() -> FastAPI:
    """Services that answer nothing but that something broke."""
    app = FastAPI()
    problems.install(app)

    @app.get("/{anything:path}")
    async def breaks(anything: str) -> None:
        raise RuntimeError(f"secret of {anything}")

    return app


@pytest.mark.parametrize("path", ["/", "/states/XXA", "/all/requests", "/breaks"])
async def test_broken_gives_a_number_to_quote_and_says_that_nothing_is_lost(path: str) -> None:
    async def breaks(_request: Request) -> Response:
        raise RuntimeError("secret of a page")

    frame = Frame(in_process(broken_services()))
    async with client(pages(frame, [Route("/breaks", breaks)])) as http:
        pages_seen = [await http.get(path) for _ in range(2)]
    for page in pages_seen:
        said = words_of(page)
        assert page.status_code == 500
        assert "Something broke here" in said
        assert "Nothing that was acknowledged is lost." in said
        assert "Nothing that you entered elsewhere is lost." in said
        assert "secret" not in page.text
    numbers = [re.findall(r"Please quote (\S+) when", words_of(page)) for page in pages_seen]
    assert all(len(found) == 1 for found in numbers)
    assert numbers[0] != numbers[1]


async def test_what_cannot_be_reached_now_is_no_fault_and_can_be_tried_again(told: TestSystem) -> None:
    app = application(told)
    await told.services["requests"].kit.documents.close()
    async with client(app) as http:
        page = await http.get("/all/requests")
        other = await http.get("/all/pledges")
    assert (page.status_code, other.status_code) == (503, 200)
    said = words_of(page)
    assert "Not at this moment" in said
    assert "Load the page again in a few seconds." in said
    assert "Nothing that you entered elsewhere is lost." in said


async def test_a_page_that_is_not_there_leads_on(told: TestSystem) -> None:
    async with client(application(told)) as http:
        page = await http.get("/no/such/page")
    assert page.status_code == 404
    assert "There is no page at this address. The overview leads to everything that there is." in words_of(page)
