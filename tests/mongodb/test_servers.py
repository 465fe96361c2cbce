"""A local server of MongoDB's protocol outlives `kill -9`; one that loses updates is found out."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.servers.mongodb import MongoServer
from deploy.servers.process import ServerFailed
from shared.commits import Commit, broken_links
from shared.eventstore.mongodb import MongoEventStore
from shared.ids import new_id
from shared.mongodb.connection import MongoConnection, MongoUnavailable, Patience
from shared.mongodb.probing import clock_ahead, probe_durability, rival_inserts, rival_updates
from tests import servers
from tests.contract_suites.commits import following

pytestmark = pytest.mark.distributed


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own: its folders may be entered by their owner only, and PostgreSQL has an account of its own.
    made = Path(tempfile.mkdtemp(prefix="article6-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> Iterator[MongoServer]:
    made = servers.own_mongodb(folder)
    made.start()
    yield made
    made.wipe()


@pytest.fixture
def careless(folder: Path) -> Iterator[MongoServer]:
    made = servers.own_mongodb(folder, atomic=False)
    made.start()
    yield made
    made.wipe()


async def test_what_was_acknowledged_outlives_a_killed_database(server: MongoServer) -> None:
    connection = await MongoConnection.open(server.address, Patience(whole=60, once=5))
    store = await MongoEventStore.open(connection.database("a6_killed"))
    acknowledged: dict[str, list[Commit]] = {f"tally-{n}": [] for n in range(6)}
    enough = asyncio.Event()

    async def write(stream: str) -> None:
        told = acknowledged[stream]
        while not enough.is_set():
            commit = following(told[-1] if told else None, stream)
            told.append(await store.append(commit))

    writing = [asyncio.ensure_future(write(stream)) for stream in acknowledged]
    for _ in range(2):
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.kill)
        assert not server.is_up()
        await asyncio.to_thread(server.start)
    before = sum(map(len, acknowledged.values()))
    while sum(map(len, acknowledged.values())) < before + 30:
        await asyncio.sleep(0.05)
    enough.set()
    await asyncio.gather(*writing)
    for stream, told in acknowledged.items():
        stored = await store.read(stream)
        assert [c.hash for c in stored] == [c.hash for c in told]
        assert broken_links(stored) == []
    await store.close()
    await connection.close()


async def test_it_is_started_stopped_and_wiped(server: MongoServer) -> None:
    async def stored() -> list[Commit]:
        connection = await MongoConnection.open(server.address)
        store = await MongoEventStore.open(connection.database("a6_kept"))
        found = await store.read("tally-a")
        if not found:
            await store.append(following(None))
        await store.close()
        await connection.close()
        return found

    assert await stored() == []
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.stop)
    assert not server.is_up()
    with pytest.raises(MongoUnavailable):
        await MongoConnection.open(server.address, Patience(whole=0.5, once=0.5))
    await asyncio.to_thread(server.start)
    assert len(await stored()) == 1
    await asyncio.to_thread(server.wipe)
    await asyncio.to_thread(server.start)
    assert await stored() == []


def test_a_port_that_is_taken_is_said_to_be(server: MongoServer, tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match="taken"):
        MongoServer(tmp_path, server.port, programs=servers.FOLDER / "mongodb" / "programs").start()


async def test_the_database_of_these_tests_keeps_its_word() -> None:
    connection = await MongoConnection.open(servers.mongodb())
    database = connection.database("a6_test_word")
    assert (await rival_updates(database, rivals=12, each=20)).honest
    assert (await rival_inserts(database)).honest
    durability = await probe_durability(connection, database.name)
    assert durability.confirmed or durability.kind.looks_up_by_equality_only
    assert abs((await clock_ahead(connection)).total_seconds()) < 60
    await connection.drop(database.name)
    await connection.close()


async def test_rivals_of_whom_some_name_the_document_and_others_do_not_lose_nothing() -> None:
    """A local server lets those that name it wait for one another only, and for whoever names none."""
    connection = await MongoConnection.open(servers.mongodb())
    database = connection.database(f"a6_test_mixed_{new_id()[-12:]}")
    place = database["counts"]
    await place.insert_one({"_id": "one", "name": "one", "n": 0})

    async def rival(named: bool) -> int:
        told = 0
        while told < 15:
            row = await place.find_one({"_id": "one"})
            assert row is not None
            which = {"_id": "one"} if named else {"name": "one"}
            answer = await place.update_one({**which, "n": row["n"]}, {"$set": {"n": row["n"] + 1}})
            told += answer.matched_count
        return told

    told = sum(await asyncio.gather(*(rival(named) for named in (True, False) * 3)))
    row = await place.find_one({"_id": "one"})
    assert row is not None
    assert row["n"] == told
    await connection.drop(database.name)
    await connection.close()


async def test_one_whose_updates_are_not_atomic_is_found_out(careless: MongoServer) -> None:
    """Both of two rivals are told yes, and one of the two writings is gone."""
    connection = await MongoConnection.open(careless.address)
    found = await rival_updates(connection.database("a6_word"))
    assert found.acknowledged > found.effect
    assert not found.honest
    await connection.close()


def test_the_doctor_warns_of_it(careless: MongoServer) -> None:
    told = CliRunner().invoke(app, ["doctor", "--mongodb", careless.address, "--json"])
    assert told.exit_code == 1
    verdicts = {one["name"]: one["verdict"] for one in json.loads(told.output)}
    assert verdicts["compare-and-set"] == "wrong"
    assert verdicts["unique indexes"] == "ok"


def test_the_doctor_finds_one_that_keeps_its_word_and_leaves_no_trace() -> None:
    told = CliRunner().invoke(app, ["doctor", "--mongodb", servers.mongodb(), "--json", "--prefix", "a6_test_doctor"])
    assert told.exit_code == 0
    verdicts = {one["name"]: one["verdict"] for one in json.loads(told.output)}
    assert [name for name, verdict in verdicts.items() if verdict == "wrong"] == []
    assert {"compare-and-set", "unique indexes", "durability", "clocks"} <= {*verdicts}

    async def names() -> list[str]:
        connection = await MongoConnection.open(servers.mongodb())
        found = await connection.names()
        await connection.close()
        return found

    assert [name for name in asyncio.run(names()) if name.startswith("a6_test_doctor")] == []


def test_the_doctor_says_where_nobody_answers() -> None:
    told = CliRunner().invoke(app, ["doctor", "--mongodb", f"mongodb://127.0.0.1:{servers.free_port()}/", "--json"])
    assert told.exit_code == 1
    (found,) = [one for one in json.loads(told.output) if one["name"] == "MongoDB"]
    assert "cannot be reached" in found["words"]
