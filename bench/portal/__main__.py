"""`python -m bench.portal`: each page's server time and weight, on the shipped data and at a hundredfold.

Exit code 1 with --quick where a page weighs more than its bar, or takes far longer beside a bare page than it may.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.machine import described
from bench.outcome import Grown, Outcome
from bench.portal.measured import Page, Size, in_its_own_process
from bench.portal.world import filled, multiplied
from bench.table import markdown, put_into
from shared.logs import configure

BARS = {1: 100.0, 100: 200.0}
"""Milliseconds within which 99 of 100 answers are ready, by size; sizes between have the greater bar."""
HEAVIEST = 100_000
"""Bytes of a page as the browser has it, the map apart."""
MANY, FEW = 200, 20
_TIMES_THE_FLOOR = 60.0
"""With --quick: processor time of a page beside that of a bare one. The heaviest page is at half of it."""

out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

_EPILOG = """
examples:
  python -m bench.portal                                     the shipped data and a hundredfold (4 GB, half an hour)
  python -m bench.portal --times 1                           the shipped data alone (a minute)
  python -m bench.portal --quick                             the same, shorter; fails on weights and on ratios
  python -m bench.portal --write docs/portal-performance.md  the first, into the page

Pages are asked in process, packed as a browser takes them, in turn, each under several addresses.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.portal",
        description="Measure every page: how long the server takes, and how much it weighs.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--times", type=int, nargs="+", metavar="N", help="sizes (1 100; with --quick 1)")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"how often each page is asked ({MANY}; quick {FEW})")
    parser.add_argument("--quick", action="store_true", help="few rounds; weights over their bar and slow pages fail")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables between the two marks of that page")
    asked = parser.parse_args(arguments)
    sizes = asked.times or ([1] if asked.quick else [1, 100])
    rounds = asked.rounds or (FEW if asked.quick else MANY)
    if rounds < 1 or min(sizes) < 1:
        parser.error("--times and --rounds must be 1 or more")
    configure("console", "error")
    try:
        found = asyncio.run(measured(sizes, rounds))
    except KeyboardInterrupt:
        err.print("Broken off; what was begun is removed.")
        return 130
    outcome = Outcome(rounds, described(), grown=[table(one) for one in found])
    out.print(markdown(outcome))
    if asked.write:
        put_into(asked.write, outcome)
        err.print(f"Written: {asked.write}")
    failures = [said for one in found for said in wrong(one)] if asked.quick else []
    for said in failures:
        out.print(f"OVER ITS BAR: {said}")
    return 1 if failures else 0


async def measured(sizes: Sequence[int], rounds: int) -> list[Size]:
    """Each size, in a process of its own."""
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        shipped = Path(folder) / "1"
        err.print("Loading the shipped data and the exercise …")
        await filled(shipped)
        for times in sizes:
            place = Path(folder) / str(times)
            if times > 1:
                err.print(f"Making {times} times as much of it …")
                await multiplied(shipped, place, times)
            err.print(f"Asking every page {rounds} times at {times}× …")
            found.append(await in_its_own_process(place, times, rounds))
    return found


def bar_of(times: int) -> float:
    """Milliseconds for the 99th of a hundred answers at that size."""
    return BARS[1] if times == 1 else BARS[100]


def table(size: Size) -> Grown:
    """One line for each page, and the bare one below."""
    what = "the shipped data" if size.times == 1 else f"{size.times} times the shipped data"
    return Grown(
        f"Pages over {what} (milliseconds of the server, bytes; bar p99 < {bar_of(size.times):.0f} ms, < 100 kB)",
        ("page", "p50", "p99", "processor", "× a bare page", "bytes", "packed", ""),
        [_line(one, size) for one in (*size.pages, size.floor)],
    )


def _line(page: Page, size: Size) -> tuple[str, ...]:
    slow, heavy = page.p99 >= bar_of(size.times), page.unpacked >= HEAVIEST
    missed = " and ".join(word for word, is_so in (("**slow**", slow), ("**heavy**", heavy)) if is_so)
    return (
        page.name,
        f"{page.p50:.1f}",
        f"{page.p99:.1f}",
        f"{page.processor:.1f}",
        f"{page.processor / size.floor.processor:.1f}",
        f"{page.unpacked:,}",
        f"{page.packed:,}",
        "" if page is size.floor else missed or "met",
    )


def wrong(size: Size) -> list[str]:
    """What fails on any machine: a weight, or processor time beside that of the bare page."""
    said = []
    for page in size.pages:
        if page.unpacked >= HEAVIEST:
            said.append(f"{page.name} weighs {page.unpacked:,} bytes, at most {HEAVIEST:,} are allowed")
        if page.packed + size.beside >= HEAVIEST:
            said.append(f"{page.name} brings {page.packed + size.beside:,} packed bytes at a first visit")
        ratio = page.processor / size.floor.processor
        if ratio > _TIMES_THE_FLOOR:
            said.append(f"{page.name} takes {ratio:.0f} times a bare page, at most {_TIMES_THE_FLOOR:.0f} are allowed")
    return said


if __name__ == "__main__":
    sys.exit(main())
