"""`python -m bench.distributed`: measures A11 to A13 and the whole system on a real MongoDB and a real Kafka.

Exit code 1 where a server is missing, and with --quick where a ratio is below 70 % of its bar.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.bars import spread
from bench.case import Case
from bench.distributed import appending, following, relaying, scaling, whole
from bench.distributed.place import Place, servers
from bench.machine import described
from bench.measuring import Effort, Results, Run, Spread, interleaved
from bench.outcome import Grown, Measured, Outcome
from bench.table import markdown, put_into
from deploy.local_cluster import ClusterFailed
from deploy.servers.process import ServerFailed
from shared.logs import configure

FULL, QUICK = Effort(seconds=2.0, events=3_000), Effort(seconds=0.5, events=1_000)
_ROUNDS, _FEWEST = 3, 2
_MINUTES = 5.0
NAMES = ("A11", "A12", "A13", "scale", "whole")

out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

_EPILOG = """
examples:
  python -m bench.distributed                         everything, at most three rounds (six minutes with the start)
  python -m bench.distributed --only A11 --rounds 3   the relay alone
  python -m bench.distributed --quick                 two short rounds; fails on ratios far below their bar
  python -m bench.distributed --write docs/sizing.md  the same as the first, into the page

Servers: those that ARTICLE6_TEST_MONGODB (a connection string) and ARTICLE6_TEST_KAFKA (host:port) name; where
one is not named, a local one of its own (deploy.servers, installed in ARTICLE6_SERVERS or .servers), which is
wiped afterwards. On servers that are named everything has names of its own and is removed again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.distributed",
        description="Measure the distributed system beside what its database and its broker do by themselves.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="how often everybody runs (3; with --quick 2)")
    parser.add_argument(
        "--minutes", type=float, metavar="M", default=_MINUTES,
        help="no third round is begun of what would take longer than its share of these (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--only", metavar="A11,A12", help=f"only these: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="few short rounds; ratios below 70 %% of their bar fail")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables between the two marks of that page")
    asked = parser.parse_args(arguments)
    wanted = [one.strip() for one in asked.only.split(",")] if asked.only else list(NAMES)
    if unknown := [one for one in wanted if one not in NAMES]:
        parser.error(f"there is no {', '.join(unknown)}: choose from {', '.join(NAMES)}")
    rounds = asked.rounds or (_FEWEST if asked.quick else _ROUNDS)
    if rounds < 1:
        parser.error("--rounds must be 1 or more")
    configure("console", "error")
    # Whoever ends it by a signal gets his machine back as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with servers(Path(os.environ.get("ARTICLE6_SERVERS", ".servers")).absolute()) as place:
            outcome = uvloop.run(measure(place, wanted, rounds, QUICK if asked.quick else FULL, asked.minutes * 60))
    except (ServerFailed, ClusterFailed) as failed:
        err.print(f"bench.distributed: {failed}")
        return 1
    except KeyboardInterrupt:
        err.print("Broken off; what was begun is removed.")
        return 130
    out.print(markdown(outcome))
    if asked.write:
        put_into(asked.write, outcome)
        err.print(f"Written: {asked.write}")
    failures = outcome.too_slow() if asked.quick else []
    for said in failures:
        out.print(f"TOO SLOW: {said}")
    return 1 if failures else 0


async def measure(place: Place, wanted: Sequence[str], rounds: int, effort: Effort, seconds: float) -> Outcome:
    """Run what is wanted, with a progress bar: so many rounds, or as many as fit into so many seconds."""
    outcome = Outcome(rounds, [*described(), await software(place)])
    every = (*relaying.cases(place), *following.cases(place), *appending.cases(place), *scaling.cases(place))
    cases = [case for case in every if case.anchor in wanted]
    columns = (TextColumn("{task.description:44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        task = progress.add_task("", total=None)

        shares = Shares(seconds, len(cases) + 3 * ("whole" in wanted))

        async def run(case: Case) -> Results:
            progress.reset(task, total=len(case.contenders) * rounds, description=f"{case.anchor} {case.title}"[:44])
            results = Results({one.name: [] for one in case.contenders})
            shares.begin()
            for done in range(rounds):
                if done >= _FEWEST and not shares.leave_time_for_another(done):
                    outcome.machine.append(f"{case.anchor} {case.title}: {done} rounds, its share of the time was up")
                    break
                once = await interleaved(case.contenders, 1, effort, lambda _: progress.advance(task))
                for name, runs in once.runs.items():
                    results.runs[name].extend(runs)
            outcome.measured.append(Measured(case, results))
            return results

        for case in cases:
            results = await run(case)
            if case.anchor == "scale":
                outcome.grown.append(scaled(results))
        if "A13" in wanted:
            outcome.grown.append(await appending.round_trips(place))
        if "whole" in wanted:
            async with AsyncExitStack() as stack:
                progress.reset(task, total=None, description="the whole system starts")
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
                system = await stack.enter_async_context(whole.running(place, folder))
                for case in whole.cases(place, system):
                    await run(case)
                outcome.grown.append(carried(system.carried))
    return outcome


class Shares:
    """The time that each of so many cases may take; what one leaves over the next ones have."""

    def __init__(self, seconds: float, cases: int) -> None:
        self._each = seconds / max(1, cases)
        self._until = self._began = time.monotonic()

    def begin(self) -> None:
        """The next case begins."""
        self._began = time.monotonic()
        self._until += self._each

    def leave_time_for_another(self, rounds: int) -> bool:
        """Whether one more, as long as those so far, ends in time."""
        now = time.monotonic()
        return now + (now - self._began) / rounds <= self._until


def scaled(results: Results) -> Grown:
    """What the second process adds."""
    one, two = results.rate(scaling.ONE), results.rate(scaling.TWO)
    gain = results.ratio(scaling.TWO, scaling.ONE)
    rows = [("1", spread(one), ""), ("2", spread(two), f"{spread(gain)} ×")]
    return Grown("From one process to two", ("processes", "commits a second", "times one"), rows)


def carried(runs: Sequence[Run]) -> Grown:
    """The rate up to which insights keeps up with what is accepted."""
    rate = Spread.of([run.rate for run in runs])
    row = (spread(rate), f"{whole.half_of(runs):.0f}")
    header = ("commands a second, accepted and shown", "half of it, at which visibility was measured")
    return Grown("What the whole system carries", header, [row])


async def software(place: Place) -> str:
    """What answers at the addresses, and the drivers."""
    pom = Path(__file__).parents[2] / "deploy" / "servers" / "kafka" / "pom.xml"
    kafka = "a Kafka that was named" if os.environ.get("ARTICLE6_TEST_KAFKA") else f"Kafka {_kafka_in(pom)}"
    drivers = ", ".join(f"{name} {version(name)}" for name in ("pymongo", "aiokafka"))
    return f"{await place.kind()}; {kafka}, one broker; {drivers}"


def _kafka_in(pom: Path) -> str:
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    root = ElementTree.parse(pom).getroot()  # noqa: S314 - our own
    return root.findtext(".//m:dependency/m:version", "", names) or "of unknown version"


if __name__ == "__main__":
    sys.exit(main())
