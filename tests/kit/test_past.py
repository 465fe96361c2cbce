"""Documents on an earlier day: the same fold over what counted by then."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.commits import Commit, EventRecord
from shared.heard import Heard
from shared.past import Day, Past, done_on, recorded_on, stated_on
from shared.projection import Projection
from shared.provenance import Statement
from tests.kit.counting import SHOWN, Added, Shown, fold
from tests.kit.world import World

FIRST = date(2026, 11, 1)


def heard(event: Any, on: date = FIRST, actor: str = "isu:desk") -> Heard[Any]:
    """An event recorded at noon of that day."""
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return Heard(event, "tallies", "tally-a", 1, 1, at, actor)


async def tally_of(here: World, name: str, day: Day) -> Shown | None:
    """The tally as it stood on that day."""
    past: Past[Shown] = Past(SHOWN, "tallies", here.stores["tallies"].read)
    return (await past.of([name], day)).get(name)


async def test_each_day_has_what_was_counted_by_its_end(here: World) -> None:
    days = []
    for amount in (1, 10, 100):
        days.append(here.clock.now().date())
        await here.add("a", amount)
        here.clock.turn(timedelta(days=2))
    totals = [shown.total if (shown := await tally_of(here, "a", Day(day))) else 0 for day in days]
    assert totals == [1, 11, 111]
    between = await tally_of(here, "a", Day(days[0] + timedelta(days=1)))
    assert between is not None
    assert between.total == 1
    assert await tally_of(here, "a", Day(days[0] - timedelta(days=1))) is None
    assert await tally_of(here, "none", Day(days[-1])) is None


async def test_as_of_today_is_what_stands_now(here: World) -> None:
    for name in ("a", "b", "c"):
        for amount in range(1, 5):
            await here.add(name, amount)
    await here.settle()
    past: Past[Shown] = Past(SHOWN, "tallies", here.stores["tallies"].read)
    then = await past.of(["a", "b", "c", "d"], Day(here.clock.now().date()))
    async with here.client(None) as http:
        now = {name: (await http.get(f"/tallies/{name}")).json() for name in ("a", "b", "c")}
    assert {name: shown.model_dump() for name, shown in then.items()} == now


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 9)), max_size=12), st.integers(0, 9))
async def test_what_counts_is_what_was_done_by_then_in_the_order_of_recording(
    told: list[tuple[int, int]], wanted: int
) -> None:
    """Each event tells of a day of its own, in any order; the fold hears those that count, in their order."""
    sequence: Projection[Shown] = Projection("told", 1, "tally", (Added,), Shown, _in_order)
    days = dict(enumerate(day for _amount, day in told))

    async def read(stream: str) -> Sequence[Commit]:
        at = datetime(2026, 11, 1, 12, tzinfo=UTC)
        return [
            Commit(
                stream,
                n + 1,
                n + 1,
                (EventRecord("Added", 1, {"amount": amount}),),
                f"c{n}",
                "",
                "isu:desk",
                "",
                "",
                at,
                "",
            )
            for n, (amount, _day) in enumerate(told)
        ]

    past = Past(sequence, "tallies", read, lambda one: FIRST + timedelta(days=days[one.seq - 1]))
    found = (await past.of(["a"], Day(FIRST + timedelta(days=wanted)))).get("a")
    assert (found.total if found else 0) == sum(amount for amount, day in told if day <= wanted)
    recorded = (await past.of(["a"], Day(FIRST, as_recorded=True))).get("a")
    assert (recorded.additions if recorded else 0) == len(told)


def _in_order(shown: Shown | None, one: Heard[Added]) -> Shown:
    return fold(shown, one)


class Act:
    """An act with a day of its own, or without."""

    def __init__(self, on: date | None = None, announced_on: date | None = None) -> None:
        self.on = on
        self.announced_on = announced_on


@pytest.mark.parametrize(
    ("act", "counts_from"),
    [
        (Act(on=date(2025, 1, 2)), date(2025, 1, 2)),
        (Act(announced_on=date(2024, 5, 6)), date(2024, 5, 6)),
        (Act(), FIRST),
    ],
)
def test_an_act_counts_from_its_own_day_and_else_from_its_recording(act: Act, counts_from: date) -> None:
    assert done_on("announced_on", "on")(heard(act)) == counts_from
    assert recorded_on(heard(act)) == FIRST


@pytest.mark.parametrize(
    ("said", "actor", "counts_from"),
    [
        ("2019-03", "isu:desk", date(2019, 3, 31)),
        ("2019-03", "system:import", date(2019, 3, 31)),
        (None, "isu:desk", FIRST),
        (None, "system:import", FIRST),
    ],
)
def test_a_statement_counts_from_the_day_on_which_its_source_said_it(
    said: str | None, actor: str, counts_from: date
) -> None:
    statement = Statement.model_validate({"source": "https://www.example.org/", "stated_on": said})
    assert stated_on(heard(None, actor=actor), statement) == counts_from
