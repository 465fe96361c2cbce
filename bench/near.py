"""`python -m bench.near`: how the near-completion ranking grows, from the shipped data to a hundredfold.

Asked is the service's own way to an answer, in process: from a document that has changed to the JSON that goes
out. Counted is processor time, of all threads: others on the machine do not count. Each size runs in a process
of its own, in which nothing else has left its traces.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.copying import facts_in, many_facts, many_states
from bench.machine import described
from bench.measuring import Effort, Spread
from bench.outcome import Grown
from bench.table import grown
from services.insights.answers import Answers, Asked
from services.insights.near.settings import Options, Settings, Weights
from services.insights.rates import EcbRates
from services.insights.views import VIEWS
from shared.clock import TurnableClock
from shared.logs import configure
from shared.shelf import News

SIZES = (1, 3, 10, 30, 100)
FEW_SIZES = (1, 3, 10)
"""What a short run has time for."""
A_PAGE, LONGEST = 50, 500
"""Rows that people look at, and the most that one answer has."""
CHANGES = 40
"""Documents changed one after the other, each followed by the question."""
TODAY = date(2026, 11, 21)
DAYS = (date(2017, 12, 20), date(2020, 1, 1), date(2022, 6, 30))
"""Days that nobody has asked about before."""
DONOR = Options(donor="a donor", settings=Settings(weights=Weights(time=40)), regions=("Africa", "Asia"))


@dataclass(frozen=True)
class Found:
    """One size; times in milliseconds. Of warm times the least, the median and the greatest."""

    times: int
    facts: int
    obligations: int
    states: int
    cold: Sequence[float]
    warm: Sequence[float]
    warm_longest: Sequence[float]
    donor: Sequence[float]
    unchanged: Sequence[float]
    documents_mb: float
    board_mb: float


class InMemory:
    """Documents that changed, as a view of the service tells of them."""

    def __init__(self, documents: Sequence[Any]) -> None:
        self.documents = {one.id: one for one in documents}
        self._changed: list[str] = []

    def change(self, document: Any) -> None:
        """Put it in the place of the one before."""
        self.documents[document.id] = document
        self._changed.append(document.id)

    async def shown(self, after: str | None) -> list[str]:
        """Nobody names a token here."""
        return []

    async def news(
        self, since: object = None, after: str | None = None, fresh: bool = False, sure: Sequence[str] = ()
    ) -> News[Any]:
        """Everything at first, then what changed."""
        mark = len(self._changed)
        if not isinstance(since, int):
            return News(mark, dict(self.documents), whole=True)
        return News(mark, {id_: self.documents[id_] for id_ in self._changed[since:]})


class NothingEarlier:
    """The bench asks of what is held now."""

    async def until(self, day: date) -> Any:
        """Never asked."""
        raise LookupError(day)


async def measure(documents: Mapping[str, Sequence[Any]], times: int) -> Found:
    """All that is asked of one size."""
    rates = EcbRates()
    rates.usd("EUR", DAYS[0])  # the first look-up reads the table of rates
    views = {view.name: InMemory(documents.get(view.name, ())) for view in VIEWS}
    clock = TurnableClock(datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC))
    before = _resident_mb()
    answers = Answers(views, NothingEarlier(), clock, rates)  # type: ignore[arg-type]
    options = Options()
    # The first question gathers the documents; the bench's own days come after it.
    first = await answers.ranking(Asked(), options, limit=0)
    await answers.ranking_written(Asked(), options, None, A_PAGE)
    board_mb = _resident_mb() - before
    obligations = answers.kept_cases()
    ranked = [group.states for group in first.groups]

    async def asked(on: date | None, how: Options, limit: int | None) -> float:
        began = time.process_time()
        await answers.ranking_written(Asked(as_of=on), how, None, limit)
        return (time.process_time() - began) * 1_000

    unchanged = [await asked(None, options, A_PAGE) for _ in range(CHANGES)]
    warm = await _after_changes(views, lambda: asked(None, options, A_PAGE))
    await asked(None, options, LONGEST)
    longest = await _after_changes(views, lambda: asked(None, options, LONGEST))
    await asked(None, DONOR, A_PAGE)
    donor = await _after_changes(views, lambda: asked(None, DONOR, A_PAGE))
    days = DAYS if times <= FEW_SIZES[-1] else DAYS[:2]
    cold = [await asked(day, options, A_PAGE) for day in days]
    return Found(
        times=times,
        facts=facts_in(documents),
        obligations=obligations,
        states=sum(ranked),
        cold=cold,
        warm=warm,
        warm_longest=longest,
        donor=donor,
        unchanged=unchanged,
        documents_mb=0.0,
        board_mb=board_mb,
    )


async def _after_changes(views: Mapping[str, InMemory], ask: Callable[[], Any]) -> list[float]:
    """The time of each question that follows a new figure on some duty or a new word on some need."""
    chance = random.Random(6)  # noqa: S311 - the same changes in every run
    duties = [one for one in views["obligations"].documents.values() if one.figures]
    needs = [one for one in views["needs"].documents.values() if one.stated]
    took = []
    for number in range(CHANGES):
        if number % 4 and duties:
            duty = views["obligations"].documents[chance.choice(duties).id]
            newest = duty.figures[-1]
            more = newest.model_copy(update={"value": newest.value + Decimal(1 + number)})
            views["obligations"].change(duty.model_copy(update={"figures": (*duty.figures, more)}))
        else:
            need = views["needs"].documents[chance.choice(needs).id]
            views["needs"].change(need.model_copy(update={"stated": (*need.stated, need.stated[-1])}))
        took.append(await ask())
    return took


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines() if sys.platform == "linux" else ():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1_024
    return 0.0


# One size in a process of its own.


async def shipped() -> dict[str, list[str]]:
    """The insights documents of the shipped data, as JSON, by the names of their projections."""
    from deploy.embedded import EmbeddedSystem
    from deploy.importing.plan import plan
    from deploy.importing.shipped import shipped_data
    from deploy.importing.tables import known_tables
    from deploy.importing.writing import write

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with EmbeddedSystem(Path(folder)) as system:
            await write(system, await plan(system, shipped_data(), known_tables(system.services)))
            await system.settle()
            documents = system.services["insights"].kit.documents
            found = {}
            for view in VIEWS:
                stored = await documents.find(view.collection.name, limit=1_000_000)
                found[view.name] = [json.dumps(one.body["doc"]) for one in stored if one.body["doc"] is not None]
            return found


def one_size(source: Path, times: int, of_facts: bool) -> Found:
    """In this process: read the shipped documents, copy them, measure."""
    models = {view.name: view.document for view in VIEWS}
    read = {
        name: [models[name].model_validate_json(one, context={"stored": True}) for one in held]
        for name, held in json.loads(source.read_text()).items()
    }
    before = _resident_mb()
    documents = many_facts(read, times) if of_facts else many_states(read, times)
    grown_by = _resident_mb() - before
    found = asyncio.run(measure(documents, times))
    return Found(**{**asdict(found), "documents_mb": grown_by})


async def _in_its_own_process(source: Path, times: int, of_facts: bool) -> Found:
    command = [
        sys.executable,
        "-m",
        "bench.near",
        "--child",
        str(source),
        str(times),
        "facts" if of_facts else "states",
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the run of {times}× ended with {process.returncode}")
    return Found(**json.loads(said))


async def sized(sizes: Sequence[int], of_facts: bool) -> list[Found]:
    """The shipped data so many times, each size in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source = Path(folder) / "shipped.json"
        source.write_text(json.dumps(await shipped()))
        return [await _in_its_own_process(source, times, of_facts) for times in sizes]


