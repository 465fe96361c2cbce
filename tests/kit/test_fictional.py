"""A fictional State is found wherever a command names one, and nothing else is taken for one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.countries import is_user_assigned
from shared.fictional import FictionalState, must_be_real, names_fictional_state
from shared.messages import Command, Value

CODES = st.sampled_from(["LAO", "XXA", "AAB", "BIH", ""])


class Part(Value):
    state: str = ""
    note: str = ""
    parts: tuple["Part", ...] = ()


class Plan(Command):
    recipient: str | None = None
    note: str = ""
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    by_name: dict[str, Part] = {}  # noqa: RUF012 - a field of pydantic's


def part() -> st.SearchStrategy[Part]:
    leaf = st.builds(Part, state=CODES, note=CODES)
    return st.builds(Part, state=CODES, note=CODES, parts=st.lists(leaf, max_size=2).map(tuple))


def named_in(content: Any) -> list[str]:
    """Every State that is named, by a plain reading of the command as it would be written out."""
    if isinstance(content, list | tuple):
        return [code for one in content for code in named_in(one)]
    if not isinstance(content, dict):
        return []
    own = [value for key, value in content.items() if key in ("state", "recipient") and isinstance(value, str)]
    return own + [code for value in content.values() for code in named_in(value)]


@given(
    st.builds(
        Plan,
        recipient=st.none() | CODES,
        note=CODES,
        part=st.none() | part(),
        parts=st.lists(part(), max_size=3).map(tuple),
        by_name=st.dictionaries(st.sampled_from("ab"), part(), max_size=2),
    )
)
def test_a_command_is_refused_exactly_where_it_names_a_fictional_state(plan: Plan) -> None:
    fictional = [code for code in named_in(plan.model_dump()) if is_user_assigned(code)]
    assert names_fictional_state(plan.model_dump(mode="json")) == bool(fictional)
    if not fictional:
        must_be_real(plan)
        return
    with pytest.raises(FictionalState) as refused:
        must_be_real(plan)
    assert refused.value.found in fictional


def test_the_refusal_names_the_field_wherever_it_stands() -> None:
    plan = Plan(note="XXA", parts=(Part(state="LAO"), Part(parts=(Part(state="XXB"),))))
    with pytest.raises(FictionalState) as refused:
        must_be_real(plan)
    assert (refused.value.field, refused.value.found) == ("parts.1.parts.0.state", "XXB")
    must_be_real(Plan(note="XXA", recipient="LAO"))
