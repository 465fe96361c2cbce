"""What the bench reckons from what it measured."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bars import Against, Rate, Slowed, Within
from bench.measuring import Contender, Effort, Results, Run, Spread, interleaved, percentile

times = st.lists(st.floats(0.000_001, 10), min_size=1, max_size=50)


@given(times, st.floats(0, 100))
def test_a_percentile_is_one_of_the_values_and_so_many_percent_are_not_above_it(
    values: list[float], percent: float
) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values) - 1e-6


@given(times)
def test_a_spread_holds_its_middle_between_its_ends(values: list[float]) -> None:
    spread = Spread.of(values)
    assert spread.least <= spread.middle <= spread.most
    assert (spread.least, spread.most) == (min(values), max(values))


@pytest.mark.parametrize("ask", [lambda: Spread.of([]), lambda: percentile([], 50)])
def test_nothing_measured_has_no_figure(ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="nothing was measured"):
        ask()


RESULTS = Results(
    {
        "ours": [Run(100, 1.0, (0.001,) * 9 + (0.1,)), Run(300, 1.0, (0.002,) * 10), Run(90, 3.0, (0.003,) * 10)],
        "floor": [Run(100, 2.0), Run(100, 1.0), Run(10, 1.0)],
    }
)


def test_ratios_are_taken_round_by_round_and_not_between_medians() -> None:
    assert RESULTS.ratio("ours", "floor") == Spread(2.0, 3.0, 3.0)
    assert RESULTS.rate("ours") == Spread(30.0, 100.0, 300.0)


def test_a_bar_that_is_met_exactly_is_met() -> None:
    verdict = Against("floor", 3.0, 3.1).judge(RESULTS, "ours")
    assert verdict is not None
    assert (verdict.met, verdict.stretched, verdict.share, verdict.comparable) == (True, False, 1.0, True)


def test_a_peer_that_is_not_installed_is_not_compared_with() -> None:
    assert Against("peer", 1.0).judge(RESULTS, "ours") is None


def test_rates_and_times_are_judged_but_never_as_ratios() -> None:
    rate, time = Rate(101).judge(RESULTS, "ours"), Within(50, 2.5, 1).judge(RESULTS, "ours")
    assert rate is not None
    assert time is not None
    assert (rate.met, rate.comparable, time.met, time.stretched, time.comparable) == (False, False, True, False, False)


def test_slower_than_without_it_is_seen_at_the_percentile_that_is_asked() -> None:
    results = Results({"ours": [Run(10, 1.0, (0.001,) * 9 + (0.1,), (0.001,) * 10)]})
    tail, middle = Slowed(99, 2).judge(results, "ours"), Slowed(50, 2).judge(results, "ours")
    assert tail is not None
    assert middle is not None
    assert (tail.met, middle.met) == (False, True)


async def test_everybody_runs_once_a_round_in_a_fresh_folder() -> None:
    ran: list[str] = []
    folders: set[Path] = set()

    def contender(name: str) -> Contender:
        async def go(folder: Path, effort: Effort) -> Run:
            assert list(folder.iterdir()) == []
            (folder / "left-behind").touch()
            folders.add(folder)
            ran.append(name)
            return Run(effort.events, 1.0)

        return Contender(name, go)

    results = await interleaved([contender("floor"), contender("ours")], 3, Effort(1.0, 7))
    assert ran == ["floor", "ours"] * 3
    assert len(folders) == 6
    assert not any(folder.exists() for folder in folders)
    assert [len(runs) for runs in results.runs.values()] == [3, 3]
    assert results.rate("ours") == Spread(7.0, 7.0, 7.0)
