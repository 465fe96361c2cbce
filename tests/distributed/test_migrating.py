"""From a folder into databases and back: the same to the letter, whatever happens on the way."""

import asyncio
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.catalogue import SERVICES
from deploy.distributed import Installation, service_process
from deploy.folder import Filled, filled, is_exercise, mark, mark_exercise
from deploy.migrating import CannotMigrate, Progress, migrated, planned
from deploy.migrating_marks import NotToBeStarted
from deploy.migrating_sides import databases, folder
from shared.commits import Commit
from shared.log.kafka import KafkaPlace
from shared.relay import Lease
from tests import servers
from tests.cli.conftest import _logs_as_they_were
from tests.coalitions.words import propose
from tests.contract_suites.commits import chain, following
from tests.distributed.migrating import (
    article6,
    copied,
    fro,
    held_in_databases,
    held_in_folder,
    killed,
    own_prefix,
    to,
    unseen,
    written,
)
from tests.privacy.desk import begin, forget, name_at, read_at
from tests.system import embedded_system

__all__ = ["_logs_as_they_were"]
pytestmark = pytest.mark.distributed
PERSON = {"name": "A. Person", "email": "a.person@example.org"}
_FORGED = "UPDATE commits SET body = CAST(replace(CAST(body AS TEXT), 'isu:desk', 'isu:DESK') AS BLOB) WHERE seq = 7"
OTHER = {"name": "B. Other", "email": "b.other@example.org"}


@pytest.fixture
async def prefix(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setenv("COLUMNS", "200")
    async with own_prefix() as own:
        yield own


def some_history() -> dict[str, list[Commit]]:
    one, other = chain(30, "request-r-1"), chain(20, "request-r-2", events=3)
    interleaved = [commit for pair in zip(one[:20], other, strict=True) for commit in pair] + one[20:]
    return {"deadlines": chain(40, "obligation-MNE"), "requests": interleaved, "pledges": chain(1, "pledge-p")}


def place(prefix: str, exercise: bool = False) -> Installation:
    broker = KafkaPlace("127.0.0.1:1", prefix=prefix)
    return Installation(servers.mongodb(), broker, "http://{service}:1", b"s" * 32, prefix, exercise)


async def test_what_was_said_and_who_was_named_is_the_same_after_there_and_back(tmp_path: Path, prefix: str) -> None:
    data, back = tmp_path / "data", tmp_path / "back"
    async with embedded_system(data) as system:
        await begin(system)
        await name_at(system, "r-1", PERSON, key="named-once")
        await name_at(system, "mfa", OTHER)
        await name_at(system, "r-2", OTHER)
        await forget(system, email=OTHER["email"])
        client = system.client("coordinator")
        receipt = (await client.post("/coalitions", json=propose().model_dump(mode="json"))).json()
        seen = {one: await read_at(system, one) for one in ("r-1", "r-2", "mfa")}
    mark_exercise(data)
    before = await held_in_folder(data)
    there = await article6(*to(data, prefix))
    assert there.code == 0, there.err
    assert await held_in_databases(prefix) == before
    returned = await article6(*fro(prefix, back))
    assert returned.code == 0, returned.err
    roots = [line.rpartition(" ")[2] for told in (there, returned) for line in told.out.splitlines() if "Root" in line]
    assert len(roots) == 4
    assert len({*roots}) == 1
    assert await held_in_folder(back) == before
    assert is_exercise(back)
    verified = await article6("verify", "--data", back)
    assert verified.code == 0, verified.out
    assert f"Root over all heads: {roots[0]}" in verified.out
    async with embedded_system(back) as system:
        assert {one: await read_at(system, one) for one in ("r-1", "r-2", "mfa")} == seen
        # A token of a receipt from before still says from when on its reader sees his own write.
        coalition = receipt["stream"].removeprefix("coalition-")
        page = await system.client().get(f"/coalitions/{coalition}", params={"after": receipt["token"]})
        assert page.status_code == 200
        # A command that was done before is known again, with the person that it named.
        again = await name_at(system, "r-1", PERSON, key="named-once")
        assert again["replayed"]
        await system.settle()
        await system.sweep()
    # Everybody heard everything again, and nothing was done twice.
    assert await held_in_folder(back) == before


@pytest.mark.parametrize("dies_at", ["adopting:2", "adopted:1", "before-commit/events:2"])
async def test_killed_on_the_way_it_goes_on_and_nothing_is_doubled(tmp_path: Path, prefix: str, dies_at: str) -> None:
    data = await written(tmp_path / "data", some_history())
    back = tmp_path / "back"
    if "before-commit" not in dies_at:
        assert (await killed(*to(data, prefix), at=dies_at)).code == -9
        with pytest.raises(NotToBeStarted):
            async with service_process("requests", place(prefix)):
                pass
    done = await article6(*to(data, prefix))
    assert done.code == 0, done.err
    assert await held_in_databases(prefix) == await held_in_folder(data)
    async with service_process("requests", place(prefix)) as started:
        assert (await started.store.backlog()).commits == 50
    assert (await killed(*fro(prefix, back), at=dies_at)).code == -9
    assert not back.exists()
    done = await article6(*fro(prefix, back))
    assert done.code == 0, done.err
    assert await held_in_folder(back) == await held_in_folder(data)
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".migrating")] == []


