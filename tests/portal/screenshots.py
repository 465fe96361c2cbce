"""Pictures of the pages: those of the README into docs/images, and every page, form, desk and hard moment at 1280
pixels, light and dark, and at 360 into a folder with an index, to be looked at."""

import argparse
import asyncio
import html
import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page
from rich.console import Console
from rich.progress import track

from deploy.serving import application
from shared.logs import configure
from tests.portal import story
from tests.portal.browsing import at_an_address, chromium
from tests.portal.every_page import FORMS, MOMENTS, PAGES, Place, reader
from tests.portal.few import system_with
from tests.portal.roles_world import opened
from tests.portal.test_every_role import thing
from tests.system import embedded_system

_README_FOLDER = Path("docs/images")
_STATES = frozenset({"MNE", "BIH", "LAO", "SRB", "ECU", "LBN", "SSD", "IRQ", "GNB", "COM", "AFG", "TGO"})
_README: tuple[tuple[str, str, int, int, bool], ...] = (
    # name, path, width, height, dark
    ("overview", "/?as_of=2017-12-20", 1280, 1000, False),
    ("state", "/states/BIH", 1280, 1000, False),
    ("duty", "/obligation/APMBC-BIH-5", 1280, 1000, True),
    ("phone", "/states/MNE?as_of=2017-12-20", 360, 760, False),
)
_SCREENS = ((1280, False), (1280, True), (360, False))
progress = Console(stderr=True, highlight=False)


@asynccontextmanager
async def real() -> AsyncIterator[str]:
    """The address of a site with the shipped rows of some States and a small story."""
    with tempfile.TemporaryDirectory() as folder:
        async with system_with(Path(folder), _STATES) as system:
            await story.told(system)
            system.exercise = False  # the pictures of the README show what a real installation shows
            async with at_an_address(application(system)) as site:
                yield site


async def for_the_readme(browser: Browser) -> None:
    """What a visitor sees first, in the size of a screen."""
    _README_FOLDER.mkdir(parents=True, exist_ok=True)
    async with real() as site:
        for name, path, width, height, dark in track(_README, "README", console=progress):
            page = await browser.new_page(viewport={"width": width, "height": height})
            await page.emulate_media(color_scheme="dark" if dark else "light")
            await page.goto(site + path, wait_until="networkidle")
            await page.screenshot(path=_README_FOLDER / f"{name}.png")
            await page.close()


async def of_everything(browser: Browser, folder: Path) -> None:
    """Each page as who may read it, each form as who may send it; and `index.html` over them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        async with embedded_system(Path(data)) as system:
            site = await opened(system)
            async with at_an_address(site.app) as address:
                place = Place(site, address, {}, browser)
                wanted = [(reader(path)[0], path) for path in PAGES]
                wanted += [(person, f"/do{thing(site, path)}") for path, person in FORMS]
                wanted += [(person, path) for person, path, _status in MOMENTS]
                taken = [
                    (person, path, await _taken(await place.page(person), address + site.address(path), folder, number))
                    for number, (person, path) in enumerate(track(wanted, "Pages", console=progress))
                ]
    shown = "".join(
        f"<h2>{html.escape(path)}, {person}</h2><p>{''.join(f'<img src={name} height=500> ' for name in names)}</p>"
        for person, path, names in taken
    )
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Every page</title>{shown}")
    progress.print(f"Look at {folder / 'index.html'}")


async def _taken(page: Page, url: str, folder: Path, number: int) -> list[str]:
    """The whole page on every screen; the names of the files."""
    stem = re.sub(r"\W+", "-", url.partition("://")[2].partition("/")[2])[:60].strip("-") or "overview"
    names = []
    await page.goto(url, wait_until="load")
    for width, dark in _SCREENS:
        names.append(f"{number:03}-{stem}-{width}{'-dark' if dark else ''}.png")
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme="dark" if dark else "light")
        await page.screenshot(path=folder / names[-1], full_page=True)
    await page.close()
    return names


async def run(folder: Path, everything: bool) -> None:
    """Take them."""
    configure("console", "error")
    async with chromium() as browser:
        await for_the_readme(browser)
        if everything:
            await of_everything(browser, folder)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.portal.screenshots", description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("build/screenshots"), help="folder for those of every page")
    parser.add_argument("--readme", action="store_true", help="only those of the README")
    asked = parser.parse_args(arguments)
    asyncio.run(run(asked.to, not asked.readme))


if __name__ == "__main__":
    main()
