"""The bench of the distributed system: what it reckons, and its adapters' cases, tiny, on real servers."""

import asyncio
from pathlib import Path

import pytest

from bench.case import OURS, Case
from bench.distributed import __main__ as command
from bench.distributed import appending, bare, following, relaying, scaling, whole
from bench.distributed.bars import AgainstSlowest, Longer
from bench.distributed.place import Place
from bench.distributed.statements import STATEMENTS, fold
from bench.measuring import Effort, Results, Run, interleaved
from bench.payments import CODEC, many
from bench.table import BEGIN, END
from tests import servers

TINY = Effort(seconds=0.05, events=120)
RESULTS = Results(
    {
        "ours": [Run(50, 1.0, (0.011,) * 10), Run(30, 1.0, (0.030,) * 10), Run(60, 1.0, (0.010,) * 10)],
        "find": [Run(100, 1.0, (0.010,) * 10), Run(200, 1.0, (0.020,) * 10), Run(100, 1.0, (0.010,) * 10)],
        "producer": [Run(400, 1.0), Run(50, 1.0), Run(400, 1.0)],
    }
)


def test_a_chain_is_compared_with_its_slowest_part_of_the_same_round() -> None:
    verdict = AgainstSlowest(("find", "producer"), 0.5, 0.8).judge(RESULTS, "ours")
    assert verdict is not None
    assert verdict.found == "0.60 (0.50 – 0.60) ×"
    assert (verdict.met, verdict.stretched, verdict.comparable) == (True, False, False)


def test_a_chain_slower_than_asked_misses_its_bar_however_fast_one_part_is() -> None:
    verdict = AgainstSlowest(("find", "producer"), 0.7).judge(RESULTS, "ours")
    assert verdict is not None
    assert not verdict.met
    assert verdict.share == pytest.approx(0.6 / 0.7)


@pytest.mark.parametrize(("bar", "met"), [(1.15, True), (1.10, True), (1.05, False)])
def test_taking_longer_is_seen_in_the_middle_of_the_rounds(bar: float, met: bool) -> None:
    verdict = Longer("find", 50, bar).judge(RESULTS, "ours")
    assert verdict is not None
    assert verdict.met is met
    assert verdict.found == "1.10 (1.00 – 1.50) ×"


def test_no_round_is_begun_that_would_not_end_in_its_share_of_the_time() -> None:
    plenty, none = command.Shares(3_600.0, 2), command.Shares(0.0, 2)
    for shares in (plenty, none):
        shares.begin()
    assert plenty.leave_time_for_another(1)
    assert not none.leave_time_for_another(1)


def test_half_of_what_the_system_carries_is_of_the_middle_round() -> None:
    carried = [Run(100, 1.0), Run(900, 1.0), Run(300, 1.0)]
    assert whole.half_of(carried) == 150
    assert command.carried(carried).rows == [("300 (100 – 900)", "150")]


def test_without_a_saturated_run_there_is_no_half_of_it() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        whole.half_of([])


def test_what_the_second_process_adds_is_said_as_a_ratio_of_the_same_round() -> None:
    results = Results({scaling.ONE: [Run(100, 1.0), Run(50, 1.0)], scaling.TWO: [Run(150, 1.0), Run(100, 1.0)]})
    assert command.scaled(results).rows[1] == ("2", "125 (100 – 150)", "1.75 (1.50 – 2.00) ×")


def test_the_heavy_view_is_as_heavy_after_the_first_payment_as_after_many() -> None:
    statement, sizes = None, []
    for commit in many(5, 1):
        for heard in CODEC.heard(commit, bare.TOPIC):
            statement = fold(statement, heard)
            sizes.append(len(statement.model_dump_json()))
    assert statement is not None
    assert statement.total == 5 * statement.lines[0].amount
    assert min(sizes) > 10_000
    assert max(sizes) - min(sizes) < 10
    assert STATEMENTS.category == "account"


def test_the_page_has_one_place_for_the_tables() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sizing.md").read_text(encoding="utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)


def test_what_there_is_not_is_said_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--only", "A11,A1"])
    assert ended.value.code == 2
    assert "there is no A1: choose from A11, A12, A13, scale, whole" in capsys.readouterr().err


@pytest.fixture
def place() -> Place:
    return Place(servers.mongodb(), servers.kafka())


@pytest.mark.distributed
async def test_every_adapter_is_measured_beside_its_floor_and_nothing_is_left_behind(place: Place) -> None:
    cases: list[Case] = [*relaying.cases(place), *following.cases(place), *appending.cases(place)]
    assert {case.anchor for case in cases} == {"A11", "A12", "A13"}
    for case in cases:
        results = await interleaved(case.contenders, 1, TINY)
        assert len(case.judged(results)) == len(case.bars)
        assert all(run.count > 0 for runs in results.runs.values() for run in runs)
        assert results.runs[OURS][0].seconds > 0
    async with place.fresh() as at:
        assert not [name for name in await at.connection.names() if name.startswith(place.prefix)]


@pytest.mark.distributed
async def test_a_command_goes_to_the_database_twice(place: Place) -> None:
    trips = await appending.counted(place)
    assert trips["the first to a stream"].total() <= appending.MOST_TRIPS
    assert trips["a further one to a stream"].total() <= appending.MOST_TRIPS
    assert trips["the same command once more"]["insert"] == 1


@pytest.mark.distributed
async def test_two_processes_share_a_topic_and_take_all_of_it(place: Place, tmp_path: Path) -> None:
    async with asyncio.timeout(200):
        run = await scaling.shared_by(2, place, tmp_path, TINY)
    assert run.count == TINY.events
