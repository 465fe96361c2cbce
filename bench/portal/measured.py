"""The figures of one size, taken in a process of its own, in which nothing else has left its traces."""

import asyncio
import gc
import itertools
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.measuring import percentile
from bench.portal.asking import Answer, Browser
from bench.portal.floor import bare_page
from bench.portal.pages import Site, site_of
from bench.portal.world import system_in
from deploy.cli.asking import stays_for_good


@dataclass(frozen=True)
class Page:
    """One page: milliseconds that the server took, and bytes of the heaviest of its addresses."""

    name: str
    p50: float
    p99: float
    processor: float
    """Median processor time: what others on the machine do does not count."""
    unpacked: int
    packed: int


@dataclass(frozen=True)
class Size:
    """All pages of one size, and what comes with each of them once."""

    times: int
    rounds: int
    pages: Sequence[Page]
    floor: Page
    beside: int
    """Packed bytes of style, scripts and sign, which a browser keeps after its first page."""


async def measure(folder: Path, times: int, rounds: int) -> Size:
    """Ask every page so many times, the pages in turn, so that a busy moment of the machine meets them all."""
    async with system_in(folder) as system:
        site = await site_of(system)
        floor = Browser(bare_page())
        for page in site.pages:
            for address in page.addresses:
                await site.browsers[page.who].get(address)
        gc.collect()
        stays_for_good()  # as a server does when it has started
        taken: dict[str, list[Answer]] = {page.name: [] for page in site.pages}
        bare: list[Answer] = []
        turns = {page.name: itertools.cycle(page.addresses) for page in site.pages}
        for _ in range(rounds):
            for page in site.pages:
                taken[page.name].append(await site.browsers[page.who].get(next(turns[page.name])))
            bare.append(await floor.get("/"))
        pages = [_figures(name, answers) for name, answers in taken.items()]
        return Size(times, rounds, pages, _figures("a bare page", bare), await _beside(site))


def _figures(name: str, answers: Sequence[Answer]) -> Page:
    seconds = [one.seconds * 1_000 for one in answers]
    return Page(
        name,
        percentile(seconds, 50),
        percentile(seconds, 99),
        percentile([one.processor * 1_000 for one in answers], 50),
        max(len(one.unpacked) for one in answers),
        max(one.weight for one in answers),
    )


async def _beside(site: Site) -> int:
    """What the first page of a visit brings along, the map apart."""
    browser = site.browsers["nobody"]
    page = await browser.get("/how-it-works")
    found = set(re.findall(r'"/assets/([^"]+)"', page.text))
    return sum([(await browser.get(f"/assets/{name}")).weight for name in sorted(found)])


async def in_its_own_process(folder: Path, times: int, rounds: int) -> Size:
    """The same elsewhere. RuntimeError where it came to nothing."""
    command = [sys.executable, "-m", "bench.portal.measured", str(folder), str(times), str(rounds)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the run of {times}× ended with {process.returncode}")
    found = json.loads(said)
    pages = [Page(**one) for one in found.pop("pages")]
    return Size(pages=pages, floor=Page(**found.pop("floor")), **found)


def main() -> None:
    """Measure the folder that the arguments name, and say it as JSON."""
    from shared.logs import configure

    configure("console", "error")
    folder, times, rounds = sys.argv[1:]
    sys.stdout.write(json.dumps(asdict(asyncio.run(measure(Path(folder), int(times), int(rounds))))))


if __name__ == "__main__":
    main()