# Tables.


def _ms(values: Sequence[float]) -> str:
    found = Spread.of(values)
    return f"{_short(found.middle)} ({_short(found.least)} – {_short(found.most)})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def table(title: str, found: Sequence[Found]) -> Grown:
    """One row for each size."""
    return Grown(
        title,
        (
            "times",
            "facts",
            "duties ranked (States)",
            f"one document changed, {A_PAGE} rows",
            f"the same, {LONGEST} rows",
            f"the same, a donor's {A_PAGE}",
            "nothing changed",
            "a day first asked about",
            "documents MB",
            "ranking MB",
        ),
        [
            (
                f"{one.times}×",
                f"{one.facts:,}",
                f"{one.obligations:,} ({one.states:,})",
                _ms(one.warm),
                _ms(one.warm_longest),
                _ms(one.donor),
                f"{Spread.of(one.unchanged).middle:.2f}",
                _ms(one.cold),
                f"{one.documents_mb:,.0f}",
                f"{one.board_mb:,.0f}",
            )
            for one in found
        ],
    )


def _sizes(effort: Effort) -> Sequence[int]:
    return SIZES if effort.seconds >= 1 else FEW_SIZES


async def as_states_grow(effort: Effort) -> Grown:
    """So many times the States, with all that is told of them."""
    found = await sized(_sizes(effort), of_facts=False)
    return table("Near completion, as States and duties grow (milliseconds of the processor)", found)


async def as_facts_grow(effort: Effort) -> Grown:
    """The shipped States, with so many times the facts about every duty."""
    found = await sized(_sizes(effort), of_facts=True)
    return table("Near completion, as facts about each duty grow (milliseconds of the processor)", found)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.near",
        description="How long the near-completion ranking takes in process, from the shipped data to a hundredfold.",
        epilog="Times are milliseconds of the processor: median (least – greatest). The hundredfold takes 3 GB.",
    )
    parser.add_argument("--times", type=int, nargs="+", default=list(SIZES), metavar="N", help="sizes (1 3 10 30 100)")
    parser.add_argument("--facts", action="store_true", help="more facts about each duty instead of more States")
    parser.add_argument("--child", nargs=3, metavar=("FILE", "N", "WHAT"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    configure("console", "warning")
    if asked.child:
        source, times, what = asked.child
        sys.stdout.write(json.dumps(asdict(one_size(Path(source), int(times), what == "facts"))))
        return 0
    if any(one < 1 for one in asked.times):
        parser.error("--times must be 1 or more")
    began = time.perf_counter()
    found = asyncio.run(sized(asked.times, asked.facts))
    made = table("", found)
    sys.stdout.write("\n".join([*(f"* {line}" for line in described()), "", grown(made), ""]))
    sys.stderr.write(f"{timedelta(seconds=round(time.perf_counter() - began))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