async def test_run_again_after_more_was_recorded_it_takes_only_the_rest(tmp_path: Path, prefix: str) -> None:
    history = some_history()
    data = await written(tmp_path / "data", history)
    async with databases(servers.mongodb(), prefix) as target:
        assert (await copied(data, target)).missing == 91
        await written(data, {"pledges": [*history["pledges"], following(history["pledges"][-1])]})
        assert (await copied(data, target)).missing == 1
        assert (await copied(data, target)).missing == 0
    assert await held_in_databases(prefix) == await held_in_folder(data)


async def test_a_folder_in_use_is_left_alone(tmp_path: Path, prefix: str) -> None:
    data = await written(tmp_path / "data", some_history())
    async with folder(data, "held"):
        told = await article6(*to(data, prefix))
    assert told.code == 1
    assert "is in use by process" in told.err
    assert "Traceback" not in told.err


async def test_a_source_that_is_written_meanwhile_is_noticed_and_the_rest_taken_later(
    tmp_path: Path, prefix: str
) -> None:
    history = some_history()
    data = await written(tmp_path / "data", history)
    async with databases(servers.mongodb(), prefix) as source:
        await copied(data, source)

        @contextmanager
        def written_meanwhile(words: str) -> Iterator[Progress]:
            yield lambda done, total: heard.append(words)

        heard: list[str] = []
        async with folder(tmp_path / "back", "back", writing=True) as target:
            plan = await planned(source.side, target.side, written_meanwhile)
            await source.side.stores["pledges"].append(following(history["pledges"][-1]))
            with pytest.raises(CannotMigrate, match=r"1 commits were recorded .* stop the services and run it again"):
                await migrated(source.side, target.side, plan, written_meanwhile)
            plan = await planned(source.side, target.side, unseen)
            assert plan.missing == 1
            await migrated(source.side, target.side, plan, unseen)
        assert {"Reading", "Copying", "Comparing"} == {*heard}
    assert await held_in_folder(tmp_path / "back") == await held_in_databases(prefix)


async def test_services_that_run_on_either_side_are_noticed(tmp_path: Path, prefix: str) -> None:
    data = await written(tmp_path / "data", some_history())
    async with databases(servers.mongodb(), prefix) as there:
        lease = Lease(there.documents["requests"], "somebody", patience=1.0)

        async def alive() -> None:
            while True:
                await lease.held()
                await asyncio.sleep(0.2)

        running = asyncio.create_task(alive())
        refused = await article6(*to(data, prefix))
        assert refused.code == 1
        assert "requests run on" in refused.err
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await lease.release()
        assert (await article6(*to(data, prefix))).code == 0
        running = asyncio.create_task(alive())
        refused = await article6(*fro(prefix, tmp_path / "back"))
        assert refused.code == 1
        assert "requests still run on" in refused.err
        assert not (tmp_path / "back").exists()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        # One that was killed leaves its lease behind, and renews it no more.
        done = await article6(*fro(prefix, tmp_path / "back"))
        assert done.code == 0, done.err
    assert await held_in_folder(tmp_path / "back") == await held_in_folder(data)


