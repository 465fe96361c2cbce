"""What the bench of the pages calls wrong: weights and ratios, which hold on any machine, and no times."""

from bench.portal.__main__ import HEAVIEST, bar_of, table, wrong
from bench.portal.asking import Browser
from bench.portal.floor import ROWS, bare_page
from bench.portal.measured import Page, Size

FLOOR = Page("a bare page", 1.0, 2.0, 1.0, 20_000, 2_000)


def size(page: Page, times: int = 1, beside: int = 20_000) -> Size:
    return Size(times, 3, [page], FLOOR, beside)


def test_a_slow_answer_is_told_in_the_table_and_fails_nothing() -> None:
    slow = Page("a State", 90.0, 400.0, 20.0, 50_000, 9_000)
    assert wrong(size(slow)) == []
    assert "**slow**" in table(size(slow)).rows[0][-1]


def test_a_heavy_page_fails_however_well_it_packs() -> None:
    heavy = Page("overview", 10.0, 20.0, 10.0, HEAVIEST, 9_000)
    assert wrong(size(heavy)) == [f"overview weighs {HEAVIEST:,} bytes, at most {HEAVIEST:,} are allowed"]
    assert "**heavy**" in table(size(heavy)).rows[0][-1]


def test_a_first_visit_counts_what_comes_beside_the_page() -> None:
    light = Page("overview", 10.0, 20.0, 10.0, 90_000, 9_000)
    assert wrong(size(light, beside=80_000)) == []
    assert len(wrong(size(light, beside=95_000))) == 1


def test_a_page_that_works_far_longer_than_a_bare_one_fails() -> None:
    assert len(wrong(size(Page("what changed", 10.0, 20.0, 100.0, 30_000, 4_000)))) == 1


def test_what_is_larger_has_the_greater_bar() -> None:
    assert (bar_of(1), bar_of(10), bar_of(100)) == (100.0, 200.0, 200.0)


async def test_the_bare_page_is_a_page_of_so_many_lines() -> None:
    answer = await Browser(bare_page()).get("/")
    assert answer.text.count("<tr>") == ROWS + 1
    assert len(answer.unpacked) > answer.weight
