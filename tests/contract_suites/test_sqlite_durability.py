"""What only SQLite has to show: its settings, a full disk, readers beside the writer, two writers."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from shared.commits import Commit, broken_links
from shared.documents import Collection, DocumentsUnavailable, Put
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore import StoreUnavailable
from shared.eventstore.sqlite import SqliteEventStore
from shared.sqlite.database import Database, NotDurable
from tests.contract_suites.commits import chain, following


async def test_the_durability_that_was_asked_for_is_what_the_writer_has(tmp_path: Path) -> None:
    store, documents = SqliteEventStore(tmp_path / "events.db"), SqliteDocuments(tmp_path / "views.db")
    assert await store.database.durability() == ("wal", "FULL")
    assert await documents.database.durability() == ("wal", "NORMAL")
    await store.close()
    await documents.close()


def test_a_file_that_refuses_its_durability_is_not_opened() -> None:
    with pytest.raises(NotDurable, match="memory"):
        Database(Path(":memory:"), "")


async def fill_up(store: SqliteEventStore, spare_pages: int) -> None:
    def bound(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + spare_pages}")

    await store.database.write(bound)


async def test_a_full_disk_fails_everybody_in_that_transaction_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = SqliteEventStore(tmp_path / "events.db")
    kept = await store.append(following(None, "tally-kept"))
    await fill_up(store, spare_pages=20)
    together = [following(None, f"tally-{n}", words="x" * 30_000) for n in range(10)]
    # The writer is held until all of them wait, so that they meet in one transaction.
    held = threading.Event()
    holding = asyncio.ensure_future(store.database.write(lambda _: held.wait(10)))
    await asyncio.sleep(0.05)
    waiting = [asyncio.ensure_future(store.append(commit)) for commit in together]
    await asyncio.sleep(0)
    held.set()
    await holding
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 10
    assert [c.hash for c in await store.scan()] == [kept.hash]
    # There is room again (a new connection has no bound): the very same commits are taken.
    again = await asyncio.gather(*(store.append(c) for c in together))
    assert all(isinstance(outcome, Commit) for outcome in again)
    await store.append(following(kept))
    assert broken_links(await store.read("tally-kept")) == []
    await store.close()


async def test_a_full_disk_under_documents_passes_too(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    await documents.declare(Collection("needs"))

    def bound(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count=1")

    await documents.database.write(bound)
    large = Put("needs", "n-1", {"words": "x" * 100_000}, 0)
    with pytest.raises(DocumentsUnavailable):
        await documents.write([large])
    assert await documents.write([large]) == [True]
    await documents.close()


async def test_a_fault_in_one_callers_work_leaves_the_others_work_standing(tmp_path: Path) -> None:
    store = SqliteEventStore(tmp_path / "events.db")

    def broken(_: sqlite3.Connection) -> None:
        raise KeyError("a fault of ours")

    outcomes = await asyncio.gather(
        store.append(following(None, "tally-a")),
        store.database.write(broken),
        store.append(following(None, "tally-b")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Commit, KeyError, Commit]
    await store.close()


async def test_what_a_failing_work_wrote_is_taken_back_and_the_others_work_is_not(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    await documents.declare(Collection("needs"))

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO doc_needs (id, revision, body) VALUES ('half', 1, '{}')")
        raise KeyError("after the first of two")

    outcomes = await asyncio.gather(
        documents.database.write(half), documents.write([Put("needs", "whole", {}, 0)]), return_exceptions=True
    )
    assert isinstance(outcomes[0], KeyError)
    assert outcomes[1] == [True]
    assert [one.id for one in await documents.find("needs")] == ["whole"]
    await documents.close()


async def test_a_reader_beside_the_writer_sees_what_is_committed_and_writes_nothing(tmp_path: Path) -> None:
    writer = SqliteEventStore(tmp_path / "events.db")
    await writer.append(following(None))
    reader = SqliteEventStore(tmp_path / "events.db", read_only=True)
    assert len(await reader.read("tally-a")) == 1
    for commit in chain(3, "tally-b"):
        await writer.append(commit)
    assert len(await reader.scan()) == 4
    with pytest.raises(StoreUnavailable, match="reading only"):
        await reader.append(following(None, "tally-c"))
    await reader.close()
    await writer.close()


async def test_a_reader_where_nothing_was_ever_written_finds_nothing(tmp_path: Path) -> None:
    store = SqliteEventStore(tmp_path / "events.db", read_only=True)
    documents = SqliteDocuments(tmp_path / "views.db", read_only=True)
    await documents.declare(Collection("needs", fields=("state",)))
    assert await store.read("tally-a") == []
    assert await store.scan() == []
    assert await store.end() == 0
    assert await documents.find("needs", {"state": "LAO"}) == []
    assert not (tmp_path / "events.db").exists()
    await store.close()
    await documents.close()


async def test_whoever_reads_a_closed_file_is_told_so(tmp_path: Path) -> None:
    store = SqliteEventStore(tmp_path / "events.db")
    await store.append(following(None))
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.read("tally-a")


async def test_two_writers_on_one_file_wait_for_one_another(tmp_path: Path) -> None:
    """Not how it is run (one process has the folder), but then no commit may be lost or doubled either."""
    one, other = SqliteEventStore(tmp_path / "events.db"), SqliteEventStore(tmp_path / "events.db")

    async def write(store: SqliteEventStore, stream: str) -> None:
        for commit in chain(20, stream):
            await store.append(commit)

    await asyncio.gather(write(one, "tally-a"), write(other, "tally-b"))
    assert len(await one.scan()) == 40
    assert broken_links(await other.read("tally-a")) == []
    await one.close()
    await other.close()


async def test_a_scan_by_position_also_meets_what_is_appended_meanwhile(tmp_path: Path) -> None:
    """The log of one process rests on this: positions are drawn in the order in which commits become visible."""
    store = SqliteEventStore(tmp_path / "events.db")

    async def write(stream: str) -> None:
        for commit in chain(25, stream):
            await store.append(commit)
            await asyncio.sleep(0)

    writing = asyncio.gather(*(write(f"tally-{n}") for n in range(6)))
    heard: list[Commit] = []
    while not writing.done() or await store.scan(heard[-1].position if heard else 0, 1):
        heard += await store.scan(heard[-1].position if heard else 0, 10)
        await asyncio.sleep(0)
    await writing
    assert len({commit.hash for commit in heard}) == len(heard) == 150
    await store.close()


async def test_a_follower_that_has_gone_is_no_longer_woken(tmp_path: Path) -> None:
    store = SqliteEventStore(tmp_path / "events.db")
    woken: list[str] = []
    forget = store.on_append(lambda _: woken.append("x"))
    await store.append(following(None))
    forget()
    forget()
    await store.append(following(None, "tally-b"))
    assert woken == ["x"]
    await store.close()
