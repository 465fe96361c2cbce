"""P4: under any crash schedule, with two relays, each stream's first occurrences are in order and complete."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.relaying import STREAMS, World

ACTIONS = st.one_of(
    st.tuples(st.just("append"), st.integers(0, len(STREAMS) - 1)),
    st.tuples(st.just("step-one"), st.integers(1, 8)),
    st.tuples(st.just("step-other"), st.integers(1, 8)),
    st.tuples(st.just("crash"), st.integers(0, 1)),
    st.tuples(st.just("break"), st.just(1)),
    st.tuples(st.just("arrive"), st.integers(1, 3)),
)


def do(world: World, action: str, number: int) -> None:
    match action:
        case "append":
            world.append(STREAMS[number])
        case "step-one":
            world.step(0, number)
        case "step-other":
            world.step(1, number)
        case "crash":
            world.crash(number)
        case "break":
            world.topic.failures += number
        case "arrive":
            for _ in range(number):
                world.topic.arrive()


@settings(max_examples=150, deadline=None)
@given(st.lists(ACTIONS, min_size=10, max_size=80), st.integers(1, 6), st.randoms(use_true_random=False))
def test_first_occurrences_are_in_order_and_complete_whatever_happens_to_the_relays(
    schedule: list[tuple[str, int]], page: int, dice: random.Random
) -> None:
    world = World(dice, page)
    try:
        for action, number in schedule:
            do(world, action, number)
            world.must_hold()
        world.calm()
        world.must_be_complete()
    finally:
        world.end()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_long_troubled_runs_end_well(seed: int) -> None:
    dice = random.Random(seed)
    world = World(dice, page=dice.randint(1, 5))
    actions = ("append", "step-one", "step-other", "arrive", "crash", "break")
    # In quiet times a relay publishes what it hears of; the other one sleeps, or gets in its way.
    weights = (3, 6, dice.choice((0, 1, 4)), 1, *(dice.choice((0.1, 1)) for _ in range(2)))
    try:
        for _ in range(250):
            (action,) = dice.choices(actions, weights)
            most = {"append": len(STREAMS) - 1, "crash": 1, "break": 1}.get(action, 6)
            do(world, action, dice.randint(0 if action in ("append", "crash") else 1, most))
            world.must_hold()
        world.calm()
        world.must_be_complete()
    finally:
        world.end()
