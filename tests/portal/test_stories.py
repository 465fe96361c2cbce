"""Stories in a real browser: each who works here does what they came for, and others see what they may."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page, expect

from deploy.exercise.play import play
from deploy.serving import application
from shared.auth.caller import Caller, Role
from tests.portal.browsing import at_an_address, chromium
from tests.system import TestSystem, embedded_system

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PLACES: tuple[tuple[Role, str, str], ...] = (
    ("isu", "", "/desk"),
    ("donor", "XXM", "/desk"),
    ("coordinator", "", "/desk"),
    ("state", "XXA", "/desk"),
    ("state", "XXA", "/do/requests/submission"),
    ("state", "XXA", "/do/requests/exercise-XXA/revisions"),
    ("donor", "XXM", "/do/pledges/announcement?request=exercise-XXA&line=clearance"),
    ("donor", "XXM", "/do/pledges/donors/XXM/profile"),
    ("isu", "", "/do/deadlines/obligations/CCM-XXA-4/figures"),
    ("isu", "", "/do/deadlines/parties"),
    ("coordinator", "", "/do/coalitions"),
    ("coordinator", "", "/sessions"),
    ("coordinator", "", "/drafts"),
    ("coordinator", "", "/sign-out"),
    ("public", "", "/sign-in"),
    ("public", "", "/do/requests/submission"),
)


class Place:
    """The served exercise and a browser before it."""

    def __init__(self, system: TestSystem, address: str, browser: Browser) -> None:
        self.system = system
        self.address = address
        self.browser = browser

    async def person(
        self, role: Role = "public", scope: str = "", script: bool = True, width: int = 1280, checked: bool = False
    ) -> Page:
        """Somebody at a window of their own, signed in by a one-time link."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, bypass_csp=checked
        )
        page = await context.new_page()
        page.set_default_timeout(30_000)
        if role != "public":
            code = self.system.sign_in.issue(Caller("desk", role, scope))
            await page.goto(f"{self.address}/sign-in/{code}")
            await page.locator("main button").click()
        return page

    async def go(self, page: Page, path: str) -> None:
        """Open a page of the site."""
        await page.goto(self.address + path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    folder: Path = tmp_path_factory.mktemp("stories")
    async with embedded_system(folder) as system:
        await play(system)
        await system.settle()
        async with at_an_address(application(system)) as site, chromium() as browser:
            yield Place(system, site, browser)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def test_the_isu_records_a_report_and_it_is_missing_no_more(place: Place) -> None:
    page = await place.person("isu")
    await place.go(page, "/desk")
    line = page.locator("#reports li", has_text="Exercise State XXF: Article 7 reports (CCM)")
    await expect(line).to_contain_text("2 missing: 2024, 2025")
    await line.get_by_role("link", name="Record an Article 7 report").click()
    await expect(page.get_by_label("Which report")).to_have_value("annual")
    await page.get_by_label("Year that it covers").fill("2025")
    await page.get_by_label("Source", exact=True).fill("Letter of the permanent mission")
    await press(page, "Record the report")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The report was recorded.")
    await place.go(page, "/desk")
    line = page.locator("#reports li", has_text="Exercise State XXF: Article 7 reports (CCM)")
    await expect(line).to_contain_text("1 missing: 2024")
    await page.context.close()


async def test_a_state_drafts_without_a_script_publishes_and_revises_a_request(place: Place) -> None:
    page = await place.person("state", "XXB", script=False)
    await place.go(page, "/do/requests/R-story/submission")
    await page.locator("[name='content.obligations.0.treaty']").select_option("CCM")
    await page.locator("[name='content.obligations.0.article']").select_option("4")
    await page.locator("[name='content.needs.0.line']").fill("teams")
    await press(page, "Keep for later")
    await place.go(page, "/drafts")
    await page.get_by_role("link", name="Ask for assistance").click()
    await press(page, "Check and go on")
    await expect(page.get_by_role("alert")).to_contain_text("Choose one.")
    await page.get_by_role("alert").get_by_role("link", name="Kind of help").click()
    await page.locator("[name='content.needs.0.kind']").select_option("clearance")
    await press(page, "Add another need")
    await page.locator("[name='content.needs.1.line']").fill("training")
    await page.locator("[name='content.needs.1.kind']").select_option("training")
    await page.locator("[name='content.needs.0.amount.amount']").fill("200,000")
    await page.locator("[name='content.needs.0.amount.currency']").fill("usd")
    await press(page, "Check and go on")
    await expect(page.locator("main")).to_contain_text("The request becomes public")
    await press(page, "Publish the request")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The request is public.")
    await place.go(page, "/do/requests/R-story/revisions")
    await expect(page.locator("[name='content.needs.0.line']")).to_have_value("teams")
    await page.get_by_label("Why", exact=True).fill("Prices rose")
    await page.locator("[name='content.needs.0.amount.amount']").fill("260000")
    await press(page, "Check and go on")
    await press(page, "Publish the revision")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The request was revised.")
    request = (await place.system.client().get("/requests/R-story")).json()
    assert [line["need"]["line"] for line in request["lines"]] == ["teams", "training"]
    assert request["lines"][0]["open"]["amount"] == "260000.00"
    await page.context.close()


async def test_two_donors_pledge_at_once_and_one_gets_surplus_back(place: Place) -> None:
    state = await place.person("state", "XXC")
    north, south = await place.person("donor", "XXM"), await place.person("donor", "XXN")
    body = {
        "content": {
            "state": "XXC",
            "obligations": [{"treaty": "APMBC", "article": "5"}],
            "needs": [{"line": "survey", "kind": "survey", "amount": {"amount": "100000", "currency": "USD"}}],
        }
    }
    client = place.system.client("state", "XXC")
    assert (await client.post("/requests/R-two/submission", json=body)).status_code == 201
    await place.system.settle()
    for page, amount in ((north, "70000"), (south, "60000")):
        await place.go(page, "/do/pledges/announcement?request=R-two&line=survey")
        assert "What is open of this need" in await page.locator("main").inner_text()
        await page.locator("[name='terms.amount.amount']").fill(amount)
        await press(page, "Check and go on")
    await asyncio.gather(press(north, "Announce the pledge"), press(south, "Announce the pledge"))
    for page in (north, south):
        await expect(page.get_by_role("heading", level=1)).to_have_text("The pledge is public.")
    await place.system.settle()
    await place.go(state, "/desk")
    await expect(state.locator("#requests")).to_contain_text("R-two")
    request = (await place.system.client().get("/requests/R-two")).json()
    assert request["status"] == "met"
    returned = [one["amount"]["amount"] for one in request["returned"]]
    assert returned == ["30000.00"]
    second = request["returned"][0]["pledge"]
    page = north if second.startswith("XXM") else south
    await place.go(page, "/desk")
    await expect(page.locator("#returned")).to_contain_text("USD 30,000 came back and is free")
    for page in (state, north, south):
        await page.context.close()


async def test_a_coordinator_proposes_and_nothing_begins_before_the_state_consents(place: Place) -> None:
    coordinator, state = await place.person("coordinator"), await place.person("state", "XXB")
    await place.go(coordinator, "/desk")
    line = coordinator.locator("#possible li", has_text="Exercise State XXB")
    await line.get_by_role("link", name="Propose a coalition").click()
    await coordinator.get_by_label("What it is to achieve").fill("Finish the last district together")
    await coordinator.get_by_label("Proposed by").fill("Coordinators on cooperation")
    await press(coordinator, "Check and go on")
    await press(coordinator, "Propose the coalition")
    await expect(coordinator.get_by_role("heading", level=1)).to_have_text("The coalition is proposed.")
    await coordinator.get_by_role("link", name="Invite a member").click()
    await coordinator.get_by_label("Name", exact=True).fill("Exercise Donor North")
    await coordinator.locator("[name='member']").fill("XXM")
    await coordinator.get_by_label("As what").select_option("donor")
    await press(coordinator, "Invite")
    await expect(coordinator.get_by_role("heading", level=1)).to_have_text("The member is invited.")
    await place.go(state, "/desk")
    message = state.locator("#messages li", has_text="Finish the last district together")
    await expect(message).to_contain_text("nothing begins without your consent")
    await message.get_by_role("link", name="Consent").click()
    await state.get_by_label("Authority that consents").fill("National Mine Action Centre")
    await press(state, "Check and go on")
    await press(state, "Consent")
    await expect(state.get_by_role("heading", level=1)).to_have_text("Your State consents.")
    page = (await place.system.client().get("/coalitions?state=XXB")).json()
    (found,) = [one for one in page["items"] if one["purpose"] == "Finish the last district together"]
    assert found["consent"]["by"] == "National Mine Action Centre"
    await place.go(coordinator, "/desk")
    waiting = coordinator.locator("#consents li", has_text="Coalition for Exercise State XXB")
    await expect(waiting.last).to_contain_text("the answer of Exercise Donor North")
    for one in (coordinator, state):
        await one.context.close()


async def standing(place: Place) -> dict[str, Any]:
    """How the ranking has the duty of XXA to clear."""
    rows = (await place.system.client().get("/insights/near-completion")).json()["rows"]
    return next(one for row in rows for one in (row, *row["others"]) if one["id"] == "CCM-XXA-4")


async def test_a_new_figure_changes_the_ranking_which_says_why(place: Place) -> None:
    public, state = await place.person(), await place.person("state", "XXA")
    before = await standing(place)
    await place.go(state, "/do/deadlines/obligations/CCM-XXA-4/figures?metric=remaining_contamination_m2")
    assert "Stated last:" in await state.locator("main").inner_text()
    await state.get_by_label("What is counted").select_option("remaining_contamination_m2")
    await state.get_by_label("Unit").select_option("m2")
    await state.get_by_label("Number").fill("150,000")
    await state.get_by_label("For which day or period").fill("2026-10-31")
    await state.get_by_label("Source", exact=True).fill("Progress report of the national authority")
    await state.get_by_label("When the source said it").fill("2026-11-15")
    await press(state, "Report the figure")
    await expect(state.get_by_role("heading", level=1)).to_have_text("The figure was recorded.")
    after = await standing(place)
    assert float(after["remaining"]) == 150_000
    assert after["score"] > before["score"]
    await place.go(public, "/")
    await expect(public.locator("main")).to_contain_text("0.15 km² left")
    for one in (public, state):
        await one.context.close()


async def test_the_public_sees_what_it_may_and_no_more(place: Place) -> None:
    page = await place.person()
    body = {"content": {"state": "XXD", "obstacle": "Not yet for others"}}
    assert (
        await place.system.client("state", "XXD").post("/requests/secret-draft/draft", json=body)
    ).status_code == 201
    for path, status in (
        ("/desk", 401),
        ("/drafts", 401),
        ("/do/requests/secret-draft/submission", 401),
        ("/do/requests/exercise-XXA/revisions", 401),
        ("/request/secret-draft", 404),
    ):
        answer = await page.goto(place.address + path)
        assert answer is not None
        assert answer.status == status, path
        assert "Not yet for others" not in await page.content()
        await expect(page.locator("main")).to_be_visible()
    await page.context.close()


async def test_what_is_typed_is_kept_by_itself_and_two_people_lose_nothing(place: Place) -> None:
    mine, theirs = await place.person("state", "XXA"), await place.person("isu")
    for page in (mine, theirs):
        await place.go(page, "/do/requests/exercise-XXA/revisions")
    await mine.get_by_label("Why", exact=True).fill("A bridge was washed away")
    assert "Filled in for you: as published." in await mine.locator("main").inner_text()
    await mine.locator("details.rest > summary").click()
    await mine.get_by_label("Places").fill("East district\nNorth district")
    await expect(mine.locator("#kept")).to_contain_text("Kept as your draft")
    await theirs.get_by_label("Why", exact=True).fill("The State wrote to us")
    await theirs.get_by_label("What stands in the way").fill("Floods in the East")
    await press(theirs, "Check and go on")
    await press(theirs, "Publish the revision")
    await expect(theirs.get_by_role("heading", level=1)).to_have_text("The request was revised.")
    await place.go(mine, "/do/requests/exercise-XXA/revisions")
    await expect(mine.get_by_label("Why", exact=True)).to_have_value("A bridge was washed away")
    await press(mine, "Check and go on")
    await press(mine, "Publish the revision")
    await expect(mine.get_by_role("heading", level=1)).to_have_text("Somebody else was first")
    await expect(mine.locator("main")).to_contain_text("Request revised")
    await expect(mine.locator("main")).to_contain_text("A bridge was washed away")
    await expect(mine.locator("main")).to_contain_text("North district")
    await press(mine, "Send mine as it is, on top of theirs")
    await expect(mine.get_by_role("heading", level=1)).to_have_text("The request was revised.")
    shown = (await place.system.client().get("/requests/exercise-XXA")).json()
    # She changed the places; he had changed what stands in the way, which she never touched.
    assert shown["content"]["places"][-1] == "North district"
    assert shown["content"]["obstacle"] == "Floods in the East"
    assert [one["reason"] for one in shown["revisions"]][-2:] == ["The State wrote to us", "A bridge was washed away"]
    for page in (mine, theirs):
        await page.context.close()


@pytest.mark.parametrize(("role", "scope", "path"), PLACES)
async def test_forms_and_desks_are_for_everybody_on_every_screen(
    place: Place, role: Role, scope: str, path: str
) -> None:
    page = await place.person(role, scope, width=360, checked=True)
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    await place.go(page, path)
    await page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    for width, dark in ((360, False), (1280, True)):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme="dark" if dark else "light")
        await page.add_script_tag(path=AXE_FILE_PATH)
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        amiss = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found["violations"]]
        assert amiss == [], path
    assert said == []
    await page.context.close()
