"""A sentence and its values apart: joined, listed, counted, and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.insights.near import pieces
from services.insights.near.row import Reason
from services.insights.near.told import each_of, in_english, joined, listed, sentence, strung, tell, tell_many

NAMES = [pieces.name(one) for one in ("a", "b", "c", "d")]


@pytest.mark.parametrize(("count", "said"), [(1, "a"), (2, "a and b"), (3, "a, b and c"), (4, "a, b, c and d")])
def test_a_list_is_said_in_words(count: int, said: str) -> None:
    assert in_english(listed(NAMES[:count])) == said


def test_what_stands_beside_each_other_and_what_counts_each() -> None:
    assert in_english(strung(NAMES[:3])) == "a, b, c"
    assert in_english(each_of(NAMES[:3])) == "a and b and c"


def test_clauses_make_one_sentence() -> None:
    clauses = [tell("Little is left"), tell_many("%(num)s pledge", "%(num)s pledges", 2), tell("no answer")]
    assert in_english(joined(*clauses)) == "Little is left; 2 pledges; no answer"
    assert in_english(sentence(*clauses)) == "Little is left; 2 pledges; no answer."


@given(st.text(max_size=40))
def test_what_a_source_wrote_is_never_read_as_a_place(words: str) -> None:
    told = tell("%(source)s, day not known", source=pieces.name(words))
    assert in_english(told) == f"{words}, day not known"


def test_what_was_told_is_read_back_as_it_was() -> None:
    told = sentence(tell("%(left)s left", left=("quantity", "1720000 m2")), tell_many("one", "many", 1))
    reason = Reason(text=in_english(told), told=told)
    assert Reason.model_validate_json(reason.model_dump_json()) == reason
    assert reason.text == "1.72 km² left; one."
