"""A live store is checked; whatever was done to its file is found."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.eventstore.sqlite import SqliteEventStore
from shared.heads import Head, Heads
from shared.verifying import verify_store
from tests.contract_suites.commits import chain, following


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteEventStore]:
    opened = SqliteEventStore(tmp_path / "events.db")
    for commit in (*chain(5, "tally-a", events=2), *chain(3, "tally-b")):
        await opened.append(commit)
    yield opened
    await opened.close()


async def test_an_untouched_store_is_sound_and_gives_its_heads(store: SqliteEventStore) -> None:
    counted: list[int] = []
    verified = await verify_store("tallies", store, progress=counted.append)
    assert (verified.sound, verified.commits, counted) == (True, 8, [8])
    last = (await store.read("tally-a"))[-1]
    assert verified.heads["tally-a"] == Head(5, last.hash)
    assert (await verify_store("tallies", store, Heads({"tallies": verified.heads}))).sound


TAMPERED = {
    "a body": "UPDATE commits SET body = CAST(replace(CAST(body AS TEXT), '\"amount\":3', '\"amount\":4') AS BLOB)"
    " WHERE stream = 'tally-a' AND seq = 3",
    "a hash": "UPDATE commits SET hash = 'x' WHERE stream = 'tally-a' AND seq = 3",
    "a commit removed": "DELETE FROM commits WHERE stream = 'tally-a' AND seq = 3",
    "the first commit removed": "DELETE FROM commits WHERE stream = 'tally-b' AND seq = 1",
    "a number beside the body": "UPDATE commits SET seq = 99 WHERE stream = 'tally-a' AND seq = 5",
    "a stream beside the body": "UPDATE commits SET stream = 'tally-c' WHERE stream = 'tally-a' AND seq = 5",
    "a command beside the body": "UPDATE commits SET command_id = 'x' WHERE stream = 'tally-a' AND seq = 5",
    "the order": "UPDATE commits SET position = 100 WHERE stream = 'tally-a' AND seq = 2",
    "a body that is none": "UPDATE commits SET body = CAST('{' AS BLOB) WHERE stream = 'tally-a' AND seq = 5",
    "a body without its fields": "UPDATE commits SET body = CAST('{}' AS BLOB) WHERE stream = 'tally-a' AND seq = 1",
}


@pytest.mark.parametrize("what", sorted(TAMPERED))
async def test_whatever_was_done_to_the_file_is_found(store: SqliteEventStore, tmp_path: Path, what: str) -> None:
    with sqlite3.connect(tmp_path / "events.db") as connection:
        assert connection.execute(TAMPERED[what]).rowcount == 1
    connection.close()
    verified = await verify_store("tallies", store)
    assert verified.wrong
    assert all("tally-" in fault or "position" in fault for fault in verified.wrong)


async def test_an_end_that_was_cut_off_is_found_by_published_heads_only(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    published = Heads({"tallies": (await verify_store("tallies", store)).heads})
    with sqlite3.connect(tmp_path / "events.db") as connection:
        connection.execute("DELETE FROM commits WHERE stream = 'tally-a' AND seq = 5")
    connection.close()
    assert (await verify_store("tallies", store)).sound
    (wrong,) = (await verify_store("tallies", store, published)).wrong
    assert wrong == "tally-a@5: was published and is missing"


async def test_what_was_added_since_the_publication_is_fine(store: SqliteEventStore) -> None:
    published = Heads({"tallies": (await verify_store("tallies", store)).heads})
    await store.append(following((await store.read("tally-a"))[-1]))
    assert (await verify_store("tallies", store, published)).sound
