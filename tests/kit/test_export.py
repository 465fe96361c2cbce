"""The whole history out of the stores and back, byte for byte; and no broken file gets in."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.commits import Commit
from shared.eventstore import StoreUnavailable
from shared.eventstore.sqlite import SqliteEventStore
from shared.export import BrokenExport, NotEmpty, export_history, restore_history, verify_export
from shared.heads import BadHeads, Head, Heads
from tests.contract_suites.commits import chain, following

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES = ("one", "two")


@asynccontextmanager
async def stores_in(folder: Path) -> AsyncIterator[dict[str, SqliteEventStore]]:
    stores = {name: SqliteEventStore(folder / f"{name}.db") for name in NAMES}
    yield stores
    for store in stores.values():
        await store.close()


async def everything(stores: dict[str, SqliteEventStore]) -> list[tuple[str, str, bytes]]:
    return [(name, c.hash, c.body()) for name in NAMES for c in await stores[name].scan(0, 100_000)]


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """Eleven commits on four streams of two services, some with words that need care."""
    async with stores_in(tmp_path / "origin") as stores:
        for commit in (*chain(4, "tally-a", events=3), *chain(3, "tally-b")):
            await stores["one"].append(commit)
        strange = 'line\u2028 "quotes" \\ \n ü 🕊 \u0000'
        for commit in (*chain(3, "need-x"), following(None, "need-y", words=strange)):
            await stores["two"].append(commit)
        told = await export_history(stores, tmp_path / "history.jsonl", AT)
    assert told.commits == {"one": 7, "two": 4}
    return tmp_path / "history.jsonl"


async def test_an_export_put_back_is_the_same_history_byte_for_byte(file: Path, tmp_path: Path) -> None:
    async with stores_in(tmp_path / "origin") as origin, stores_in(tmp_path / "copy") as copy:
        steps: list[tuple[int, int]] = []
        told = await restore_history(file, copy, progress=lambda done, total: steps.append((done, total)))
        assert sorted(await everything(copy)) == sorted(await everything(origin))
        assert steps[-1] == (11, 11) == (told.total, told.total)
        assert [c.at for c in await copy["one"].read("tally-a")] == [c.at for c in await origin["one"].read("tally-a")]
        again = await export_history(copy, tmp_path / "again.jsonl", AT)
        assert again.heads == told.heads
        # It is a history that goes on.
        await copy["one"].append(following((await copy["one"].read("tally-a"))[-1]))
    head, *lines = lines_of(file)
    head_again, *lines_again = lines_of(tmp_path / "again.jsonl")
    assert (head, sorted(lines)) == (head_again, sorted(lines_again))


async def test_the_file_says_what_it_is_and_names_each_commits_service(file: Path) -> None:
    first, *lines = [json.loads(line) for line in lines_of(file)]
    assert (first["format"], first["version"], first["at"]) == ("article6-history", 1, AT.isoformat())
    assert first["commits"] == {"one": 7, "two": 4}
    assert first["heads"]["one"]["tally-a"][0] == 4
    assert [line["service"] for line in lines] == ["one"] * 7 + ["two"] * 4
    assert all({*line} == {"service", "hash", "body"} for line in lines)


def test_a_whole_file_is_found_sound(file: Path) -> None:
    found = verify_export(file)
    assert (found.sound, found.total, found.wrong) == (True, 11, ())


def lines_of(file: Path) -> list[bytes]:
    """As the bytes stand there: a line ends with a line feed and with nothing else."""
    return [line + b"\n" for line in file.read_bytes().split(b"\n")[:-1]]


def write_lines(file: Path, lines: list[bytes]) -> None:
    file.write_bytes(b"".join(lines))


def altered(line: bytes, change: Callable[[dict[str, object]], None]) -> bytes:
    raw = json.loads(line)
    change(raw)
    return json.dumps(raw).encode() + b"\n"


def _set(name: str, value: object) -> Callable[[dict[str, object]], None]:
    def change(raw: dict[str, object]) -> None:
        raw[name] = value

    return change


def _amount(raw: dict[str, object]) -> None:
    raw["body"]["events"][0]["data"]["amount"] = 999  # type: ignore[index]


BREAKS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "empty": lambda lines: [],
    "another kind of file": lambda lines: [b"name,amount\n", b"a,1\n"],
    "without its first line": lambda lines: lines[1:],
    "of a later version": lambda lines: [altered(lines[0], _set("version", 2)), *lines[1:]],
    "with another root": lambda lines: [altered(lines[0], _set("root", "0" * 64)), *lines[1:]],
    "with other counts": lambda lines: [altered(lines[0], _set("commits", {"one": 7, "two": 5})), *lines[1:]],
    "with heads that are none": lambda lines: [altered(lines[0], _set("heads", {"one": [1]})), *lines[1:]],
    "cut off between lines": lambda lines: lines[:-1],
    "cut off within a line": lambda lines: [*lines[:-1], lines[-1][:-20]],
    "cut off by its last character": lambda lines: [*lines[:-1], lines[-1][:-1]],
    "without a commit in the middle": lambda lines: [*lines[:3], *lines[4:]],
    "without a whole stream": lambda lines: lines[:-1],
    "with a commit twice": lambda lines: [*lines[:3], lines[2], *lines[3:]],
    "out of order": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "with another amount": lambda lines: [*lines[:2], altered(lines[2], _amount), *lines[3:]],
    "with another hash": lambda lines: [*lines[:2], altered(lines[2], _set("hash", "0" * 64)), *lines[3:]],
    "with a commit moved to the other service": lambda lines: [
        *lines[:-1],
        altered(lines[-1], _set("service", "one")),
    ],
    "with an unknown service": lambda lines: [*lines[:-1], altered(lines[-1], _set("service", "three"))],
    "with a service that is no name": lambda lines: [*lines[:-1], altered(lines[-1], _set("service", ["one"]))],
    "with a further field": lambda lines: [*lines[:-1], altered(lines[-1], _set("note", "x"))],
    "with a body that is none": lambda lines: [*lines[:-1], altered(lines[-1], _set("body", 7))],
    "with a blank line": lambda lines: [*lines[:3], b"\n", *lines[3:]],
    "with an endless line": lambda lines: [*lines[:3], b"x" * 3_000_000 + b"\n", *lines[3:]],
    "with something behind it": lambda lines: [*lines, b"{}\n"],
}


@pytest.mark.parametrize("what", sorted(BREAKS))
async def test_a_broken_file_is_refused_before_anything_is_written(file: Path, tmp_path: Path, what: str) -> None:
    write_lines(file, BREAKS[what](lines_of(file)))
    found = verify_export(file)
    assert not found.sound
    assert all(found.wrong)
    async with stores_in(tmp_path / "copy") as copy:
        with pytest.raises(BrokenExport):
            await restore_history(file, copy)
        assert await everything(copy) == []


def forged(commit: Commit) -> bytes:
    body = json.loads(commit.body())
    return json.dumps({"service": "two", "hash": commit.hash, "body": body}).encode() + b"\n"


async def test_a_command_done_twice_is_found(tmp_path: Path) -> None:
    async with stores_in(tmp_path / "origin") as stores:
        await stores["two"].append(following(None, "need-y", command_id="once"))
        await export_history(stores, tmp_path / "h", AT)
    first, second = lines_of(tmp_path / "h")
    twin = following(None, "need-z", command_id="once")
    raw = json.loads(first)
    heads = Heads.from_plain(raw["heads"])
    heads = Heads({"one": {}, "two": {**heads.services["two"], "need-z": Head(1, twin.hash)}})
    raw |= {"commits": {"one": 0, "two": 2}, "heads": heads.plain(), "root": heads.root()}
    (tmp_path / "h").write_bytes(json.dumps(raw).encode() + b"\n" + second + forged(twin))
    (wrong,) = verify_export(tmp_path / "h").wrong
    assert "its command was done before" in wrong


async def test_what_was_written_anew_as_a_whole_is_found_by_published_heads(file: Path, tmp_path: Path) -> None:
    published = Heads.read(verify_export(file).heads.published(AT))
    assert verify_export(file, published).sound
    async with stores_in(tmp_path / "origin") as origin, stores_in(tmp_path / "forged") as forgery:
        for name in NAMES:
            for commit in await origin[name].scan(0, 1_000):
                if commit.stream == "tally-b" and commit.seq == 3:
                    commit = replace(commit, actor="isu:somebody-else").sealed()
                if commit.stream != "need-y":
                    await forgery[name].append(commit)
        await export_history(forgery, tmp_path / "forged.jsonl", AT)
    assert verify_export(tmp_path / "forged.jsonl").sound
    wrong = verify_export(tmp_path / "forged.jsonl", published).wrong
    assert len(wrong) == 2
    assert any("tally-b@3: is not the commit that was published" in fault for fault in wrong)
    assert any("need-y@1: was published and is missing" in fault for fault in wrong)


async def test_a_history_is_put_into_empty_stores_only(file: Path, tmp_path: Path) -> None:
    async with stores_in(tmp_path / "copy") as copy:
        await copy["two"].append(following(None, "need-other"))
        with pytest.raises(NotEmpty, match="two"):
            await restore_history(file, copy)
        assert list(await copy["one"].scan()) == []


async def test_a_service_that_is_not_there_is_named_before_anything_is_written(file: Path, tmp_path: Path) -> None:
    async with stores_in(tmp_path / "copy") as copy:
        with pytest.raises(BrokenExport, match="two: there is no such service"):
            await restore_history(file, {"one": copy["one"]})
        assert await everything(copy) == []


async def test_writers_may_go_on_while_the_history_is_exported(tmp_path: Path) -> None:
    async with stores_in(tmp_path / "origin") as stores:
        for n in range(30):
            await stores["one"].append(following(None, f"tally-{n}"))

        async def write(numbers: range) -> None:
            for n in numbers:
                for commit in (await stores["one"].read(f"tally-{n}"))[-1:]:
                    await stores["one"].append(following(commit))

        await asyncio.gather(write(range(15)), export_history(stores, tmp_path / "h", AT), write(range(15, 30)))
    assert verify_export(tmp_path / "h").sound
    assert not (tmp_path / "h.part").exists()


class Growing(SqliteEventStore):
    """Whoever has read it to its end has missed something already."""

    async def scan(self, after: int = 0, limit: int = 500) -> Sequence[Commit]:
        page = await super().scan(after, limit)
        if not page:
            commits = await self.read("tally-a")
            await self.append(following(commits[-1] if commits else None))
            await self.append(following(None, f"tally-{len(commits)}"))
        return page


async def test_what_comes_between_heads_and_commits_is_left_for_the_next_export(tmp_path: Path) -> None:
    store = Growing(tmp_path / "one.db")
    for commit in chain(3):
        await store.append(commit)
    told = await export_history({"one": store}, tmp_path / "h", AT)
    assert (told.total, verify_export(tmp_path / "h").wrong) == (3, ())
    await store.close()


async def test_a_history_is_put_back_in_order_also_where_appends_overtake_one_another(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SqliteEventStore.append

    async def now_sooner_now_later(self: SqliteEventStore, commit: Commit) -> Commit:
        await asyncio.sleep(0.01 / commit.seq)
        return await real(self, commit)

    async with stores_in(tmp_path / "copy") as copy:
        monkeypatch.setattr(SqliteEventStore, "append", now_sooner_now_later)
        await restore_history(file, copy)
        assert len(await everything(copy)) == 11


async def test_a_disk_that_is_full_while_putting_back_is_told(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = SqliteEventStore.append, 5

    async def full_soon(self: SqliteEventStore, commit: Commit) -> Commit:
        nonlocal left
        left -= 1
        if left < 0:
            raise StoreUnavailable("disk full")
        return await real(self, commit)

    async with stores_in(tmp_path / "copy") as copy:
        monkeypatch.setattr(SqliteEventStore, "append", full_soon)
        with pytest.raises(StoreUnavailable):
            await restore_history(file, copy)


async def test_an_empty_history_is_a_history_too(tmp_path: Path) -> None:
    async with stores_in(tmp_path / "origin") as stores, stores_in(tmp_path / "copy") as copy:
        await export_history(stores, tmp_path / "h", AT)
        assert (await restore_history(tmp_path / "h", copy)).total == 0


def test_published_heads_that_were_changed_are_refused() -> None:
    heads = Heads({"one": {"tally-a": Head(3, "a" * 64), "tally-b": Head(1, "b" * 64)}, "two": {}})
    content = heads.published(AT)
    assert Heads.read(content) == heads
    for bad in (
        content.replace(b'"root": "', b'"root": "0'),
        b"{}",
        b"",
        b"[]",
        content.replace(b"tally-a", b"tally-c"),
    ):
        with pytest.raises(BadHeads):
            Heads.read(bad)
    roots = {Heads({"one": {f"t{n}": Head(1, "a") for n in range(count)}}).root() for count in range(20)}
    assert len(roots) == 20
