"""What must hold whatever is told (docs/near-completion.md, "Must hold")."""

import random
from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.insights.near.assess import Case, cases
from services.insights.near.known import Lens
from services.insights.near.parts import NAMES, Part
from services.insights.near.ranking import Ranking, order_of, rank
from services.insights.near.score import score_of
from services.insights.near.settings import Options, Settings, Weights
from services.insights.near.what_if import what_if
from services.pledges.domain.donor import FocalPointNamed
from services.pledges.domain.messages import PledgeDrafted
from services.pledges.domain.terms import PledgeTerms
from services.requests.domain.content import RequestContent
from services.requests.domain.messages import ContactNamed, RequestDrafted
from shared.privacy.messages import PersonForgotten
from tests.insights.histories import acts
from tests.insights.telling import BY_CATEGORY, Story
from tests.privacy.naming import somebody

ON = date(2017, 12, 20)
STATES = ("AAA", "AAB", "AAC")
Telling = tuple[str, tuple[Any, ...], dict[str, Any]]

quick = settings(max_examples=60, deadline=None)

km2 = st.decimals(min_value=0, max_value=200, places=2).map(float)
states = st.sampled_from(STATES)
words = st.sampled_from(["on_track", "not_on_track", "unclear", "needs_assistance", "extension_requested"])


def days(first: date, last: date) -> st.SearchStrategy[str]:
    return st.dates(first, last).map(date.isoformat)


def tellings(first: date, last: date) -> st.SearchStrategy[Telling]:
    """One thing that a source says between these days."""
    said = days(first, last)
    year = st.integers(2008, 2016)
    money = st.none() | st.integers(0, 20_000_000)
    return st.one_of(
        st.tuples(st.just("left"), st.tuples(states, km2, year.map(str), said), st.just({})),
        st.tuples(st.just("released"), st.tuples(states, km2, year, said), st.just({})),
        st.tuples(st.just("status"), st.tuples(states, words, said), st.just({})),
        st.tuples(st.just("granted"), st.tuples(states, days(date(2021, 1, 1), date(2026, 1, 1)), said), st.just({})),
        st.tuples(
            st.just("need"),
            st.tuples(st.uuids().map(str), states, money),
            st.fixed_dictionaries(
                {
                    "stated_on": said,
                    "kind": st.sampled_from(["clearance", "financial", "technical"]),
                    "years": st.sampled_from([(None, None), (2016, 2019), (2017, None)]),
                }
            ),
        ),
        st.tuples(
            st.just("measure"),
            st.tuples(states, st.sampled_from(["being_drafted", "none_reported"]), said),
            st.just({}),
        ),
        st.tuples(st.just("report"), st.tuples(states, st.just("overdue")), st.fixed_dictionaries({"as_of": said})),
        st.tuples(
            st.just("meeting"), st.tuples(st.sampled_from(["8MSP", "9MSP"]), st.just("2019-09-02"), said), st.just({})
        ),
        st.tuples(
            st.just("figure"),
            st.tuples(states, st.just("confirmed_new_m2"), st.integers(0, 5_000_000), st.just("2017-03"), said),
            st.just({}),
        ),
    )


BEFORE = st.lists(tellings(date(2010, 1, 1), ON), max_size=14)
AFTER = st.lists(
    st.one_of(
        tellings(date(2017, 12, 21), date(2025, 1, 1)),
        st.tuples(st.just("completed"), st.tuples(states, st.just("2017-06-01"), st.just("2018-01-01")), st.just({})),
        st.tuples(st.just("withdrawn"), st.tuples(states, st.just("2019-01-01")), st.just({})),
        st.tuples(st.just("party"), st.tuples(states), st.just({"in_force": "2010-08-01", "stated_on": "2018"})),
        st.tuples(st.just("found"), st.tuples(states, st.just("2018-02-01"), km2), st.just({})),
    ),
    min_size=1,
    max_size=6,
)


def told(parts: list[Telling], parties: bool = True) -> Story:
    story = Story()
    if parties:
        for state in STATES:
            story.party(state, stated_on="2010")
    for name, args, named in parts:
        getattr(story, name)(*args, **named)
    return story


