"""For whoever runs it: alive, ready, measured."""

import asyncio
import sqlite3
from pathlib import Path

import httpx2
import pytest

from shared.eventstore import StoreUnavailable
from shared.eventstore.sqlite import SqliteEventStore
from shared.heard import Heard
from tests.kit.echoing import Added
from tests.kit.world import World, world


async def test_a_running_system_is_alive_and_ready(here: World) -> None:
    await here.add("a", 1)
    await here.settle()
    async with here.client(None) as http:
        assert (await http.get("/healthz")).json() == {"alive": True}
        answer = await http.get("/readyz")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "ready": True,
        "services": {
            name: {
                "ready": True,
                "store_writable": True,
                "durability": f"SQLite {sqlite3.sqlite_version}: journal wal, synchronous FULL",
                "not_following": [],
                "failing": [],
                "lag": {"tallies": 0},
                "parked": 0,
            }
            for name in ("tallies", "echoes")
        },
    }
    assert answer.headers["Cache-Control"] == "no-store"


async def test_what_is_not_started_is_alive_and_not_ready(tmp_path: Path) -> None:
    here = World(tmp_path)
    async with here.client(None) as http:
        assert (await http.get("/healthz")).status_code == 200
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["services"]["echoes"]["not_following"] == ["tallies"]
    await here.stop()


async def test_a_store_that_cannot_be_written_is_not_ready(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_: object) -> None:
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(SqliteEventStore, "probe", full)
    async with here.client(None) as http:
        answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["services"]["tallies"]["store_writable"]


async def test_a_batch_that_fails_is_told_by_its_topic_and_not_by_its_content(here: World) -> None:
    def fails(_: Heard[Added]) -> None:
        raise OSError("words from inside an event")

    here.faults.repeating = fails
    await here.add("a", 1)
    async with asyncio.timeout(60):
        while not here.echoes.failing():
            await asyncio.sleep(0.01)
    async with here.client(None) as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["services"]["echoes"]["failing"]) == (503, ["tallies"])
    assert "words from inside" not in answer.text
    here.faults.repeating = lambda _: None
    await here.settle()
    assert here.echoes.failing() == []


async def test_a_consumer_that_has_died_is_not_ready(here: World) -> None:
    consumer = here.echoes._consumers["tallies"]
    assert consumer._task is not None
    consumer._task.cancel()
    await asyncio.sleep(0.01)
    async with here.client(None) as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["services"]["echoes"]["not_following"]) == (503, ["tallies"])


async def test_parked_streams_are_counted_and_keep_it_ready(here: World) -> None:
    def refuses(_: Heard[Added]) -> None:
        raise ValueError

    here.faults.repeating = refuses
    await here.add("a", 1)
    await here.add("b", 1)
    await here.settle()
    async with here.client(None) as http:
        answer = await http.get("/readyz")
        measured = (await http.get("/metrics")).text
    assert (answer.status_code, answer.json()["services"]["echoes"]["parked"]) == (200, 2)
    assert 'article6_parked_streams{service="echoes"} 2.0' in measured


async def test_askers_cannot_keep_the_disk_busy(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    probes = 0
    real = SqliteEventStore.probe

    async def counted(self: SqliteEventStore) -> None:
        nonlocal probes
        probes += 1
        await real(self)

    monkeypatch.setattr(SqliteEventStore, "probe", counted)
    async with here.client(None) as http:
        await asyncio.gather(*(http.get("/readyz") for _ in range(50)))
    assert probes == 2


async def test_measurements_are_in_the_form_of_prometheus(here: World) -> None:
    await here.add("a", 1)
    await here.settle()
    async with here.client() as http:
        await http.request("BREW", "/tallies/a/additions")
        answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'article6_events_appended_total{service="tallies"}' in answer.text
    assert 'article6_lag_commits{service="echoes",topic="tallies"} 0.0' in answer.text
    assert 'method="OTHER"' in answer.text
    assert "BREW" not in answer.text


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "nobody knows"])
async def test_measurements_are_not_told_to_who_comes_from_outside(here: World, address: str) -> None:
    outside = httpx2.ASGITransport(here.app, client=(address, 4711))
    async with httpx2.AsyncClient(transport=outside, base_url="http://article6.test") as http:
        answer = await http.get("/metrics")
        assert (await http.get("/healthz")).status_code == 200
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:article6:told-inside-only")
    assert "article6_" not in answer.text.replace("urn:article6", "")


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
async def test_measurements_are_not_told_to_who_is_passed_on_by_what_stands_in_front(here: World, name: str) -> None:
    async with here.client(None) as http:
        assert (await http.get("/metrics", headers={name: "127.0.0.1"})).status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.2.3.4", "192.168.1.9", "100.64.7.7", "fd00::7"])
async def test_measurements_are_told_to_a_collector_inside(here: World, address: str) -> None:
    inside = httpx2.ASGITransport(here.app, client=(address, 4711))
    async with httpx2.AsyncClient(transport=inside, base_url="http://article6.test") as http:
        assert "article6_" in (await http.get("/metrics")).text


async def test_a_reader_beside_a_running_system_is_not_ready_for_work(tmp_path: Path) -> None:
    async with world(tmp_path), world(tmp_path, read_only=True) as reader, reader.client(None) as http:
        assert (await http.get("/readyz")).status_code == 503
