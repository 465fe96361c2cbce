"""Tables, chart and exit code of the bench."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import __main__ as command
from bench.bars import Against, Rate
from bench.case import Case
from bench.chart import svg
from bench.measuring import Contender, Effort, Results, Run
from bench.outcome import Grown, Measured, Outcome
from bench.table import BEGIN, END, NoPlace, markdown, put_into


async def _never(folder: Path, effort: Effort) -> Run:
    raise AssertionError(f"nothing runs in {folder}")


def measured(ours: float, peer: float) -> Measured:
    case = Case(
        "A1",
        "append <one> event",
        "commits",
        Contender("article6", _never),
        (Contender("raw & bare", _never), Contender("peer", _never)),
        (Against("peer", 2.0), Rate(1_000_000)),
    )
    runs = {"raw & bare": 1_000.0, "article6": ours, "peer": peer}
    return Measured(case, Results({name: [Run(int(rate), 1.0, (1 / rate,))] for name, rate in runs.items()}))


def outcome(ours: float = 800, peer: float = 100) -> Outcome:
    table = Grown("As it grows", ("commits", "ms"), [("10", "0.1"), ("100", "0.1")])
    return Outcome(1, ["a machine"], [measured(ours, peer)], [table])


def test_the_tables_say_what_was_asked_what_was_reached_and_how_it_grows() -> None:
    lines = markdown(outcome()).splitlines()
    assert "* a machine" in lines
    assert "| A1 | append <one> event | ≥ 2 × peer | 8.00 (8.00 – 8.00) × | met |" in lines
    assert any("**article6**" in line and "800 (800 – 800) commits/s" in line for line in lines)
    assert "| 100 | 0.1 |" in lines


def test_in_a_table_every_row_has_as_many_cells_as_its_header() -> None:
    tables = [block.splitlines() for block in markdown(outcome()).split("\n\n") if block.startswith("|")]
    assert len(tables) == 3
    for rows in tables:
        assert {row.count("|") for row in rows} == {rows[0].count("|")}


def test_the_chart_is_a_picture_that_says_what_it_shows() -> None:
    root = ElementTree.fromstring(svg(outcome()))  # noqa: S314 - our own
    names = {"svg": "http://www.w3.org/2000/svg"}
    said = root.find("svg:desc", names)
    assert said is not None
    assert said.text == "A1 append <one> event, beside raw & bare: article6 0.80, peer 0.10"
    bars = root.findall("svg:rect[@class='ours']", names)
    assert len(bars) == 1
    assert float(bars[0].get("width", "0")) > 1


def test_who_has_no_floor_or_plays_in_memory_does_not_stretch_the_chart() -> None:
    fast = svg(outcome(peer=1_000_000))
    assert "peer" not in fast
    assert "article6" in fast


def test_only_ratios_far_below_their_bar_fail() -> None:
    assert outcome(ours=150).too_slow() == []
    assert "below 70%" in outcome(ours=139).too_slow()[0]


def test_what_was_slow_is_measured_once_more_before_it_counts() -> None:
    first = outcome(ours=139)
    assert first.anchors_too_slow() == ["A1"]
    first.measured_again(outcome(ours=800))
    assert first.too_slow() == []
    assert len(first.measured) == 1


def test_in_a_quick_run_times_are_not_judged() -> None:
    quick = outcome()
    quick.ratios_only = True
    assert "1,000,000 a second" in markdown(outcome())
    assert "1,000,000 a second" not in markdown(quick)


def test_the_tables_replace_what_stood_between_the_marks_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        put_into(page, outcome())
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert text.count("### Asked and reached") == 1


@pytest.mark.parametrize("text", ["", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n"])
def test_a_page_without_a_place_for_the_tables_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(NoPlace, match=r"page\.md needs a line"):
        put_into(page, outcome())
    assert page.read_text(encoding="utf-8") == text


def test_the_page_of_the_project_has_its_place() -> None:
    text = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)


def test_what_there_is_not_is_said_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--only", "A1,A99"])
    assert ended.value.code == 2
    assert "there is no A99: choose from A1, A2" in capsys.readouterr().err


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"])
    assert ended.value.code == 0
    assert "python -m bench --quick" in capsys.readouterr().out
