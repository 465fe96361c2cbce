"""A copy of a folder that is written all the while: one moment of it, whole, and it can be served."""

import asyncio
import contextlib
import itertools
import json
import sqlite3
import stat
from pathlib import Path

import pytest

from deploy.cli.backing_up import copy_folder
from deploy.cli.care import of_folder
from shared.auth.tokens import OwnTokens
from shared.clock import SystemClock
from shared.sqlite.copying import copy_files
from tests.cli.conftest import Article6
from tests.coalitions.words import propose
from tests.system import TestSystem, embedded_system


async def keep_proposing(system: TestSystem, acknowledged: list[str]) -> None:
    """Coalitions as fast as they come."""
    client = system.client("coordinator")
    body = propose().model_dump(mode="json")
    while True:
        answer = await client.post("/coalitions", json=body)
        assert answer.status_code == 201, answer.text
        acknowledged.append(answer.json()["stream"])


async def test_what_was_acknowledged_before_is_in_the_copy_and_the_copy_can_be_served(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    before: list[str] = []
    async with embedded_system(tmp_path / "data") as system:
        writers = [asyncio.create_task(keep_proposing(system, acknowledged)) for _ in range(4)]
        try:
            while len(acknowledged) < 20:
                await asyncio.sleep(0.01)
            before = list(acknowledged)
            await asyncio.to_thread(copy_folder, tmp_path / "data", tmp_path / "copy")
            while len(acknowledged) < len(before) + 20:
                await asyncio.sleep(0.01)
        finally:
            for writer in writers:
                writer.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await writer
        wrong, _, heads = await of_folder(tmp_path / "copy", None)
        assert wrong == []
        assert {*before} <= {*heads.services["coalitions"]}
        # Everything in the copy is in the source as it was.
        assert (await of_folder(tmp_path / "data", heads))[0] == []
    assert not list((tmp_path / "copy").rglob("*-wal"))
    async with embedded_system(tmp_path / "copy") as restored:
        await restored.settle()
        for stream in before:
            page = await restored.client().get(f"/coalitions/{stream.removeprefix('coalition-')}")
            assert page.status_code == 200
        assert (await of_folder(tmp_path / "copy", heads))[0] == []


def test_files_that_depend_on_one_another_are_copied_as_of_one_moment(tmp_path: Path) -> None:
    """Two ledgers of which each entry is written to the first, then to the second: a cut shows it at most once."""
    first, second, made = tmp_path / "first.db", tmp_path / "second.db", tmp_path / "made.db"
    for file in (first, second, made):
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE entries (n INTEGER PRIMARY KEY, words TEXT)")
        connection.close()
    stop = False

    def write() -> int:
        opened = [sqlite3.connect(file, isolation_level=None, timeout=5) for file in (first, second, made)]
        for n in itertools.count(1):
            for connection in opened:
                connection.execute("INSERT INTO entries VALUES (?, ?)", (n, "x" * 500))
            if stop:
                break
        for connection in opened:
            connection.close()
        return n

    async def go() -> list[list[int]]:
        nonlocal stop
        writing = asyncio.create_task(asyncio.to_thread(write))
        counts = []
        try:
            for round_ in range(15):
                targets = {file: tmp_path / f"copy{round_}" / file.name for file in (first, second, made)}
                followers = {made: targets.pop(made)}
                # In either order of looking, the second is never ahead of the first.
                order = dict(reversed(targets.items())) if round_ % 2 else targets
                await asyncio.to_thread(copy_files, followers, order)
                counts.append([entries_in(tmp_path / f"copy{round_}" / file.name) for file in (first, second, made)])
        finally:
            stop = True
            await writing
        return counts

    counts = asyncio.run(go())
    assert all(0 <= one - two <= 1 for one, two, _ in counts)
    assert all(three <= two for _, two, three in counts)
    assert counts[-1] > counts[0]


def entries_in(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count = int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])
    connection.close()
    return count


def test_a_backup_by_command_is_the_installation(article6: Article6, filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backups" / "today"
    told = article6("backup", copy, "--data", filled)
    assert told.exit_code == 0, told.output
    roots = [json.loads(article6("verify", "--json", "--data", folder).stdout)["root"] for folder in (filled, copy)]
    assert roots[0] == roots[1]
    assert roots[0] in told.stdout
    assert [entry.name for entry in copy.parent.iterdir()] == ["today"]
    assert not (copy / "lock").exists()
    assert all(stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 for file in copy.rglob("*"))
    assert article6("check-views", "--data", copy).exit_code == 0
    token = article6("token", "--role", "isu", "--data", filled).stdout.strip()
    assert OwnTokens.from_file(copy / "token-secret", SystemClock()).caller(token).role == "isu"


@pytest.mark.parametrize("where", ["there", "data/inside"])
def test_nothing_is_copied_over_other_things(article6: Article6, tmp_path: Path, where: str) -> None:
    (tmp_path / "data" / "deadlines").mkdir(parents=True)
    (tmp_path / "data" / "deadlines" / "events.db").touch()
    (tmp_path / "there").mkdir()
    told = article6("backup", tmp_path / where, "--data", tmp_path / "data")
    assert told.exit_code == 1
    assert "name a" in told.stderr


def test_a_copy_of_a_broken_history_is_not_kept(article6: Article6, copied: Path, tmp_path: Path) -> None:
    with sqlite3.connect(copied / "coalitions" / "events.db") as connection:
        connection.execute("UPDATE commits SET hash = 'x' WHERE position = 2")
    connection.close()
    told = article6("backup", tmp_path / "copy", "--data", copied)
    assert told.exit_code == 1
    assert "not sound" in told.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["data"]
