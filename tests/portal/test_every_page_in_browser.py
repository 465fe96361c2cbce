"""Every page and every form in a real browser: what a check of accessibility finds, what moves, what is blocked.

The pages are those of `who_may.py`, which holds every route of the site.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page, expect

from tests.portal.browsing import at_an_address, chromium
from tests.portal.every_page import FORMS, MOMENTS, PAGES, Place, reader
from tests.portal.roles_world import opened
from tests.portal.test_every_role import thing
from tests.system import embedded_system

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with embedded_system(tmp_path_factory.mktemp("browser")) as system:
        site = await opened(system)
        async with at_an_address(site.app) as address, chromium() as browser:
            yield Place(site, address, {}, browser)


async def looked_at(place: Place, person: str, path: str, status: int = 200) -> None:
    """Open it, and find nothing wrong: neither light nor dark, neither moving nor blocked."""
    page = await place.page(person)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "status of" not in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = await page.goto(place.address + place.site.address(path), wait_until="load")
    assert answer is not None
    assert answer.status == status
    assert await page.evaluate("window.moved") < 0.1
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    await page.evaluate(AXE)
    assert await amiss(page, "{resultTypes: ['violations']}") == []
    await page.emulate_media(color_scheme="dark")
    assert await amiss(page, "{resultTypes: ['violations'], runOnly: ['color-contrast']}") == []
    await page.set_viewport_size({"width": 360, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    # A policy that blocked something would have said so.
    assert said == []
    await page.close()


async def amiss(page: Page, how: str) -> list[tuple[str, str, list[str]]]:
    """Whatever axe finds, however small, with the first places of it."""
    found: dict[str, Any] = await page.evaluate(f"axe.run(document, {how})")
    return [
        (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found["violations"]
    ]


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_is_wrong_with_any_page(place: Place, path: str) -> None:
    person, status = reader(path)
    await looked_at(place, person, path, status)


@pytest.mark.parametrize(("path", "person"), FORMS)
async def test_nothing_is_wrong_with_any_form(place: Place, path: str, person: str) -> None:
    await looked_at(place, person, f"/do{thing(place.site, path)}")


@pytest.mark.parametrize(("person", "path", "status"), MOMENTS)
async def test_nothing_is_wrong_with_desks_and_hard_moments(place: Place, person: str, path: str, status: int) -> None:
    await looked_at(place, person, path, status)


async def test_every_form_answers_without_a_script(place: Place) -> None:
    silent = []
    windows = {who: await place.window(who, script=False) for who in {person for _, person in FORMS}}
    for path, person in FORMS:
        page = await windows[person].new_page()
        await page.goto(f"{place.address}/do{thing(place.site, path)}")
        async with page.expect_navigation() as sent:
            await page.locator(".buttons button").first.click()
        answer = await sent.value
        # Sent as it came: asked to check, told what is missing, refused by a rule, or done.
        if answer.status not in (200, 404, 409, 422) or not await page.locator("h1").count():
            silent.append((path, answer.status))
        if answer.status == 422:
            await expect(page.get_by_role("alert").first).to_be_visible()
        await page.close()
    for window in windows.values():
        await window.close()
    assert silent == []


_TO_BE_REACHED = """
window.reached = [];
window.meant = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter(one => !one.disabled && one.type !== 'hidden' && one.tabIndex >= 0 && one.getClientRects().length)
  .filter(one => !one.closest('details:not([open]) > :not(summary)'));
document.addEventListener('focusin', event => {
  const style = getComputedStyle(event.target);
  const isSeen = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  window.reached.push([window.meant.indexOf(event.target), isSeen]);
});
[window.meant.length, window.meant.filter(one => one.type === 'date').length]
"""


@pytest.mark.parametrize("path", PAGES)
async def test_everything_on_a_page_is_reached_in_its_order_by_keyboard_and_is_seen_to_be(
    place: Place, path: str
) -> None:
    person, _status = reader(path)
    page = await place.page(person)
    await page.goto(place.address + place.site.address(path), wait_until="load")
    count, dates = await page.evaluate(_TO_BE_REACHED)
    # A date has stops of its own for day, month and year, and one for its calendar.
    for _ in range(count + 3 * dates):
        await page.keyboard.press("Tab")
    reached: list[tuple[int, bool]] = (await page.evaluate("window.reached"))[:count]
    assert [place for place, _ in reached] == list(range(count))
    assert [place for place, seen in reached if not seen] == []
    await page.close()


async def test_a_state_asks_for_help_by_keyboard_alone(place: Place) -> None:
    window = await place.window("XXB")
    page = await window.new_page()
    await page.goto(f"{place.address}/desk")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    await reach(page, "Ask for assistance")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/do/requests/submission**")
    await reach(page, "Check and go on")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).to_contain_text("Please mend")
    # The list of what is wrong leads to each place.
    await reach(page, "Duties that the help is for")
    await page.keyboard.press("Enter")
    for name, keys in (
        ("content.obligations.0.treaty", "Conv"),
        ("content.obligations.0.article", "Article 4"),
        ("content.needs.0.line", "teams"),
        ("content.needs.0.kind", "Clear"),
        ("content.needs.0.amount.amount", "250000"),
        ("content.needs.0.amount.currency", "USD"),
    ):
        await reach_control(page, name)
        await page.keyboard.type(keys)
    await reach(page, "Check and go on")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("The request becomes public")
    await reach(page, "Publish the request")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The request is public.")
    listed = (await place.site.system.client().get("/requests?state=XXB")).json()["items"]
    assert [line["need"]["kind"] for line in listed[0]["lines"]] == ["clearance"]
    await window.close()


async def reach(page: Page, words: str) -> None:
    """Press Tab until that is where the focus is, which must be seen."""
    for _ in range(300):
        at = await page.evaluate("(document.activeElement.innerText || '').trim()")
        if at == words:
            seen = "getComputedStyle(document.activeElement)"
            assert await page.evaluate(f"{seen}.outlineStyle != 'none' || {seen}.boxShadow != 'none'")
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{words!r} cannot be reached by Tab")


async def reach_control(page: Page, name: str) -> None:
    """Press Tab until the focus is in the control of that name."""
    for _ in range(300):
        if await page.evaluate("document.activeElement.name || ''") == name:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by Tab")
