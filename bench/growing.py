"""How cost grows: with the commits there are, with the streams, with a start at a million, with an import."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from bench.account_service import kit
from bench.bars import short
from bench.measuring import Effort, percentile
from bench.outcome import Grown
from bench.payments import BALANCES, PLAIN, Book, Paid
from bench.stocked import stocked
from shared.commits import Commit
from shared.eventstore.sqlite import SqliteEventStore

Growth = Callable[[Effort], Awaitable[Grown]]

_TIMES = 50
"""The largest store has so many times the events of one run: a million of the full ones' 20,000."""
_A_STREAM = 100


def _largest(effort: Effort) -> int:
    return max(10_000, effort.events * _TIMES)


def _commits(book: Book, count: int, streams: int, first: int = 0) -> Iterator[Commit]:
    payment = (Paid.model_validate(PLAIN),)
    for n in range(count):
        yield book.next(f"account-{first + n % streams}", payment)


async def with_commits(effort: Effort) -> Grown:
    """Appending and reading as the store grows; every stream has a hundred commits."""
    largest, book, rows, there = _largest(effort), Book(), [], 0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "events.db"
        for size in (largest // 100, largest // 10, largest):
            fill = _commits(book, size - there, (size - there) // _A_STREAM, there // _A_STREAM)
            store = await stocked(path, fill)
            there = size
            appends = await _appends(store, book, effort.seconds, f"account-{size // _A_STREAM // 2}")
            reads = await _timed(lambda store=store: store.read("account-0"))  # type: ignore[misc]
            pages = await _timed(lambda store=store, end=size: store.scan(end - 500, 500))  # type: ignore[misc]
            found = await _timed(lambda store=store: store.find_command("command-000000000007"))  # type: ignore[misc]
            await store.close()
            each = path.stat().st_size / size
            rows.append((f"{size:,}", *_ms(appends), *_ms(reads)[:1], *_ms(pages)[:1], *_ms(found)[:1], f"{each:,.0f}"))
    return Grown(
        f"As commits grow (streams of {_A_STREAM}, milliseconds)",
        ("commits", "append p50", "append p99", "read 100", "scan 500", "find a command", "bytes a commit"),
        rows,
    )


async def with_streams(effort: Effort) -> Grown:
    """The same number of commits in few long streams or in many short ones."""
    commits, rows = _largest(effort) // 10, []
    for streams in (10, 1_000, commits):
        book = Book()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            store = await stocked(Path(folder) / "events.db", _commits(book, commits, streams))
            appends = await _appends(store, book, effort.seconds, "account-7")
            longest = len(await store.read("account-7"))
            tail = await _timed(lambda store=store, end=longest: store.read("account-7", max(0, end - 1)))  # type: ignore[misc]
            await store.close()
        rows.append((f"{streams:,}", f"{commits // streams:,}", *_ms(appends), *_ms(tail)[:1]))
    return Grown(
        f"As streams grow ({commits:,} commits, milliseconds)",
        ("streams", "commits in each", "append p50", "append p99", "read the newest"),
        rows,
    )


async def start_and_memory(effort: Effort) -> Grown:
    """A service's start in a process of its own, and what it holds in memory, with and without a history."""
    largest, rows = _largest(effort), []
    for size in (0, largest):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            store = await stocked(folder / "events.db", _commits(Book(), size, max(1, size // _A_STREAM)))
            await store.close()
            began = time.perf_counter()
            await _filled(folder)
            filling = time.perf_counter() - began
            said = await _started(folder)
        rate = f"{size / filling:,.0f}" if size else ""
        rows.append(
            (f"{size:,}", short(said["seconds"]), short(said["first_read"] * 1_000), f"{said['mib']:.0f}", rate)
        )
    return Grown(
        "Start of a service and its memory",
        ("events", "start s", f"then all of {BALANCES.name} ms", "resident MiB", "view filled before, events/s"),
        rows,
    )


async def imported(effort: Effort) -> Grown:
    """The shipped data into an empty folder, each row a durable commit."""
    from deploy.embedded import EmbeddedSystem
    from deploy.importing.plan import plan
    from deploy.importing.shipped import shipped_data
    from deploy.importing.tables import known_tables
    from deploy.importing.writing import write

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        system = EmbeddedSystem(Path(folder))
        for service in system.services.values():
            await service.kit.open()
        began = time.perf_counter()
        counted = await plan(system, shipped_data(), known_tables(system.services))
        checked = time.perf_counter()
        await write(system, counted)
        written = time.perf_counter()
        await system.stop()
        async with EmbeddedSystem(Path(folder)) as serving:
            await serving.settle()
            shown = time.perf_counter()
    rate = counted.steps / (written - checked)
    row = (
        f"{counted.steps:,}",
        short(checked - began),
        short(written - checked),
        f"{rate:,.0f}",
        short(shown - written),
    )
    return Grown(
        "Import of the shipped data",
        ("commands", "checked s", "written s", "commands/s", "every page shows it after s"),
        [row],
    )


async def _appends(store: SqliteEventStore, book: Book, seconds: float, stream: str) -> list[float]:
    payment, each = (Paid.model_validate(PLAIN),), []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        commit = book.next(stream, payment)
        began = time.perf_counter()
        await store.append(commit)
        each.append(time.perf_counter() - began)
    return each


async def _timed(read: Callable[[], Awaitable[object]], times: int = 50) -> list[float]:
    each = []
    for _ in range(times):
        began = time.perf_counter()
        await read()
        each.append(time.perf_counter() - began)
    return each


def _ms(each: list[float]) -> tuple[str, str]:
    return f"{percentile(each, 50) * 1_000:.2f}", f"{percentile(each, 99) * 1_000:.2f}"


async def _filled(folder: Path) -> None:
    one = kit(folder)
    one.view(BALANCES)
    await one.start(sweep_every=3_600)
    while not await one.caught_up():
        await asyncio.sleep(0.01)
    await one.stop()


async def _started(folder: Path) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.started", str(folder), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    found: dict[str, float] = json.loads(said)
    return found
