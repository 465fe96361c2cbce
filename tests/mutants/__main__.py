"""`python -m tests.mutants [NAME…]`: shows that the tests notice every fault planted in the source.

Exit code 1 where one survives, no longer fits the source, or breaks its tests instead of failing them.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.table import Table

from tests import servers
from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Mutant, Stale
from tests.mutants.trying import SECONDS, Verdict, copied, run, tried

ROOT = Path(__file__).parents[2]
out = Console(soft_wrap=True, highlight=False)
progress = Console(stderr=True, soft_wrap=True, highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Plant faults; the tests must notice.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these, or those that begin so (default: all)")
    parser.add_argument("--list", action="store_true", help="say what there is, and plant nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once (default: one a core)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the most that one fault may take (120)")
    asked = parser.parse_args(arguments)
    chosen = [one for one in MUTANTS if not asked.names or one.name.startswith(tuple(asked.names))]
    if not chosen:
        progress.print(f"No mutant is named {', '.join(asked.names)}: --list shows them all.")
        return 2
    if asked.list:
        listed(chosen)
        return 0
    return attempt(chosen, max(1, min(asked.jobs, len(chosen))), asked.seconds)


def listed(mutants: Sequence[Mutant]) -> None:
    """One line each: name, property, fault."""
    for one in mutants:
        out.print(f"{one.name:34} {one.prop:18} {one.says}", markup=False)


def attempt(mutants: Sequence[Mutant], jobs: int, seconds: float) -> int:
    """Try them all; the exit code."""
    began = time.monotonic()
    if any(one.distributed for one in mutants):
        # Found or started once, and used by all copies.
        os.environ["ARTICLE6_TEST_MONGODB"] = servers.mongodb()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        free: SimpleQueue[Path] = SimpleQueue()
        for n in range(jobs):
            free.put(copied(ROOT, Path(folder) / f"copy-{n}"))
        with ThreadPoolExecutor(jobs) as pool:
            # A test that fails by itself would pass for one that notices: without a fault, all must pass.
            sound = [
                pool.submit(unharmed, tests[n::jobs], free, seconds * len(mutants), distributed)
                for distributed in (False, True)
                for tests in [sorted({test for one in mutants if one.distributed == distributed for test in one.tests})]
                for n in range(jobs)
            ]
            if faults := [said for one in sound if (said := one.result())]:
                progress.print("The tests do not pass without any fault, so nothing can be shown:\n", *faults)
                return 1
            progress.print(f"All tests pass without a fault ({time.monotonic() - began:.0f} s).")
            verdicts = []
            for done in as_completed([pool.submit(planted, one, free, seconds) for one in mutants]):
                verdicts.append(verdict := done.result())
                said = f"{len(verdicts):3}/{len(mutants)} {verdict.outcome:8} {verdict.mutant.name}"
                progress.print(f"{said} ({verdict.seconds:.1f} s)", markup=False)
    show(sorted(verdicts, key=lambda one: mutants.index(one.mutant)))
    missed = [one for one in verdicts if one.outcome != "caught"]
    out.print(
        f"{len(verdicts) - len(missed)} of {len(verdicts)} planted faults caught in {time.monotonic() - began:.0f} s."
    )
    return 1 if missed else 0


def unharmed(tests: Sequence[str], free: "SimpleQueue[Path]", seconds: float, distributed: bool) -> str:
    """What failed although no fault was planted; blank where nothing did."""
    if not tests:
        return ""
    folder = free.get()
    try:
        code, said = run(folder, tests, seconds, distributed)
    finally:
        free.put(folder)
    return "" if code == 0 else said


def planted(mutant: Mutant, free: "SimpleQueue[Path]", seconds: float) -> Verdict:
    """Its verdict, tried in whichever copy is free."""
    folder = free.get()
    try:
        return tried(mutant, folder, seconds)
    except Stale as moved_on:
        return Verdict(mutant, "stale", str(moved_on), 0.0)
    finally:
        free.put(folder)


def show(verdicts: Sequence[Verdict]) -> None:
    """The table."""
    table = Table("mutant", "property", "outcome", "by", "seconds", box=None, pad_edge=False)
    for one in verdicts:
        table.add_row(one.mutant.name, one.mutant.prop, one.outcome, one.by, f"{one.seconds:.1f}")
    # As wide as it needs to be: a file or a CI log has no edge to break lines at.
    Console(width=220, highlight=False, markup=False).print(table)


if __name__ == "__main__":
    sys.exit(main())
