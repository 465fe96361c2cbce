"""Pictures of the pages: `python -m tests.portal.screenshots` writes those of the README into docs/images.

With `--all FOLDER` every page of the shipped data and of the exercise is taken at 1280 and 360 pixels, light
and dark, to be looked at.
"""

import argparse
import asyncio
import re
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from playwright.async_api import Browser, async_playwright

from deploy.serving import application
from tests.portal import story
from tests.portal.few import system_with
from tests.portal.test_browser import CHROMIUM

_STATES = frozenset({"MNE", "BIH", "LAO", "SRB", "ECU", "LBN", "SSD", "IRQ", "GNB", "COM", "AFG", "TGO"})
_README: tuple[tuple[str, str, int, int, bool], ...] = (
    # name, path, width, height, dark
    ("overview", "/?as_of=2017-12-20", 1280, 1000, False),
    ("state", "/states/BIH", 1280, 1000, False),
    ("duty", "/obligation/APMBC-BIH-5", 1280, 1000, True),
    ("phone", "/states/MNE?as_of=2017-12-20", 360, 760, False),
)


@asynccontextmanager
async def served() -> AsyncIterator[tuple[str, str]]:
    """A site with the rows of some States and a small story, and the name of its coalition."""
    with tempfile.TemporaryDirectory() as folder:
        async with system_with(Path(folder), _STATES) as system:
            coalition = await story.told(system)
            system.exercise = False  # the pictures of the README show what a real installation shows
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                free.listen()
                config = uvicorn.Config(application(system), lifespan="off", ws="none", log_level="warning")
                server = uvicorn.Server(config)
                serving = asyncio.create_task(server.serve([free]))
                while not server.started:
                    await asyncio.sleep(0.02)
                yield f"http://127.0.0.1:{free.getsockname()[1]}", coalition
                server.should_exit = True
                await serving


async def taken(browser: Browser, url: str, to: Path, width: int, height: int | None, dark: bool) -> None:
    """One picture; without a height the whole page."""
    context = await browser.new_context(
        viewport={"width": width, "height": height or 900}, color_scheme="dark" if dark else "light"
    )
    page = await context.new_page()
    await page.goto(url, wait_until="networkidle")
    await page.screenshot(path=to, full_page=height is None)
    await context.close()


async def run(everything: Path | None) -> None:
    """Take them."""
    async with served() as (site, coalition), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        if everything is None:
            folder = Path("docs/images")
            folder.mkdir(parents=True, exist_ok=True)
            for name, path, width, height, dark in _README:
                await taken(browser, site + path, folder / f"{name}.png", width, height, dark)
        else:
            everything.mkdir(parents=True, exist_ok=True)
            for path in [*story.pages_of(coalition), "/states/BIH", "/?as_of=2017-12-20"]:
                stem = re.sub(r"\W+", "-", path).strip("-") or "overview"
                for width in (1280, 360):
                    for dark in (False, True):
                        shade = "dark" if dark else "light"
                        await taken(browser, site + path, everything / f"{stem}-{width}-{shade}.png", width, None, dark)
        await browser.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, default=None, help="folder for a picture of every page")
    asyncio.run(run(parser.parse_args(arguments).all))


if __name__ == "__main__":
    main()
