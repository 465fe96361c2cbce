"""Pictures of the pages: `python -m tests.portal.screenshots` writes those of the README into docs/images.

With `--all FOLDER` every page over the data of some States and a small story is taken at 1280 pixels, light and
dark, and at 360, with desks, forms and hard moments, to be looked at.
"""

import argparse
import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, StorageState

from deploy.serving import application
from shared.auth.caller import Caller, Role
from tests.portal import story
from tests.portal.browsing import at_an_address, chromium
from tests.portal.few import system_with
from tests.system import TestSystem

_STATES = frozenset({"MNE", "BIH", "LAO", "SRB", "ECU", "LBN", "SSD", "IRQ", "GNB", "COM", "AFG", "TGO"})
_README: tuple[tuple[str, str, int, int, bool], ...] = (
    # name, path, width, height, dark
    ("overview", "/?as_of=2017-12-20", 1280, 1000, False),
    ("state", "/states/BIH", 1280, 1000, False),
    ("duty", "/obligation/APMBC-BIH-5", 1280, 1000, True),
    ("phone", "/states/MNE?as_of=2017-12-20", 360, 760, False),
)
_MORE = ("/states/BIH", "/?as_of=2017-12-20", "/?as_of=2017-12-20&group=3", "/?as_of=soon", "/sign-in", "/subscribe")
_SIGNED_IN: tuple[tuple[Role, str, str], ...] = (
    ("isu", "", "/desk"),
    ("donor", story.DONOR, "/desk"),
    ("coordinator", "", "/desk"),
    ("state", "XXA", "/desk"),
    ("state", "XXA", "/do/requests/submission"),
    ("state", "XXA", f"/do/requests/{story.REQUEST}/revisions"),
    ("donor", story.DONOR, f"/do/pledges/announcement?request={story.REQUEST}&line=teams"),
    ("donor", story.DONOR, f"/do/pledges/{story.PLEDGE}/cancellation"),
    ("isu", "", f"/do/deadlines/obligations/{story.OBLIGATION}/figures"),
    ("coordinator", "", "/do/coalitions"),
    ("donor", story.DONOR, "/do/requests/submission"),
    ("isu", "", "/sessions"),
    ("public", "", "/desk"),
)
_SCREENS = ((1280, False), (1280, True), (360, False))


@asynccontextmanager
async def served() -> AsyncIterator[tuple[TestSystem, str, str]]:
    """A site with the rows of some States and a small story: the system, its address, the coalition's name."""
    with tempfile.TemporaryDirectory() as folder:
        async with system_with(Path(folder), _STATES) as system:
            coalition = await story.told(system)
            system.exercise = False  # the pictures of the README show what a real installation shows
            async with at_an_address(application(system)) as site:
                yield system, site, coalition


async def taken(
    browser: Browser, url: str, to: Path, width: int, height: int | None, dark: bool, known: StorageState | None = None
) -> None:
    """One picture; without a height the whole page. `known`: what the browser keeps of a sign-in."""
    context = await browser.new_context(
        viewport={"width": width, "height": height or 900},
        color_scheme="dark" if dark else "light",
        storage_state=known,
    )
    page = await context.new_page()
    await page.goto(url, wait_until="networkidle")
    await page.screenshot(path=to, full_page=height is None)
    await context.close()


async def entered(browser: Browser, site: str, code: str) -> StorageState:
    """What a browser keeps once somebody has signed in by a one-time link."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{site}/sign-in/{code}")
    await page.locator("main button").click()
    await page.wait_for_url(f"{site}/")
    kept = await context.storage_state()
    await context.close()
    return kept


async def run(everything: Path | None) -> None:
    """Take them."""
    async with served() as (system, site, coalition), chromium() as browser:
        if everything is None:
            folder = Path("docs/images")
            folder.mkdir(parents=True, exist_ok=True)
            for name, path, width, height, dark in _README:
                await taken(browser, site + path, folder / f"{name}.png", width, height, dark)
            return
        everything.mkdir(parents=True, exist_ok=True)
        public: list[tuple[Role, str, str]] = [("public", "", path) for path in (*story.pages_of(coalition), *_MORE)]
        known: dict[Role, StorageState | None] = {"public": None}
        for role, scope, path in (*public, *_SIGNED_IN):
            stem = re.sub(r"\W+", "-", f"{role}-{path}" if role != "public" else path).strip("-") or "overview"
            if role not in known:
                known[role] = await entered(browser, site, system.sign_in.issue(Caller("desk", role, scope)))
            for width, dark in _SCREENS:
                to = everything / f"{stem}-{width}-{'dark' if dark else 'light'}.png"
                await taken(browser, site + path, to, width, None, dark, known[role])


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, default=None, help="folder for a picture of every page")
    asyncio.run(run(parser.parse_args(arguments).all))


if __name__ == "__main__":
    main()
