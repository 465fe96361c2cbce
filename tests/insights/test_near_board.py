"""The quick way to the ranking: it says what the plain evaluation says, whatever is told, asked and changed."""

import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.insights.near.board import Board
from services.insights.near.eyes import through
from services.insights.near.known import Lens
from services.insights.near.ranking import board_of, rank, slices_of
from services.insights.near.settings import Options, Settings, Weights
from services.insights.near.slices import Slices
from services.insights.near.what_if import SupposedPledge, supposed_on, what_if
from services.insights.readings import pledges as p
from shared.money import Money
from tests.insights.histories import STATES, Telling, acts, told
from tests.insights.plain import rank_plainly
from tests.insights.telling import BY_CATEGORY, Story
from tests.insights.test_near_properties import tellings

some = settings(max_examples=50, deadline=None)
DAYS = st.dates(date(2009, 1, 1), date(2027, 1, 1))
HISTORIES = st.lists(
    tellings(date(2010, 1, 1), date(2019, 12, 31)) | acts(date(2010, 1, 1), date(2019, 12, 31)), max_size=16
)
LOOKS = st.sampled_from(
    [
        Options(),
        Options(articles=("4",)),
        Options(kinds=("training",), states=("AAA", "AAC")),
        Options(settings=Settings(weights=Weights(work_left=0, readiness=40)), donor="d1"),
        Options(as_recorded=True),
    ]
)


@some
@given(HISTORIES, DAYS, LOOKS)
def test_it_is_the_plain_evaluation(parts: list[Telling], on: date, options: Options) -> None:
    picture = told(parts).picture()
    assert rank(picture, on, options) == rank_plainly(picture, on, options)


def test_it_is_the_plain_evaluation_where_many_states_are_told_of() -> None:
    story = Story()
    for number in range(120):
        state = f"X{chr(65 + number // 26)}{chr(65 + number % 26)}"  # given to no State
        story.party(state, stated_on="2010").left(state, 1 + number % 17, "2016", "2017-01-01")
        if number % 3:
            story.need(state, state, 100_000 * (1 + number % 11) if number % 4 else None, years=(None, None))
        if number % 5 == 0:
            story.measure(state, "none_reported", "2016-06-01")
        if number % 7 == 0:
            story.status(state, "unclear", "2017-01-01")
    picture = story.picture()
    on = date(2017, 12, 20)
    found = rank(picture, on)
    assert found == rank_plainly(picture, on)
    assert len(found.ask) == 50
    guesses = [one.estimate for one in found.every() if one.estimate]
    assert guesses
    assert {len(one.states) for one in guesses} == {40}
    assert all(one.of_states > 40 and f"{one.of_states} other States" in one.words for one in guesses)


@some
@given(HISTORIES, st.lists(st.integers(1, 5), min_size=1, max_size=4), DAYS, LOOKS)
def test_a_board_that_follows_its_documents_says_what_one_made_afresh_says(
    parts: list[Telling], steps: list[int], on: date, options: Options
) -> None:
    slices, board = Slices(), Board(Lens(on, options.as_recorded), options)
    held: dict[str, Any] = {}
    at = 0
    for step in (*steps, len(parts)):
        at += step
        story = told(parts[:at])
        concerned: set[str] = set()
        for name, document in story.documents().items():
            if document != held.get(name):
                kind = BY_CATEGORY[name.partition("-")[0]].name
                concerned |= slices.take(kind, document.id, held.get(name), document)
                held[name] = document
        board = board.changed(slices.pictures(concerned))
        board.ranking()  # what is kept for one state of things must not show in the next
        board.written()
    assert board.ranking() == rank(story.picture(), on, options)
    assert json.loads(board.written()) == board.ranking().model_dump(mode="json")


@some
@given(HISTORIES, DAYS)
def test_a_document_that_goes_leaves_nothing_behind(parts: list[Telling], on: date) -> None:
    slices, board = Slices(), Board(Lens(on), Options())
    documents = told(parts).documents()
    kinds = {name: BY_CATEGORY[name.partition("-")[0]].name for name in documents}
    for name, one in documents.items():
        slices.take(kinds[name], one.id, None, one)
    board = board.changed(slices.pictures(list(slices.states)))
    gone = {state for name, one in documents.items() for state in slices.take(kinds[name], one.id, one, None)}
    assert board.changed(slices.pictures(gone)).ranking() == rank(Story().picture(), on)


@some
@given(HISTORIES, st.sets(st.integers(1, 5)), st.none() | st.integers(0, 3))
def test_what_is_written_is_the_answer_as_json_for_any_part_of_the_list(
    parts: list[Telling], groups: set[int], limit: int | None
) -> None:
    board = board_of(told(parts).picture(), date(2017, 12, 20))
    part = board.ranking(groups, limit)
    assert json.loads(board.written(groups, limit)) == part.model_dump(mode="json")
    whole = board.ranking()
    assert part.rows == tuple(row for row in whole.rows if not groups or row.group in groups)[:limit]
    assert (part.groups, part.ask) == (whole.groups, whole.ask)


@some
@given(HISTORIES, st.sampled_from(STATES), st.integers(1, 4_000_000), st.booleans())
def test_a_what_if_on_the_board_is_the_what_if_over_all_documents(
    parts: list[Telling], state: str, usd: int, to_request: bool
) -> None:
    picture, on = told(parts).picture(), date(2017, 12, 20)
    to = {"request": f"r-{STATES[0]}", "line": "a"} if to_request else {}
    pledge = SupposedPledge(state=state, treaty="CCM", article="4", amount=Money.of(usd, "USD"), **to)  # type: ignore[arg-type]
    slices = slices_of(picture)
    concerned = {one: slices[one] for one in {state, STATES[0]} if one in slices}
    supposed = supposed_on(board_of(picture, on), concerned, [pledge], on).ranking()
    assert supposed.model_copy(update={"supposed": True}) == what_if(picture, [pledge], on)


def test_a_pledge_told_before_its_request_counts_for_the_state_that_makes_it() -> None:
    on = date(2018, 6, 1)
    story = Story().party("AAA").left("AAA", 2).pledged("p1", "d1", "2018-01-01", request="r1")
    options = Options(donor="d1")
    slices, board = Slices(), Board(Lens(on), options)
    before = story.documents()
    for name, one in before.items():
        slices.take(BY_CATEGORY[name.partition("-")[0]].name, one.id, None, one)
    board = board.changed(slices.pictures(list(slices.states)))
    assert [row.promised for row in board.ranking().rows] == [()]
    made = story.request("r1", "AAA", [("a", "clearance", 5_000)], on=date(2018, 2, 1)).documents()["request-r1"]
    after = board.changed(slices.pictures(slices.take("requests", made.id, None, made)))
    assert [one.pledge for row in after.ranking().rows for one in row.promised] == ["p1"]
    assert after.ranking() == rank_plainly(story.picture(), on, options)


def test_a_donors_board_is_its_plain_evaluation() -> None:
    story = told([("left", (state, 3.0, "2016", "2017-01-01"), {}) for state in STATES])
    story.tell("donor-d1", p.DonorRegistered(donor="d1", name="A donor"), date(2017, 1, 1))
    story.tell("donor-d1", p.DonorProfileChanged(weights={"time": 90}), date(2017, 1, 1))
    story.pledged("p1", "d1", "2017-02-01", state="AAB")
    picture, on = story.picture(), date(2017, 12, 20)
    options = through(picture.donors[0], Lens(on))
    seen = rank(picture, on, options)
    assert seen == rank_plainly(picture, on, options)
    assert [row.state for row in seen.rows if row.promised] == ["AAB"]