async def test_a_target_that_holds_something_else_is_refused_by_name_and_stays_as_it_was(
    tmp_path: Path, prefix: str
) -> None:
    data = await written(tmp_path / "data", some_history())
    strange = await written(tmp_path / "strange", {"requests": chain(2, "request-r-2")})
    more = await written(tmp_path / "more", {**some_history(), "coalitions": chain(1, "coalition-c")})
    async with databases(servers.mongodb(), prefix) as target:
        await copied(strange, target)
    before = await held_in_databases(prefix)
    for source in (data, more):
        told = await article6(*to(source, prefix))
        assert told.code == 1
        assert "requests/request-r-2@2" in told.err
    assert await held_in_databases(prefix) == before
    told = await article6(*fro(prefix, data))
    assert told.code == 1
    assert "holds another commit than the source at" in told.err
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    told = await article6(*fro(prefix, tmp_path / "full"))
    assert told.code == 1
    assert "is not empty" in told.err


async def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path, prefix: str) -> None:
    data = await written(tmp_path / "data", some_history())
    told = await article6(*to(data, prefix, "--dry-run"))
    assert told.code == 0, told.err
    assert "91 of 91 commits would be copied" in told.out
    async with databases(servers.mongodb(), prefix) as target:
        connection = target.databases["requests"].connection
        assert not [name for name in await connection.names() if name.startswith(prefix)]
    empty = await article6(*fro(prefix, tmp_path / "back"))
    assert empty.code == 1
    assert "nothing was ever recorded" in empty.err
    assert {one.name for one in tmp_path.iterdir()} == {"data"}


async def test_an_exercise_stays_one_and_what_was_filled_in_is_not_filled_in_again(tmp_path: Path, prefix: str) -> None:
    data = await written(tmp_path / "data", some_history())
    mark_exercise(data)
    mark(data, Filled.done)
    async with databases(servers.mongodb(), prefix) as there:
        await copied(data, there)
        assert await there.exercise()
    with pytest.raises(NotToBeStarted, match="--exercise"):
        async with service_process("requests", place(prefix)):
            pass
    async with service_process("requests", place(prefix, exercise=True)):
        pass
    assert (await article6(*fro(prefix, tmp_path / "back"))).code == 0
    assert is_exercise(tmp_path / "back")
    assert filled(tmp_path / "back") is Filled.done


histories = st.fixed_dictionaries(
    {
        name: st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3), st.text(max_size=8)), max_size=12)
        for name in SERVICES
    }
)


@settings(max_examples=6, deadline=None)
@given(drawn=histories, cut=st.floats(0, 1))
def test_any_history_survives_in_parts_and_as_a_whole(drawn: dict[str, list[tuple[int, int, str]]], cut: float) -> None:
    history: dict[str, list[Commit]] = {"deadlines": chain(1, "obligation-first")}
    for name, steps in drawn.items():
        newest: dict[int, Commit] = {}
        for stream, events, words in steps:
            newest[stream] = following(newest.get(stream), f"tally-{stream}ß", range(events), words=words)
            history.setdefault(name, []).append(newest[stream])
    part = {name: commits[: round(len(commits) * cut) or 1] for name, commits in history.items()}

    async def there_and_back(home: Path) -> None:
        data = await written(home / "data", part)
        async with own_prefix() as prefix, databases(servers.mongodb(), prefix) as there:
            await copied(data, there)
            await written(data, history)
            await copied(data, there)
            async with folder(home / "back", "back", writing=True) as back:
                plan = await planned(there.side, back.side, unseen)
                await migrated(there.side, back.side, plan, unseen)
        assert await held_in_folder(home / "back") == await held_in_folder(data)

    home = Path(tempfile.mkdtemp())
    try:
        asyncio.run(there_and_back(home))
    finally:
        shutil.rmtree(home)


async def test_a_broken_source_is_not_carried_on(tmp_path: Path, prefix: str) -> None:
    data = await written(tmp_path / "data", some_history())
    with contextlib.closing(sqlite3.connect(data / "requests" / "events.db")) as connection:
        connection.execute(_FORGED)
        connection.commit()
    told = await article6(*to(data, prefix))
    assert told.code == 1
    assert "is not sound: requests/request-r-1@7" in told.err
    assert all(not commits for commits in (await held_in_databases(prefix)).values())
