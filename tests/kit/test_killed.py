"""Processes that are killed, and processes that want the same folder."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from deploy.embedded import EmbeddedSystem, FolderInUse
from shared.eventstore.sqlite import SqliteEventStore
from shared.verifying import verify_store

ROOT = Path(__file__).parents[2]


def python(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


async def test_nothing_acknowledged_is_missing_and_nothing_is_doubled_after_kills(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    acknowledged: list[tuple[str, int, str]] = []
    for run in range(4):
        counting = python("-m", "tests.kit.counting_to_the_end", str(path), f"run{run}")
        assert counting.stdout is not None
        first = "".join(counting.stdout.readline() for _ in range(5 + 10 * run))
        os.kill(counting.pid, signal.SIGKILL)
        said, wrong = counting.communicate(timeout=60)
        assert counting.returncode == -signal.SIGKILL, wrong
        for line in (first + said).splitlines(keepends=True):
            if line.endswith("\n"):
                stream, seq, command_id = line.split()
                acknowledged.append((stream, int(seq), command_id))
    assert len(acknowledged) >= 5 + 15 + 25 + 35
    store = SqliteEventStore(path)
    stored = {(c.stream, c.seq, c.command_id) for c in await store.scan(0, 1_000_000)}
    assert set(acknowledged) <= stored
    assert max(Counter(command_id for _, _, command_id in stored).values()) == 1
    verified = await verify_store("tallies", store)
    assert (verified.wrong, verified.commits) == ((), len(stored))
    await store.close()


HOLDING = """
import asyncio, sys
from pathlib import Path
from deploy.embedded import EmbeddedSystem

async def hold() -> None:
    async with EmbeddedSystem(Path(sys.argv[1]), names=()):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


async def test_a_second_writer_of_a_folder_is_told_who_has_it_and_a_reader_is_not_hindered(tmp_path: Path) -> None:
    holder = python("-c", HOLDING, str(tmp_path))
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FolderInUse, match=f"process {holder.pid}"):
            EmbeddedSystem(tmp_path, names=())
        reader = EmbeddedSystem(tmp_path, names=(), read_only=True)
        await reader.start()
        assert list(await reader.stores["requests"].scan()) == []
        await reader.stop()
    finally:
        holder.kill()
        holder.communicate()
    # The lock goes with the process, however it ends.
    async with EmbeddedSystem(tmp_path, names=()):
        await asyncio.sleep(0)
