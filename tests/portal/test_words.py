"""Dates, figures and links as people read them."""

import pytest

from services.portal import words


@pytest.mark.parametrize(
    ("to", "since", "said"),
    [
        ("2029-03-01", "2026-11-21", "in 2 years 3 months"),
        ("2020-08-01", "2017-12-20", "in 2 years 7 months"),
        ("2025-12-31", "2026-11-21", "11 months ago"),
        ("2026-11-22", "2026-11-21", "in 1 day"),
        ("2026-11-21", "2026-11-21", "today"),
        ("2027-01-20", "2026-11-21", "in 60 days"),
        ("2027-11-21", "2026-11-21", "in 1 year"),
        (None, "2026-11-21", ""),
    ],
)
def test_a_countdown_counts_from_the_day_asked_about(to: str | None, since: str, said: str) -> None:
    assert words.countdown(to, since) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2029-03-01", "1 March 2029"),
        ("2017-08", "August 2017"),
        ("2017", "2017"),
        ("2010/2020", "2010 to 2020"),
        ("by 2011", "by 2011"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_date_is_said_no_more_exactly_than_its_source(text: str | None, said: str) -> None:
    assert words.day(text) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("1720000", "m2", "1.72 km²"),
        ("9964.0", "m2", "9,964 m²"),
        ("1061000000", "m2", "1,061 km²"),
        ("1235", "munitions", "1,235 munitions"),
        ("97.50", "percent", "97.5 %"),
        ("0", "m2", "0 m²"),
        (None, "m2", "not known"),
    ],
)
def test_a_quantity_has_its_unit_and_unknown_is_not_zero(value: str | None, unit: str, said: str) -> None:
    assert words.quantity(value, unit) == said


def test_an_event_leads_to_the_history_of_its_stream() -> None:
    assert words.history("deadlines/party-CCM-BIH@7.1") == "/history/deadlines/party-CCM-BIH#at-7.1"
    assert words.history("deadlines/party-CCM-BIH@301.1") == "/history/deadlines/party-CCM-BIH?from=300#at-301.1"
    assert words.history("deadlines/party-CCM-BIH") == "/history/deadlines/party-CCM-BIH"
    assert words.history("") == ""


def test_only_web_addresses_become_links() -> None:
    assert words.is_address("https://the-monitor.org/x")
    assert not words.is_address("javascript:alert(1)")
    assert not words.is_address("record of the informal meeting of 20 December 2017, Vienna")


def test_confidence_is_a_word() -> None:
    assert [words.confidence(value) for value in (0, 34.9, 35, 65, 100)] == ["low", "low", "medium", "high", "high"]
