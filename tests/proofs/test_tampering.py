"""Whoever changes, removes, inserts or reorders a commit is found, in a store and in an export of it.

The careful forger mends every number and hash behind the place; then the heads that somebody kept
tell. The careless one is found without them.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.commits import GENESIS, Commit, EventRecord
from shared.eventstore.sqlite import SqliteEventStore
from shared.export import export_history, verify_export
from shared.heads import Head, Heads
from shared.verifying import verify_store
from tests.contract_suites.commits import chain, following

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
STREAM = "tally-a"
Forgery = Callable[[list[Commit]], list[Commit]]


def changed(commits: list[Commit]) -> list[Commit]:
    other = replace(commits[2], events=(EventRecord("Added", 1, {"amount": 999, "words": ""}),))
    return [*commits[:2], other, *commits[3:]]


def changed_actor(commits: list[Commit]) -> list[Commit]:
    return [*commits[:2], replace(commits[2], actor="state:somebody-else"), *commits[3:]]


def inserted(commits: list[Commit]) -> list[Commit]:
    return [*commits[:3], following(commits[2], amounts=[7]), *commits[3:]]


FORGERIES: dict[str, Forgery] = {
    "changed": changed,
    "changed in who did it": changed_actor,
    "changed in when it was recorded": lambda c: [*c[:2], replace(c[2], at=AT), *c[3:]],
    "the newest changed": lambda c: [*c[:-1], replace(c[-1], actor="state:somebody-else")],
    "removed": lambda c: [*c[:2], *c[3:]],
    "the first removed": lambda c: c[1:],
    "inserted": inserted,
    "inserted before the first": lambda c: [following(None, STREAM, [7]), *c],
    "reordered": lambda c: [*c[:2], c[3], c[2], *c[4:]],
}
AT_THE_END: dict[str, Forgery] = {
    "the end cut off": lambda c: c[:-1],
    "the stream cut off": lambda c: [],
    "the end written anew": lambda c: [*c[:-1], following(c[-2], amounts=[7])],
}


def mended(commits: list[Commit]) -> list[Commit]:
    """The same with every number and hash as a chain has them."""
    made: list[Commit] = []
    for commit in commits:
        before = made[-1] if made else None
        seq, first, previous = (before.seq + 1, before.last + 1, before.hash) if before else (1, 1, GENESIS)
        made.append(replace(commit, seq=seq, first=first, previous=previous).sealed())
    return made


def numbered(commits: list[Commit]) -> list[Commit]:
    """Only the numbers mended, so that a database takes them."""
    return [replace(commit, seq=seq) for seq, commit in enumerate(commits, start=1)]


def put_into(file: Path, commits: list[Commit]) -> None:
    """Write a stream as somebody with the file in hand can."""
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM commits WHERE stream = ?", (STREAM,))
        connection.executemany(
            "INSERT INTO commits (stream, seq, command_id, hash, body) VALUES (?, ?, ?, ?, ?)",
            [(c.stream, c.seq, c.command_id, c.hash, c.body()) for c in commits],
        )
    connection.close()


async def told_of(folder: Path, forgery: Forgery, mend: Callable[[list[Commit]], list[Commit]]) -> list[list[str]]:
    """What is found in the store without heads and with; then in an export of it, likewise."""
    store = SqliteEventStore(folder / "events.db")
    try:
        for commit in (*chain(6, STREAM), *chain(3, "tally-b")):
            await store.append(commit)
        before = await verify_store("tallies", store)
        heads = Heads({"tallies": before.heads})
        forged = mend(forgery(await store.read(STREAM)))
    finally:
        await store.close()
    put_into(folder / "events.db", forged)
    store = SqliteEventStore(folder / "events.db", read_only=True)
    export = folder / "history.jsonl"
    try:
        alone = (await verify_store("tallies", store)).wrong
        witnessed = (await verify_store("tallies", store, heads)).wrong
        await export_history({"tallies": store}, export, AT)
    finally:
        await store.close()
    return [
        list(wrong) for wrong in (alone, witnessed, verify_export(export).wrong, verify_export(export, heads).wrong)
    ]


@pytest.mark.parametrize("what", sorted(FORGERIES))
async def test_the_careless_forger_is_found_without_anything_published(tmp_path: Path, what: str) -> None:
    assert all(await told_of(tmp_path, FORGERIES[what], numbered))


@pytest.mark.parametrize("what", sorted(FORGERIES | AT_THE_END))
async def test_the_careful_forger_is_found_by_the_heads_that_somebody_kept(tmp_path: Path, what: str) -> None:
    _, witnessed, _, offline = await told_of(tmp_path, (FORGERIES | AT_THE_END)[what], mended)
    assert any("was published and is missing" in w or "is not the commit that was published" in w for w in witnessed)
    assert any("was published and is missing" in w or "is not the commit that was published" in w for w in offline)


async def test_nothing_is_found_where_nothing_was_done(tmp_path: Path) -> None:
    assert await told_of(tmp_path, lambda commits: commits, lambda commits: commits) == [[], [], [], []]


async def test_a_whole_service_that_is_gone_is_found_offline(tmp_path: Path) -> None:
    store = SqliteEventStore(tmp_path / "events.db")
    try:
        await export_history({"tallies": store}, tmp_path / "history.jsonl", AT)
    finally:
        await store.close()
    kept = Heads({"others": {"need-x": Head(1, "0" * 64)}})
    assert verify_export(tmp_path / "history.jsonl", kept).wrong == ("others: was published and is missing",)
