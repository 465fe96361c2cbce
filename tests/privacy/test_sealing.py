"""Sealing: the same details give the same text, other keys and places open nothing, lengths tell no name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy import SubjectKey
from shared.privacy.sealing import CannotOpen, fresh_key, normal, open_sealed, seal, told_by

THEN = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = b"s" * 32
PLACE = "requests/request-r/contact"
DETAILS = {"name": "A. Person", "email": "a@example.org", "phone": ""}
said = st.text(max_size=300).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
people = st.fixed_dictionaries({"name": said.filter(bool), "email": said, "phone": said})


def key_for(place: str = PLACE) -> SubjectKey:
    return fresh_key(place, DETAILS, SECRET, THEN)


@given(people)
def test_what_is_sealed_opens_again_and_the_same_is_the_same(details: dict[str, str]) -> None:
    key = key_for()
    sealed = seal(key, details)
    assert open_sealed(key, sealed) == {kind: one for kind, one in details.items() if one}
    assert seal(key, dict(reversed(details.items()))) == sealed
    assert seal(key_for(), details) != sealed


@given(people, st.integers(0, 10_000), st.integers(1, 255))
def test_what_was_changed_cannot_be_opened(details: dict[str, str], where: int, by: int) -> None:
    key = key_for()
    sealed = bytearray(seal(key, details).encode())
    at = where % (len(sealed) - 1)
    sealed[at] = ord("A") if sealed[at] != ord("A") else ord("B")
    with pytest.raises(CannotOpen):
        open_sealed(key, sealed.decode())
    with pytest.raises(CannotOpen):
        open_sealed(key, "x" * by)


def test_another_subject_or_place_opens_nothing() -> None:
    key = key_for()
    sealed = seal(key, DETAILS)
    others = [
        key_for(),
        replace(key, place="requests/request-other/contact"),
        replace(key, subject="0" * 32),
    ]
    for other in others:
        with pytest.raises(CannotOpen):
            open_sealed(other, sealed)


def test_lengths_do_not_tell_one_name_from_another() -> None:
    key = key_for()
    lengths = {len(seal(key, {"name": "x" * n, "email": "a@example.org"})) for n in range(1, 40)}
    assert len(lengths) == 1


def test_the_mark_is_of_details_and_place_and_differs_with_the_secret() -> None:
    mark = key_for().mark
    assert key_for().mark == mark
    assert fresh_key("requests/request-other/contact", DETAILS, SECRET, THEN).mark != mark
    assert fresh_key(PLACE, {**DETAILS, "phone": "1"}, SECRET, THEN).mark != mark
    assert fresh_key(PLACE, DETAILS, b"t" * 32, THEN).mark != mark


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "Someone@Example.ORG ", "someone@example.org"),
        ("name", "A.  Person", "a. person"),
        ("name", "ＡＢＣ", "abc"),
        ("phone", "+856 (21) 000-000", "85621000000"),
    ],
)
def test_what_people_take_for_the_same_is_found_as_the_same(kind: str, one: str, other: str) -> None:
    assert normal(kind, one) == normal(kind, other)
    key = fresh_key(PLACE, {kind: one}, SECRET, THEN)
    assert key.found_by[kind] == told_by(key.key, kind, other)
    assert key.found_by[kind] != told_by(key.key, kind, f"{other}1")


def test_nobody_is_found_by_a_blank_nor_without_the_key() -> None:
    assert fresh_key(PLACE, {"name": "A", "email": " ", "phone": "none"}, SECRET, THEN).found_by.keys() == {"name"}
    assert key_for().found_by != key_for().found_by
