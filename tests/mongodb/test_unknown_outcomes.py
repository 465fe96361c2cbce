"""The answer is lost after the database has done it: whoever asked learns in the end what happened, and only that."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from shared.commits import Commit, broken_links
from shared.documents import Collection, Delete, DocumentsUnavailable, Put
from shared.documents.mongodb import MongoDocuments
from shared.eventstore import CommandDone, SeqTaken, StoreUnavailable
from shared.eventstore.mongodb import MongoEventStore
from shared.ids import new_id
from shared.mongodb.connection import MongoConnection, Patience
from tests import servers
from tests.contract_suites.commits import chain, following
from tests.mongodb.cutting import Cutting, cutting

pytestmark = pytest.mark.distributed
NEEDS = Collection("needs", fields=("state",))


@dataclass
class Place:
    """A store and documents behind a connection that can be cut."""

    between: Cutting
    store: MongoEventStore
    documents: MongoDocuments


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with cutting(servers.mongodb()) as between:
        connection = await MongoConnection.open(between.address, Patience(whole=3, once=2))
        database = connection.database(f"a6_test_{new_id().replace('-', '')}")
        store, documents = await MongoEventStore.open(database), MongoDocuments(database)
        await documents.declare(NEEDS)
        yield Place(between, store, documents)
        await store.close()
        await documents.close()
        between.come_back()
        await connection.drop(database.name)
        await connection.close()


async def test_an_append_whose_answer_got_lost_is_acknowledged_and_there_once(place: Place) -> None:
    first = await place.store.append(following(None))
    for lost in (1, 3):
        place.between.cut_answers_to("insert", lost)
        commit = following((await place.store.read("tally-a"))[-1])
        assert (await place.store.append(commit)).hash == commit.hash
    assert place.between.cut == 4
    stored = await place.store.read("tally-a")
    assert broken_links(stored) == []
    assert [c.seq for c in stored] == [1, 2, 3]
    assert stored[0].hash == first.hash
    assert len(await place.store.unrelayed(100)) == 3
    with pytest.raises(CommandDone):
        await place.store.append(stored[-1])


async def test_a_rival_is_told_apart_from_our_own_attempt(place: Place) -> None:
    """The repeated insert meets a commit at its place: it may be ours, or that of somebody who was quicker."""
    first = await place.store.append(following(None))
    rivals = [following(first) for _ in range(6)]
    place.between.cut_answers_to("insert", 4)
    outcomes = await asyncio.gather(*(place.store.append(one) for one in rivals), return_exceptions=True)
    won = [outcome for outcome in outcomes if isinstance(outcome, Commit)]
    assert len(won) == 1
    assert sum(isinstance(outcome, SeqTaken) for outcome in outcomes) == 5
    assert [c.hash for c in await place.store.read("tally-a", 1)] == [won[0].hash]


async def test_documents_are_answered_for_as_they_were_written(place: Place) -> None:
    between, documents = place.between, place.documents
    between.cut_answers_to("insert")
    assert await documents.write([Put("needs", "n-1", {"v": 1}, 0), Put("needs", "n-2", {"v": 1}, 0)]) == [True, True]
    between.cut_answers_to("insert")
    assert await documents.write([Put("needs", "n-1", {"v": 9}, 0), Put("needs", "n-3", {"v": 1}, 0)]) == [False, True]
    between.cut_answers_to("update")
    assert await documents.write([Put("needs", "n-1", {"v": 2}, 1)]) == [True]
    between.cut_answers_to("update")
    assert await documents.write([Put("needs", "n-1", {"v": 9}, 1)]) == [False]
    between.cut_answers_to("delete")
    assert await documents.write([Delete("needs", "n-2", 1)]) == [True]
    between.cut_answers_to("delete")
    assert await documents.write([Delete("needs", "n-1", 1)]) == [False]
    assert between.cut == 6
    stored = await documents.get("needs", ["n-1", "n-2", "n-3"])
    assert {id_: (one.revision, one.body) for id_, one in stored.items()} == {
        "n-1": (2, {"v": 2}),
        "n-3": (1, {"v": 1}),
    }


async def test_reads_are_repeated(place: Place) -> None:
    for commit in chain(3):
        await place.store.append(commit)
    await place.documents.write([Put("needs", "n-1", {"state": "LAO"}, 0)])
    for ask, cut in (("find", 1), ("find", 2)):
        place.between.cut_answers_to(ask, cut)
        assert len(await place.store.read("tally-a")) == 3
        place.between.cut_answers_to(ask, cut)
        assert len(await place.documents.find("needs", {"state": "LAO"})) == 1


async def test_a_database_that_is_gone_is_said_to_be_and_comes_back(place: Place) -> None:
    first = await place.store.append(following(None))
    await place.between.go_down()
    lost = following(first)
    with pytest.raises(StoreUnavailable):
        await place.store.append(lost)
    with pytest.raises(StoreUnavailable):
        await place.store.probe()
    with pytest.raises(DocumentsUnavailable):
        await place.documents.write([Put("needs", "n-1", {}, 0)])
    place.between.come_back()
    # Nothing was known to be written: the same commit is offered again.
    assert (await place.store.append(lost)).seq == 2
    assert await place.documents.write([Put("needs", "n-1", {}, 0)]) == [True]


async def test_everything_is_written_and_read_by_majority(place: Place) -> None:
    """A decision that rests on what is rolled back afterwards, or is acknowledged before it is safe, is none."""
    commits = chain(2)
    for commit in commits:
        await place.store.append(commit)
    await place.store.read("tally-a")
    await place.store.find_command(commits[0].command_id)
    await place.store.relayed(await place.store.unrelayed(10))
    await place.documents.write([Put("needs", "n-1", {"state": "LAO"}, 0)])
    await place.documents.write([Put("needs", "n-1", {"state": "BIH"}, 1)])
    await place.documents.get("needs", ["n-1"])
    await place.documents.write([Delete("needs", "n-1", 2)])
    writing = [one for one in place.between.asked if {"insert", "update", "delete"} & {*one}]
    reading = [one for one in place.between.asked if "find" in one]
    assert len(writing) >= 6
    assert len(reading) >= 4
    for one in writing:
        assert (one["writeConcern"]["w"], one["writeConcern"]["j"]) == ("majority", True)
    assert {one["readConcern"]["level"] for one in reading} == {"majority"}


async def test_an_append_behind_what_was_read_is_one_request(place: Place) -> None:
    first = await place.store.append(following(None))
    await place.store.read("tally-a")
    before = len(place.between.asked)
    second = await place.store.append(following(first))
    await place.store.append(following(second))
    asked = [one for one in place.between.asked[before:] if "hello" not in one and "isMaster" not in one]
    assert [next(iter(one)) for one in asked] == ["insert", "insert"]
