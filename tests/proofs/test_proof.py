"""A stranger checks that one event stands in the published history, with the standard library alone."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.commits import MOST_EVENTS, Commit, commit_from, digest
from shared.eventstore.sqlite import SqliteEventStore
from shared.heads import Head, Heads, Published
from shared.proofs import EventName, NotProvable, chain_of, proof
from tests.contract_suites.commits import chain, following
from tests.proofs.checking import check, in_process

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
STREAMS = {
    "tally-a": chain(5, "tally-a", events=2),
    "tally-b": chain(1, "tally-b"),
    "tally-c": [following(None, "tally-c", words='line\u2028 "quotes" \\ \n ü 🕊 \u0000')],
}


def heads_of(streams: dict[str, list[Commit]]) -> Heads:
    other = {"need-x": Head(1, "0" * 64)}
    return Heads({"tallies": {name: Head(c[-1].seq, c[-1].hash) for name, c in streams.items()}, "others": other})


def published(heads: Heads) -> Published:
    return Published.read(heads.published(AT))


def proof_of(link: str, streams: dict[str, list[Commit]] = STREAMS) -> Any:
    event = EventName.read(link)
    made = proof(event, streams[event.stream][event.seq - 1 :], published(heads_of(streams)))
    return json.loads(made)


@pytest.fixture
def heads_file(tmp_path: Path) -> Path:
    file = tmp_path / "heads.json"
    file.write_bytes(heads_of(STREAMS).published(AT))
    return file


def test_a_stranger_sees_the_event_and_that_it_stands_there(tmp_path: Path, heads_file: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof_of("tallies/tally-a@3.2")))
    for words in (("--heads", heads_file), ("--root", heads_of(STREAMS).root())):
        told = check(file, *words)
        assert (told.returncode, told.stderr) == (0, "")
        event, _ = json.JSONDecoder().raw_decode(told.stdout)
        assert (event["type"], event["data"]["amount"]) == ("Added", 3)
        assert "stands in the published history" in told.stdout


def test_without_a_root_from_elsewhere_it_says_that_it_shows_nothing_yet(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof_of("tallies/tally-c@1.1")))
    told = check(file)
    assert told.returncode == 0
    assert "or it shows nothing" in told.stdout


@given(st.integers(1, 40), st.data())
def test_every_event_of_every_history_can_be_proved(streams: int, data: st.DataObject) -> None:
    all_of_them = {f"tally-{n}": chain(1 + n % 3, f"tally-{n}") for n in range(streams)}
    stream = data.draw(st.sampled_from(sorted(all_of_them)))
    commit = data.draw(st.sampled_from(all_of_them[stream]))
    event, root = in_process().check(proof_of(f"tallies/{stream}@{commit.seq}.1", all_of_them))
    assert event["data"] == commit.events[0].data
    assert root == heads_of(all_of_them).root() == in_process().root_of(json.loads(heads_of(all_of_them).published(AT)))


def changed_event(raw: Any) -> None:
    raw["commits"][0] = raw["commits"][0].replace('"amount":3', '"amount":4')


def forged_from_the_event_on(raw: Any) -> None:
    """Every commit anew, every hash right: only the way to the root can no longer fit."""
    changed_event(raw)
    previous = digest(raw["commits"][0].encode())
    for n, body in enumerate(raw["commits"][1:], start=1):
        commit = {**json.loads(body), "previous": previous}
        raw["commits"][n] = json.dumps(commit, sort_keys=True, separators=(",", ":"))
        previous = digest(raw["commits"][n].encode())


def forged_to_the_root(raw: Any) -> None:
    forged_from_the_event_on(raw)
    commits = [commit_from(body.encode(), digest(body.encode())) for body in raw["commits"]]
    raw["path"] = []
    head = Heads({"tallies": {"tally-a": Head(commits[-1].seq, commits[-1].hash)}})
    raw["checkpoint"]["root"] = head.root()


def doubled_key(raw: Any) -> None:
    raw["commits"][0] = raw["commits"][0].replace('"seq":3', '"seq":2,"seq":3')


BREAKS: dict[str, Callable[[Any], Any]] = {
    "the event changed": changed_event,
    "everything forged from the event on": forged_from_the_event_on,
    "everything forged to the root": forged_to_the_root,
    "a key twice": doubled_key,
    "the commit of the event removed": lambda raw: raw["commits"].pop(0),
    "a later commit removed": lambda raw: raw["commits"].pop(1),
    "the newest commit removed": lambda raw: raw["commits"].pop(),
    "no commit at all": lambda raw: raw["commits"].clear(),
    "a commit inserted": lambda raw: raw["commits"].insert(1, raw["commits"][1]),
    "a commit of another stream": lambda raw: raw["commits"].append(STREAMS["tally-b"][0].body().decode()),
    "commits reordered": lambda raw: raw["commits"].reverse(),
    "a commit that is none": lambda raw: raw["commits"].append("{}"),
    "another event named": lambda raw: raw.update(link="tallies/tally-a@2.2"),
    "another service named": lambda raw: raw.update(link="others/tally-a@3.2"),
    "an event behind the last named": lambda raw: raw.update(link="tallies/tally-a@3.3"),
    "no event named": lambda raw: raw.update(link="tally-a"),
    "a step of the path removed": lambda raw: raw["path"].pop(),
    "a step of the path turned": lambda raw: raw["path"][0].reverse(),
    "a side of the path swapped": lambda raw: raw["path"][0].__setitem__(
        0, "left" if raw["path"][0][0] == "right" else "right"
    ),
    "a step of the path changed": lambda raw: raw["path"][0].__setitem__(1, "0" * 64),
    "another root": lambda raw: raw["checkpoint"].update(root="0" * 64),
    "another format": lambda raw: raw.update(version=2),
    "a part missing": lambda raw: raw.pop("path"),
}


@pytest.mark.parametrize("what", sorted(BREAKS))
def test_a_proof_that_was_changed_fails(tmp_path: Path, heads_file: Path, what: str) -> None:
    raw = copy.deepcopy(proof_of("tallies/tally-a@3.2"))
    BREAKS[what](raw)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(raw))
    told = check(file, "--heads", heads_file)
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.startswith("FAILS: ")
    assert check(file, "--root", heads_of(STREAMS).root()).returncode == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b'"' * 9])
def test_what_is_no_proof_fails_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "proof.json"
    file.write_bytes(content)
    told = check(file)
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.startswith("FAILS: ")


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert check(tmp_path / "none.json").returncode == 2
    assert check().returncode == 2


def test_every_event_of_the_largest_commit_has_a_link_that_is_read() -> None:
    link = f"tallies/tally-a@1.{MOST_EVENTS}"
    assert EventName.read(link) == EventName("tallies", "tally-a", 1, MOST_EVENTS)
    assert str(EventName.read(link)) == link


async def test_only_what_leads_to_a_published_head_is_proved(tmp_path: Path) -> None:
    store = SqliteEventStore(tmp_path / "events.db")
    try:
        for commits in STREAMS.values():
            for commit in commits:
                await store.append(commit)
        now = published(heads_of(STREAMS))
        assert await chain_of(EventName.read("tallies/tally-a@3.2"), store, now) == [
            commit for commit in await store.read("tally-a") if commit.seq >= 3
        ]
        for link in ("tallies/tally-a@6.1", "tallies/tally-a@3.3", "tallies/tally-z@1.1", "nobody/tally-a@1.1"):
            with pytest.raises(NotProvable):
                await chain_of(EventName.read(link), store, now)
        # Newer commits are left out: a proof under old heads leads to the old head.
        await store.append(following(STREAMS["tally-b"][-1]))
        assert len(await chain_of(EventName.read("tallies/tally-b@1.1"), store, now)) == 1
        elsewhere = published(heads_of({**STREAMS, "tally-a": chain(5, "tally-a", events=1)}))
        with pytest.raises(NotProvable, match="does not lead to its published head"):
            await chain_of(EventName.read("tallies/tally-a@3.1"), store, elsewhere)
    finally:
        await store.close()
