"""Tamper evidence: any changed, removed, inserted or reordered commit of a stream is found."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.commits import Commit, EventRecord, broken_links, commit_from
from shared.heads import Head, Heads, Witness
from tests.contract_suites.commits import chain, following

lengths = st.integers(1, 8)
places = st.integers(0, 7)
CHANGES = {
    "stream": lambda c: replace(c, stream="tally-z"),
    "seq": lambda c: replace(c, seq=c.seq + 1),
    "first": lambda c: replace(c, first=c.first + 1),
    "an event's data": lambda c: replace(c, events=(EventRecord("Added", 1, {"amount": 999}), *c.events[1:])),
    "an event's type": lambda c: replace(c, events=(replace(c.events[0], type="Removed"), *c.events[1:])),
    "an event's schema": lambda c: replace(c, events=(replace(c.events[0], schema=2), *c.events[1:])),
    "one event fewer": lambda c: replace(c, events=c.events[1:]),
    "one event more": lambda c: replace(c, events=(*c.events, c.events[0])),
    "command": lambda c: replace(c, command_id="another"),
    "digest": lambda c: replace(c, digest="1" * 64),
    "actor": lambda c: replace(c, actor="state:LAO:desk"),
    "correlation": lambda c: replace(c, correlation_id="c-2"),
    "causation": lambda c: replace(c, causation_id="x"),
    "time": lambda c: replace(c, at=c.at + timedelta(microseconds=1)),
    "previous": lambda c: replace(c, previous="1" * 64),
    "hash": lambda c: replace(c, hash="1" * 64),
}


@given(length=lengths, events=st.integers(1, 3))
def test_an_honest_chain_holds(length: int, events: int) -> None:
    assert broken_links(chain(length, events=events)) == []


@given(length=lengths, place=places, what=st.sampled_from(sorted(CHANGES)))
def test_any_change_is_found_wherever_it_is(length: int, place: int, what: str) -> None:
    commits = chain(length, events=2)
    place %= length
    commits[place] = CHANGES[what](commits[place])
    assert broken_links(commits)


@given(length=st.integers(2, 8), place=places, what=st.sampled_from(sorted({*CHANGES} - {"hash"})))
def test_a_change_that_was_sealed_again_is_found_by_the_commit_after_it(length: int, place: int, what: str) -> None:
    commits = chain(length, events=2)
    place %= length - 1
    commits[place] = CHANGES[what](commits[place]).sealed()
    assert broken_links(commits)


@given(length=lengths, by=st.integers(1, 3))
def test_event_numbers_that_do_not_continue_are_found_also_at_the_end(length: int, by: int) -> None:
    commits = chain(length)
    commits[-1] = replace(commits[-1], first=commits[-1].first + by).sealed()
    assert broken_links(commits)


@given(length=st.integers(2, 8), place=places)
def test_a_removed_commit_is_found_except_at_the_very_end(length: int, place: int) -> None:
    commits = chain(length)
    place %= length
    del commits[place]
    assert bool(broken_links(commits)) == (place < length - 1)


@given(length=lengths, place=places)
def test_an_inserted_or_doubled_commit_is_found(length: int, place: int) -> None:
    commits = chain(length)
    place %= length
    assert broken_links([*commits[:place], commits[place], *commits[place:]])
    stranger = following(commits[place - 1] if place else None)
    assert broken_links([*commits[:place], stranger, *commits[place:]])


@given(order=st.permutations(range(5)))
def test_reordered_commits_are_found(order: list[int]) -> None:
    commits = chain(5)
    assert bool(broken_links([commits[n] for n in order])) == (order != sorted(order))


@given(length=st.integers(2, 8), cut=st.integers(1, 7))
def test_published_heads_witness_the_end_too(length: int, cut: int) -> None:
    commits = chain(length)
    published = Heads({"tallies": {"tally-a": Head(commits[-1].seq, commits[-1].hash)}})

    def faults(found: list[Commit]) -> list[str]:
        witness = Witness("tallies", published)
        wrong = [fault for c in found for fault in witness.contradicts(c.stream, c.seq, c.hash)]
        return wrong + witness.missing()

    assert faults(commits) == []
    assert faults([*commits, following(commits[-1])]) == []
    assert faults(commits[: length - min(cut, length)])
    assert faults([*commits[:-1], following(commits[-2])])


@given(
    data=st.dictionaries(
        st.text(max_size=5), st.text(max_size=20) | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.none()
    ),
    at=st.datetimes(timezones=st.just(following(None).at.tzinfo)),
)
def test_a_body_read_back_is_the_same_body(data: dict[str, object], at: object) -> None:
    commit = replace(following(None), events=(EventRecord("Added", 1, data),), at=at).sealed()  # type: ignore[arg-type]
    again = commit_from(commit.body(), commit.hash)
    assert again == commit
    assert again.body() == commit.body()
