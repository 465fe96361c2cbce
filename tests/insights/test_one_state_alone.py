"""What is said of one State needs no more than what is told of it: the others change nothing."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.insights.changes import changes, entries
from services.insights.near.known import Lens
from services.insights.near.ranking import rank, slices_of
from services.insights.near.settings import Options
from services.insights.profile.page import profile
from services.insights.record import Record
from tests.insights.histories import STATES, Telling, acts, told
from tests.insights.test_near_properties import tellings

HISTORIES = st.lists(
    tellings(date(2010, 1, 1), date(2019, 12, 31)) | acts(date(2010, 1, 1), date(2019, 12, 31)), max_size=16
)
DAYS = st.dates(date(2009, 1, 1), date(2027, 1, 1))


@settings(max_examples=60)
@given(HISTORIES, DAYS, st.booleans())
def test_a_state_looks_the_same_over_its_own_facts_as_over_all(
    parts: list[Telling], on: date, as_recorded: bool
) -> None:
    picture, lens = told(parts).picture(), Lens(on, as_recorded)
    whole, slices = Record(picture), slices_of(picture)
    for state in STATES:
        own = Record(slices[state])
        rows = rank(picture, on, Options(states=(state,), as_recorded=as_recorded)).every()
        one, other = (profile(record, state, lens, Options(), rows) for record in (own, whole))
        assert one == other
        assert entries(own, lens, state, (), 0, 200) == entries(whole, lens, state, (), 0, 200)
        assert changes(own, lens, 366, 200, state) == changes(whole, lens, 366, 200, state)
