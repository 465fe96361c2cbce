"""`python -m bench`: measures A1 to A10 beside their floors and the peers, and how cost grows.

Exit code 1 with --quick where a ratio is below 70 % of its bar.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import appending, calling, commanding, growing, near, projecting, rebuilding, replaying, seeing
from bench.case import Case
from bench.chart import svg
from bench.machine import described
from bench.measuring import Effort, interleaved
from bench.outcome import Measured, Outcome
from bench.peers import missing
from bench.table import markdown, put_into
from shared.logs import configure

CASES: tuple[Case, ...] = (
    *appending.CASES,
    *commanding.CASES,
    *replaying.CASES,
    *projecting.CASES,
    *rebuilding.CASES,
    *calling.CASES,
    *seeing.CASES,
)
GROWTH: dict[str, growing.Growth] = {
    "commits": growing.with_commits,
    "streams": growing.with_streams,
    "start": growing.start_and_memory,
    "import": growing.imported,
    "near": near.as_states_grow,
    "near-facts": near.as_facts_grow,
}
"""How cost grows, by the name for --only: each makes one table."""

FULL, QUICK = Effort(seconds=1.0, events=20_000), Effort(seconds=0.4, events=4_000)
# What waits for a server or a timer says little in a short run on a busy machine.
_IN_QUICK = {"A1", "A2", "A3", "A4", "A5", "A6", "A7"}
CHART = Path("docs/images/performance.svg")

out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

_EPILOG = """
examples:
  python -m bench                              everything, seven rounds (some ten minutes)
  python -m bench --only A1,A2 --rounds 3      two of them
  python -m bench --only commits,start         how cost grows with commits; start-up and memory
  python -m bench --quick                      for CI: three short rounds of A1 to A7, ratios only
  python -m bench --write docs/performance.md  the same as the first, into the page and its chart

Files are made in the folder for temporary files: set TMPDIR to measure another disk.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    names = [*dict.fromkeys(case.anchor for case in CASES), *GROWTH]
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the kit beside its floors and its peers, round by round.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="how often everybody runs (7; with --quick 3)")
    parser.add_argument("--only", metavar="A1,A2", help=f"only these: {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="few short rounds; ratios below 70 %% of their bar fail")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help=f"put the tables into that page, the chart at {CHART}"
    )
    asked = parser.parse_args(arguments)
    chosen = [one.strip() for one in asked.only.split(",")] if asked.only else None
    if unknown := [one for one in chosen or () if one not in names]:
        parser.error(f"there is no {', '.join(unknown)}: choose from {', '.join(names)}")
    rounds = asked.rounds or (3 if asked.quick else 7)
    if rounds < 1:
        parser.error("--rounds must be 1 or more")
    wanted = chosen or [name for name in names if not asked.quick or name in _IN_QUICK]
    configure("console", "warning")
    outcome = uvloop.run(measure(wanted, rounds, QUICK if asked.quick else FULL))
    outcome.ratios_only = asked.quick
    if asked.quick and (slow := outcome.anchors_too_slow()):
        # A busy moment of the machine is no regression: what is slow is slow again.
        err.print(f"Once more, with twice the rounds: {', '.join(slow)}")
        outcome.measured_again(uvloop.run(measure(slow, rounds * 2, QUICK)))
    out.print(markdown(outcome))
    if asked.write:
        put_into(asked.write, outcome)
        CHART.parent.mkdir(parents=True, exist_ok=True)
        CHART.write_text(svg(outcome), encoding="utf-8")
        err.print(f"Written: {asked.write} and {CHART}")
    if asked.quick:
        failures = outcome.too_slow()
        for said in failures:
            out.print(f"TOO SLOW: {said}")
        out.print("Failed." if failures else "Passed: every ratio is above 70 % of its bar.")
        return 1 if failures else 0
    return 0


async def measure(wanted: Sequence[str], rounds: int, effort: Effort) -> Outcome:
    """Run what is wanted, with a progress bar."""
    cases = [case for case in CASES if case.anchor in wanted]
    growth = {name: grow for name, grow in GROWTH.items() if name in wanted}
    outcome = Outcome(rounds, described())
    if cases and (absent := missing()):
        err.print(f"Not installed, so not measured: {', '.join(absent)} (extra `peers`)")
    columns = (TextColumn("{task.description:44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        runs = sum(len(case.contenders) * min(rounds, case.most_rounds) for case in cases)
        bar = progress.add_task("", total=runs + len(growth))
        for case in cases:

            def done(name: str, case: Case = case) -> None:
                progress.update(bar, advance=1, description=f"{case.anchor} {name}")

            progress.update(bar, description=f"{case.anchor} {case.title}"[:44])
            outcome.measured.append(
                Measured(case, await interleaved(case.contenders, min(rounds, case.most_rounds), effort, done))
            )
        for name, grow in growth.items():
            progress.update(bar, description=f"growth: {name}")
            outcome.grown.append(await grow(effort))
            progress.update(bar, advance=1)
    return outcome


if __name__ == "__main__":
    sys.exit(main())
