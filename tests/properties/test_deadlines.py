"""A deadline that was said to be extended, and then was not: the newest word on a request counts."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.deadlines.duties import MINE_CLEARANCE, dated, request_stated, standing

untils = st.dates(date(2030, 1, 1), date(2045, 12, 31))


@given(st.dictionaries(st.integers(1, 3), st.lists(untils, min_size=1, max_size=2), min_size=1))
def test_a_request_that_was_not_approved_after_all_moves_nothing(granted: dict[int, list[date]]) -> None:
    told = [
        request_stated(sequence=sequence, on=f"20{10 + n}-01-01", granted=True, granted_until=until.isoformat())
        for sequence, several in granted.items()
        for n, until in enumerate(several)
    ]
    unsaid = [request_stated(sequence=sequence, on="2025-06-01", granted=False) for sequence in granted]
    base = dated(MINE_CLEARANCE)
    assert standing(base, *told).deadline_in_force != standing(base).deadline_in_force
    assert standing(base, *told, *unsaid).deadline_in_force == standing(base).deadline_in_force
    assert standing(base, *unsaid, *told).deadline_in_force == standing(base).deadline_in_force
