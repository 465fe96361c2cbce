"""Generated histories for property tests: what sources say, and what States, donors and meetings do here."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.insights.telling import Story

STATES = ("AAA", "AAB", "AAC")
Telling = tuple[str, tuple[Any, ...], dict[str, Any]]
"""The name of a method of `Story`, and what it is called with."""

states = st.sampled_from(STATES)
_names = st.sampled_from("pqr")


def acts(first: date, last: date) -> st.SearchStrategy[Telling]:
    """One thing that is done here between these days; requests and coalitions of one name have one State."""
    on = st.dates(first, last).map(date.isoformat)
    until = st.dates(date(2021, 1, 1), date(2026, 1, 1)).map(date.isoformat)
    sums = st.none() | st.integers(1, 9_000_000)
    lines = st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["clearance", "training", "survey"]), sums),
        min_size=1,
        max_size=2,
        unique_by=lambda line: line[0],
    )
    return st.one_of(
        st.builds(_requested, st.sampled_from(STATES), lines, st.dates(first, last)),
        st.tuples(st.just("lodged"), st.tuples(states, until, on), st.just({})),
        st.tuples(
            st.just("decided"), st.tuples(states, st.sampled_from(["granted", "not_approved"]), until, on), st.just({})
        ),
        st.builds(_joined, states, st.dates(first, last), st.none() | st.dates(first, last)),
        st.builds(
            lambda name, state, whole, day: ("pledged", (f"{name}{day}", "d1", day), _target(state, whole)),
            _names,
            states,
            st.booleans(),
            on,
        ),
        st.builds(
            lambda state, usd, day: ("allocated", (f"r-{state}", f"p{day}", "a", usd), {"on": day}),
            states,
            st.integers(1, 3_000_000),
            st.dates(first, last),
        ),
    )


def _target(state: str, whole: bool) -> dict[str, Any]:
    return {"state": state} if whole else {"request": f"r-{state}"}


def _requested(state: str, lines: list[tuple[str, str, int | None]], on: date) -> Telling:
    return ("request", (f"r-{state}", state, lines), {"on": on})


def _joined(state: str, proposed: date, activated: date | None) -> Telling:
    began = max(proposed, activated).isoformat() if activated else ""
    return ("coalition", (f"c-{state}", state, proposed.isoformat(), began), {})


def told(parts: list[Telling], parties: bool = True, story: Story | None = None) -> Story:
    """The parts told one after the other, of States that joined in 2010."""
    story = story or Story()
    if parties:
        for state in STATES:
            story.party(state, stated_on="2010")
    for name, args, named in parts:
        getattr(story, name)(*args, **named)
    return story