def answer(story: Story, on: date = ON, options: Options | None = None) -> Ranking:
    return rank(story.picture(), on, options)


def case_of(story: Story, state: str) -> Case:
    found = {one.duty.id: one for one in cases(story.picture(), Lens(ON), Options())}
    return found[f"CCM-{state}-4"]


@quick
@given(BEFORE, st.floats(0, 200), st.floats(0, 1))
def test_1_less_work_left_never_lowers_a_row(parts: list[Telling], much: float, share: float) -> None:
    """All else equal: the answer to "needs help" too, which a pace may turn with the work left."""
    more = case_of(told(parts).left("AAA", round(much, 3), "2017", "2017-12-01"), "AAA")
    less = case_of(told(parts).left("AAA", round(much * share, 3), "2017", "2017-12-01"), "AAA")
    assume(less.needs_help.value == more.needs_help.value)
    assert less.order <= more.order


@quick
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3_000_000)), max_size=6),
    st.tuples(st.sampled_from("abc"), st.integers(0, 3_000_000)),
)
def test_2_an_allocated_pledge_never_raises_the_help_needed(
    given_before: list[tuple[str, int]], one_more: tuple[str, int]
) -> None:
    def story(pledges: list[tuple[str, int]]) -> Case:
        lines = [("a", "clearance", 2_000_000), ("b", "equipment", 40_000), ("c", "training", None)]
        told_so = told([]).left("AAA", 3).request("r", "AAA", lines)  # type: ignore[arg-type]
        for number, (line, usd) in enumerate(pledges):
            told_so.allocated("r", f"p{number}", line, usd)
        return case_of(told_so, "AAA")

    before, after = story(given_before), story([*given_before, one_more])
    need, less = before.standing.need, after.standing.need
    assert (less.usd_open or 0) <= (need.usd_open or 0)
    assert len(less.open_lines) <= len(need.open_lines)
    values = [{part.name: part.value or 0.0 for part in one.parts} for one in (before, after)]
    assert values[1]["unanswered"] <= values[0]["unanswered"]


@quick
@given(BEFORE, st.randoms(use_true_random=False))
def test_3_the_order_in_which_streams_are_read_changes_nothing(parts: list[Telling], chance: random.Random) -> None:
    story = told(parts)
    names = list(story.documents())
    chance.shuffle(names)
    assert rank(story.picture(order=names), ON) == answer(story)


values = st.none() | st.floats(0, 1)


@quick
@given(st.tuples(*[values] * len(NAMES)), st.sampled_from(range(len(NAMES))), st.floats(0, 1))
def test_4_learning_an_unknown_part_keeps_the_score_inside_the_range(
    known: tuple[float | None, ...], which: int, learned: float
) -> None:
    parts = [Part(name, value, "", 0.0 if value is None else 1.0) for name, value in zip(NAMES, known, strict=True)]
    assume(parts[which].value is None)
    before = score_of(parts, Weights())
    parts[which] = Part(NAMES[which], learned, "")
    after = score_of(parts, Weights())
    assert after.score is not None
    assert before.low <= after.score <= before.high
    assert before.low <= after.low
    assert after.high <= before.high


@quick
@given(st.integers(0, 30_000_000))
def test_4_so_does_learning_the_amount_of_a_need(usd: int) -> None:
    story = told([]).left("AAA", 2).status("AAA", "unclear", "2017-06-01")
    before = case_of(told([]).left("AAA", 2).status("AAA", "unclear", "2017-06-01").need("n", "AAA"), "AAA").score
    after = case_of(story.need("n", "AAA", usd or 1), "AAA").score
    assert after.score is not None
    assert before.low <= after.score <= before.high


@quick
@given(
    st.lists(tellings(date(2010, 1, 1), ON) | acts(date(2010, 1, 1), ON), max_size=14),
    st.lists(acts(date(2017, 12, 21), date(2025, 1, 1)), min_size=1, max_size=6),
    AFTER,
)
def test_5_nor_do_requests_decisions_pledges_and_coalitions_of_later_days(
    parts: list[Telling], done_later: list[Telling], said_later: list[Telling]
) -> None:
    assert answer(told([*parts, *done_later, *said_later])) == answer(told(parts))


