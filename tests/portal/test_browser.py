"""The pages in a real browser: no serious accessibility violation, no sideways scrolling, nothing blocked."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page

from deploy.serving import application
from tests.portal import story
from tests.portal.browsing import at_an_address, chromium
from tests.portal.few import system_with

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PAST = (
    "/",
    "/?as_of=2017-12-20&treaty=CCM",
    "/?as_of=1900-01-01",
    "/?as_of=1997-01-01",
    "/states/BIH",
    "/history/deadlines/obligation-CCM-BIH-4",
)
"""Over the shipped data, with days of the past; every other page is looked at in `test_every_page_in_browser.py`."""
PATHS = (*PAST, *story.PAGES[1:])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator["Address"]:
    folder: Path = tmp_path_factory.mktemp("browser")
    async with system_with(folder) as system:
        coalition = await story.told(system)
        async with at_an_address(application(system)) as site:
            yield Address(site, coalition)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@dataclass(frozen=True)
class Address:
    """Where the site is, and the name of the coalition in its story."""

    site: str
    coalition: str

    def __add__(self, path: str) -> str:
        return self.site + path.replace("{coalition}", self.coalition)


async def opened(browser: Browser, url: str, width: int, dark: bool = False) -> tuple[Page, list[str]]:
    # The check itself is a script; a page of ours has none, so its policy is put aside for the check.
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", bypass_csp=True
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    await page.goto(url)
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page, complaints


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", PAST)
async def test_axe_finds_nothing_however_small(browser: Browser, address: Address, path: str, dark: bool) -> None:
    page, complaints = await opened(browser, address + path, 1280, dark)
    await page.add_script_tag(path=AXE_FILE_PATH)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    amiss = [
        (one["id"], one["impact"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found["violations"]
    ]
    assert amiss == []
    assert complaints == []
    await page.context.close()


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("path", PATHS)
async def test_it_can_be_read_without_scrolling_sideways(
    browser: Browser, address: Address, path: str, width: int
) -> None:
    page, _ = await opened(browser, address + path, width)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.context.close()


async def test_a_day_is_chosen_by_keyboard_and_stands_in_the_address(browser: Browser, address: Address) -> None:
    page, _ = await opened(browser, address + "/?treaty=CCM", 1280)
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
    await page.locator(".menu summary").first.focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("As of").fill("2017-12-20")
    await page.get_by_label("As of").press("Enter")
    await page.wait_for_url("**as_of=2017-12-20**")
    assert "treaty=CCM" in page.url
    assert "As of 20 December 2017." in await page.get_by_role("status").first.inner_text()
    await page.context.close()


async def test_a_filter_is_set_by_keyboard_and_stands_in_the_address(browser: Browser, address: Address) -> None:
    page, _ = await opened(browser, address + "/", 1280)
    await page.get_by_label("Treaty").select_option("CCM")
    await page.get_by_role("button", name="Show", exact=True).focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**treaty=CCM**")
    assert await page.get_by_label("Treaty").input_value() == "CCM"
    await page.context.close()


async def test_the_slash_leads_to_the_search_box_from_every_page(browser: Browser, address: Address) -> None:
    page = await browser.new_page()
    await page.goto(address + "/all/requests")
    await page.keyboard.press("/")
    await page.keyboard.type("teams")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search?q=teams**")
    assert "Request of Exercise State XXA" in await page.locator("main").inner_text()
    await page.close()


async def test_a_donor_finds_whom_to_help_without_any_script(browser: Browser, address: Address) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = await context.new_page()
    await page.goto(address + "/")
    await page.get_by_label("Treaty").select_option("CCM")
    await page.get_by_role("button", name="Show", exact=True).click()
    await page.get_by_role("link", name="Exercise State XXA", exact=True).first.click()
    await page.wait_for_url("**/states/XXA**")
    await page.get_by_role("link", name="Clear cluster munition remnants (CCM Article 4)").first.click()
    assert "How the score is made" in await page.locator("main").inner_text()
    await page.go_back()
    await page.get_by_role("link", name=re.compile("^Two teams")).click()
    assert "USD 500,000" in await page.locator("main").inner_text()
    await context.close()


async def test_nothing_moves_while_a_page_is_built(browser: Browser, address: Address) -> None:
    for path in ("/", "/states/BIH", "/all/requests"):
        page = await browser.new_page()
        await page.add_init_script(
            "window.moved = 0;"
            "new PerformanceObserver(list => list.getEntries().forEach(one => window.moved += one.value))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        await page.goto(address + path, wait_until="networkidle")
        assert await page.evaluate("window.moved") < 0.01, path
        await page.close()


async def test_a_printed_page_has_no_navigation_and_all_its_reasons(browser: Browser, address: Address) -> None:
    page = await browser.new_page()
    await page.goto(address + "/states/BIH")
    await page.emulate_media(media="print")
    assert not await page.locator("nav.pages").is_visible()
    assert not await page.locator(".find").is_visible()
    assert await page.locator(".card").first.is_visible()
    await page.close()


async def test_the_style_is_allowed_by_the_pages_own_policy(browser: Browser, address: Address) -> None:
    page = await browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(address + "/")
    assert await page.evaluate("getComputedStyle(document.querySelector('.groups a')).borderStyle") != "none"
    assert said == []
    await page.close()
