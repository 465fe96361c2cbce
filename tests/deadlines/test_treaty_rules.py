"""The table of the treaties is whole: every duty has its clause, its source and one kind of date at most."""

import pytest

from services.deadlines import treaty as law
from services.deadlines.treaty_rules import TREATIES, Duty

EVERY_DUTY = [rule for rules in TREATIES.values() for rule in rules.duties]


def test_both_treaties_are_there_with_all_their_duties() -> None:
    assert [rule.reference for rule in law.duties("CCM")] == [
        "CCM 3", "CCM 4.1(a)", "CCM 4.1(b)", "CCM 5", "CCM 6", "CCM 7.1", "CCM 7.2", "CCM 3.8", "CCM 9",
    ]  # fmt: skip
    assert [rule.reference for rule in law.duties("APMBC")] == [
        "APMBC 4", "APMBC 5", "APMBC 6", "APMBC 7.1", "APMBC 7.2", "APMBC 9",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", EVERY_DUTY, ids=lambda rule: rule.reference)
def test_a_duty_is_found_by_its_clause_and_names_its_sources(rule: Duty) -> None:
    assert law.duty(rule.treaty, rule.reference) is rule
    assert rule.sources
    assert set(rule.sources) <= set(TREATIES[rule.treaty].sources)


@pytest.mark.parametrize("rule", EVERY_DUTY, ids=lambda rule: rule.reference)
def test_a_duty_has_one_kind_of_date_or_none(rule: Duty) -> None:
    lengths = [length for length in (rule.years, rule.days, rule.yearly_by) if length is not None]
    assert len(lengths) == (1 if rule.dated else 0)
    assert (rule.yearly_by is not None) == (rule.runs_from == "calendar_year")


def test_requests_hold_what_the_articles_ask_for() -> None:
    letters = {
        rule.reference: "".join(part.letter for part in rule.extension.contents)
        for rule in EVERY_DUTY
        if rule.extension
    }
    assert letters == {
        "CCM 3": "abcdef",
        "CCM 4.1(a)": "abcdefghi",
        "CCM 4.1(b)": "abcdefghi",
        "APMBC 5": "abcd",
    }


def test_nine_months_are_treaty_text_under_one_convention_and_untraced_under_the_other() -> None:
    lodging = {rule.reference: rule.extension.lodging for rule in EVERY_DUTY if rule.extension}
    assert {one.months_before_meeting for one in lodging.values()} == {9}
    assert {reference: one.mark for reference, one in lodging.items()} == {
        "CCM 3": "",
        "CCM 4.1(a)": "",
        "CCM 4.1(b)": "",
        "APMBC 5": "memory",
    }


def test_a_stream_finds_its_duty() -> None:
    assert law.duty_of("CCM", "4").reference == "CCM 4.1(a)"
    assert law.duty_of("CCM", "4", "north").reference == "CCM 4.1(b)"
    assert law.duty_of("CCM", "7").reference == "CCM 7.1"
    assert law.duty_of("APMBC", "9").reference == "APMBC 9"


def test_a_duty_without_a_treaty_date_has_no_deadline_and_no_cap() -> None:
    begins = TREATIES["CCM"].entered_into_force
    for article in ("5", "9"):
        found = law.terms("CCM", article, begins)
        assert (found.original_deadline, found.extension_cap_years, found.lodge_months_before_meeting) == (
            None,
            None,
            None,
        )


def test_there_are_no_other_duties() -> None:
    with pytest.raises(law.NoSuchDuty):
        law.duty("APMBC", "APMBC 3.8")
    with pytest.raises(law.NoSuchDuty):
        law.duty_of("APMBC", "3")