@quick
@given(
    st.lists(acts(date(2010, 1, 1), ON), min_size=4, max_size=14),
    st.lists(acts(date(2017, 12, 21), date(2025, 1, 1)), min_size=1, max_size=6),
)
def test_5_nor_does_what_was_recorded_later_change_what_was_known_here(
    acted: list[Telling], done_later: list[Telling]
) -> None:
    def recorded(parts: list[Telling]) -> Ranking:
        story = Story(recorded_on=date(2010, 1, 1)).left("AAA", 2, "2016", "2017").left("AAB", 30, "2016", "2017")
        for state in STATES:
            story.party(state)
        for name, args, named in parts:
            getattr(story, name)(*args, **named)
        return answer(story, options=Options(as_recorded=True))

    before = recorded(acted)
    assert {row.state for row in before.rows} >= {"AAA", "AAB"}
    assert recorded([*acted, *done_later]) == before


@quick
@given(BEFORE, AFTER)
def test_5_facts_after_the_day_never_change_the_answer_of_the_day(parts: list[Telling], later: list[Telling]) -> None:
    assert answer(told([*parts, *later])) == answer(told(parts))


@quick
@given(AFTER)
def test_5_nor_does_a_registration_that_was_told_of_later(later: list[Telling]) -> None:
    assert answer(told(later, parties=False)).rows == ()


@quick
@given(st.tuples(*[values] * len(NAMES)), st.sampled_from(NAMES), values)
def test_6_a_part_of_weight_zero_changes_nothing(
    known: tuple[float | None, ...], name: str, other: float | None
) -> None:
    weights = Weights().model_copy(update={name: 0.0})
    parts = [Part(one, value, "", 0.0 if value is None else 1.0) for one, value in zip(NAMES, known, strict=True)]
    changed = [Part(name, other, "", 0.0 if other is None else 1.0) if one.name == name else one for one in parts]
    assert score_of(changed, weights) == score_of(parts, weights)


@quick
@given(BEFORE, st.floats(0.01, 1_000))
def test_6_scaling_all_weights_changes_nothing(parts: list[Telling], factor: float) -> None:
    scaled = Weights(**{name: value * factor for name, value in Weights().model_dump().items()})
    plain = answer(told(parts))
    other = answer(told(parts), options=Options(settings=Settings(weights=scaled)))
    shown = [(row.id, row.score, row.range, row.confidence, row.firmness) for row in plain.rows]
    assert [(row.id, row.score, row.range, row.confidence, row.firmness) for row in other.rows] == shown
    assert other.ask == plain.ask


@quick
@given(BEFORE, days(date(2017, 12, 1), ON), days(date(2017, 12, 1), ON))
def test_7_a_declaration_removes_the_row_and_a_later_find_brings_it_back_under_the_old_date(
    parts: list[Telling], declared_on: str, found_on: str
) -> None:
    story = told(parts).left("AAA", 2, "2016-06-30", "2017-08-01")
    # Nobody speaks of work to do after the declaration.
    assume(all(args[0] != "AAA" or str(args[-1]) < "2017-12" for _, args, named in parts if not named))
    before = answer(story).find("CCM-AAA-4")
    assert before is not None
    story.completed("AAA", declared_on=declared_on)
    assert answer(story).find("CCM-AAA-4") is None
    assume(found_on >= declared_on)
    again = answer(story.found("AAA", found_on, 0.1)).find("CCM-AAA-4")
    assert again is not None
    assert again.deadline_in_force == before.deadline_in_force


@quick
@given(BEFORE, days(date(2015, 1, 1), date(2019, 12, 31)))
def test_7_an_effective_withdrawal_removes_the_row(parts: list[Telling], effective_on: str) -> None:
    story = told(parts).left("AAA", 2).withdrawn("AAA", effective_on)
    gone = date.fromisoformat(effective_on) <= ON
    assert all(row.state != "AAA" for row in answer(story).every()) == gone


