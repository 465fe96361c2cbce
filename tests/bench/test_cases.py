"""Every case and every growth, tiny: each contender runs, and does what it says."""

from pathlib import Path

import pytest

from bench import growing, near
from bench.__main__ import CASES
from bench.measuring import Contender, Effort, interleaved
from bench.payments import PLAIN, Book, Paid, many
from bench.peers import missing
from bench.stocked import stocked
from shared.commits import broken_links

TINY = Effort(seconds=0.02, events=200)
CONTENDERS = {
    f"{case.anchor} {case.title}: {contender.name}": contender for case in CASES for contender in case.contenders
}


def test_all_anchors_are_measured_and_the_peers_stand_beside_them() -> None:
    assert {case.anchor for case in CASES} == {f"A{n}" for n in range(1, 11)}
    assert missing() == []
    assert sum("eventsourc" in name for name in CONTENDERS) >= 10


@pytest.mark.parametrize("name", CONTENDERS)
async def test_a_contender_does_some_and_says_how_long_it_took(name: str, tmp_path: Path) -> None:
    contender: Contender = CONTENDERS[name]
    run = await contender.go(tmp_path, TINY)
    assert run.count > 0
    assert run.seconds > 0
    assert all(one >= 0 for one in run.each)


@pytest.mark.parametrize("case", [case for case in CASES if case.anchor in ("A1", "A6")], ids=lambda case: case.anchor)
async def test_a_case_is_judged_against_everything_it_asks_for(case) -> None:  # type: ignore[no-untyped-def]
    results = await interleaved(case.contenders, 1, TINY)
    assert len(case.judged(results)) == len(case.bars)


async def test_a_stocked_store_holds_whole_streams(tmp_path: Path) -> None:
    store = await stocked(tmp_path / "events.db", many(300, streams=7))
    streams = [await store.read(f"account-{n}") for n in range(7)]
    await store.close()
    assert sum(len(stream) for stream in streams) == 300
    assert [fault for stream in streams for fault in broken_links(stream)] == []


def test_a_book_continues_its_streams() -> None:
    book, payment = Book(), (Paid.model_validate(PLAIN),)
    commits = [book.next("account-1", payment * 2) for _ in range(3)]
    assert broken_links(commits) == []
    assert [(commit.seq, commit.first, commit.last) for commit in commits] == [(1, 1, 2), (2, 3, 4), (3, 5, 6)]


@pytest.mark.parametrize("grow", [growing.with_commits, growing.with_streams], ids=["commits", "streams"])
async def test_growth_is_a_table_with_a_row_for_each_size(grow: growing.Growth) -> None:
    table = await grow(Effort(seconds=0.02, events=20))
    assert len(table.rows) == 3
    assert {len(row) for row in table.rows} == {len(table.header)}


async def test_the_core_question_is_asked_of_the_shipped_data() -> None:
    (found,) = await near.sized((1,), of_facts=False)
    assert found.times == 1
    assert found.obligations > found.states > 50
    assert min(found.warm) > 0
