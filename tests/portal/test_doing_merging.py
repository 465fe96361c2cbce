"""Merging two people's changes: what one did not touch comes from the other, in every combination."""

from hypothesis import given
from hypothesis import strategies as st

from services.portal.doing.filling import Values
from services.portal.doing.merging import merged

TEXT = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=1)
FORMS = st.dictionaries(st.sampled_from(["title", "why", "sum"]), TEXT)


@given(FORMS, FORMS, FORMS)
def test_each_field_is_mine_where_i_changed_it_and_theirs_elsewhere(base: Values, theirs: Values, mine: Values) -> None:
    found = merged(base, theirs, mine, [])
    for name in {*base, *theirs, *mine}:
        changed = mine.get(name, []) != base.get(name, [])
        assert found.get(name, []) == (mine if changed else theirs).get(name, [])


@given(FORMS, FORMS)
def test_who_changed_nothing_gets_theirs_and_who_is_alone_keeps_all(base: Values, other: Values) -> None:
    assert merged(base, other, base, []) == other
    assert merged(base, base, other, []) == other


def test_an_entry_that_i_added_stays_and_one_that_they_added_is_taken() -> None:
    base = {"needs.0.line": ["survey"], "needs.0.sum": ["10"]}
    more = {**base, "needs.1.line": ["training"], "needs.1.sum": ["5"]}
    dearer = {**base, "needs.0.sum": ["20"]}
    assert merged(base, base, more, ["needs"]) == more
    assert merged(base, more, base, ["needs"]) == more
    # Both changed the list: mine is kept whole, and the page shows where theirs differs.
    assert merged(base, dearer, more, ["needs"]) == more
    assert merged(base, dearer, {**base, "needs.0.line": ["mapping"]}, ["needs"]) == {
        "needs.0.line": ["mapping"],
        "needs.0.sum": ["20"],
    }