@quick
@given(BEFORE)
def test_8_the_current_answer_is_the_answer_as_of_today_and_a_what_if_without_suppositions(
    parts: list[Telling],
) -> None:
    picture = told(parts).picture()
    assert what_if(picture, [], ON) == rank(picture, ON)


@quick
@given(BEFORE)
def test_9_no_row_without_an_event_and_every_figure_is_found_in_one(parts: list[Telling]) -> None:
    story = told(parts).need("n", "AAB", 1_000)
    documents = story.documents()
    everything = " ".join(document.model_dump_json() for document in documents.values())
    for row in answer(story).every():
        links = {one.link for one in (*row.reasons, *row.conditions, *row.help, *row.others_say, *row.found_since)}
        assert links - {""}
        links |= {row.remaining_link, row.deadline_link, row.status_link, row.lodging_link}
        assert (row.remaining is None) == (not row.remaining_link)
        assert (row.deadline_in_force is None) == (not row.deadline_link)
        assert all(f'"{link}"' in everything for link in links - {""})
        assert row.remaining is None or row.remaining_formula or f'"value":"{row.remaining}"' in everything
        assert 3 <= len(row.reasons) <= 6


def drafted(story: Story, number: int, usd: int) -> None:
    """What an owner keeps to itself, in streams of its own and in those of the story."""
    content = RequestContent.model_validate(
        {
            "state": "AAA",
            "obligations": [{"treaty": "CCM", "article": "4"}],
            "needs": [{"line": "a", "kind": "clearance", "amount": {"amount": str(usd), "currency": "USD"}}],
        }
    )
    line = {"kind": "need_line", "request": "r", "line": "a"}
    amount = {"amount": str(usd), "currency": "USD"}
    terms = PledgeTerms.model_validate({"donor": "XXM", "target": line, "amount": amount})
    for name in ("r", f"other-{number}"):
        story.tell(f"request-{name}", RequestDrafted(content=content))
        story.tell(f"request-{name}", ContactNamed(person=somebody()))
        story.tell(f"pledge-{name}", PledgeDrafted(terms=terms))
    story.tell("donor-XXM", FocalPointNamed(agency="desk", person=somebody()))
    story.tell("donor-XXM", PersonForgotten(subject=somebody().subject, reason="person_asked"))


@quick
@given(BEFORE, st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9_000_000)), min_size=1, max_size=4))
def test_10_the_answer_never_depends_on_a_draft(parts: list[Telling], drafts: list[tuple[int, int]]) -> None:
    """Drafts, contacts and focal points are told in between: those who follow pass over what they do not read."""
    lines = [("a", "clearance", 2_000_000), ("b", "training", None)]
    plain = told(parts).request("r", "AAA", lines).allocated("r", "p", "a", 500_000)
    mixed = Story()
    for place, (stream, event, recorded_on, actor) in enumerate(plain.told):
        for number, usd in drafts:
            if number == place % 21:
                drafted(mixed, number, usd)
        mixed.tell(stream, event, recorded_on, actor)
    for number, usd in drafts:
        drafted(mixed, number, usd)
    private = {RequestDrafted, ContactNamed, PledgeDrafted, FocalPointNamed, PersonForgotten}
    assert private <= {type(event) for _, event, _, _ in mixed.told}
    assert answer(heard_by_followers(mixed)) == answer(plain)


def heard_by_followers(story: Story) -> Story:
    """The story as the views take it: by the names of the events that each of them reads."""
    heard = Story()
    for stream, event, recorded_on, actor in story.told:
        view = BY_CATEGORY[stream.partition("-")[0]]
        if type(event).__name__ in {kind.__name__ for kind in view.events}:
            heard.tell(stream, event, recorded_on, actor)
    return heard


@quick
@given(BEFORE)
def test_rows_stand_in_the_printed_order(parts: list[Telling]) -> None:
    ranking = answer(told(parts))
    assert list(ranking.rows) == sorted(ranking.rows, key=order_of)
    for row in ranking.rows:
        assert all(order_of(row) <= order_of(other) for other in row.others)
