"""Our own counts beside what sources print (ISU-1 to ISU-11): both shown, neither mended."""

import csv
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from services.insights.near.known import Lens
from services.insights.near.settings import Settings
from services.insights.readings import deadlines as d
from services.insights.readings import pledges as p
from services.insights.record import Record
from services.insights.statistics.measure import Measure
from services.insights.statistics.yearly import YearStatistics, year_statistics
from shared.dates import PartialDate, Period
from shared.money import Money
from shared.provenance import Statement
from tests.insights.telling import Story, statement

VIENNA = date(2017, 12, 20)


def record_of(story: Story) -> Record:
    documents = story.documents()
    totals = tuple(one for name, one in documents.items() if name.startswith("totals-"))
    return Record(story.picture(), totals)


def statistics(story: Story, year: int, on: date = VIENNA) -> YearStatistics:
    return year_statistics(record_of(story), "CCM", year, Lens(on), Settings())


def measure(found: YearStatistics, name: str) -> Measure:
    return next(one for one in found.measures if one.name == name)


def own(found: YearStatistics, name: str) -> tuple[Decimal | None, tuple[str, ...]]:
    counted = measure(found, name).own
    assert counted is not None
    return counted.value, counted.states


def shipped_totals() -> Story:
    story = Story()
    with (files("deploy") / "data" / "treaty_totals.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            story.tell(
                f"totals-{row['treaty']}",
                d.TotalStated(
                    treaty=row["treaty"],
                    metric=row["metric"],
                    value=Decimal(row["value"]),
                    unit=row["unit"],
                    as_of=PartialDate(row["as_of"]) if row["as_of"] else None,
                    period=Period(row["period_year"]) if row["period_year"] else None,
                    statement=Statement(
                        source=row["source"],
                        stated_on=PartialDate(row["stated_on"]) if row["stated_on"] else None,
                        note=row["note"],
                    ),
                ),
            )
    return story


@pytest.mark.parametrize(
    ("rule", "year", "name", "values"),
    [
        ("ISU-1", 2016, "annual_rate", [82]),
        ("ISU-1", 2016, "annual_awaited", [18]),
        ("ISU-2", 2017, "initial_outstanding", [15]),
        ("ISU-6", 2015, "requesting", [10]),
        ("ISU-6", 2016, "requesting", [13]),
        ("ISU-6", 2015, "providing", [14]),
        ("ISU-6", 2016, "providing", [19]),
        ("ISU-6", 2015, "receiving", [4]),
        ("ISU-6", 2016, "receiving", [10]),
        ("ISU-7", 2017, "article_3_states", [10]),
        ("ISU-8", 2017, "article_4_states", [10]),
        ("ISU-8", 2016, "article_4_requesting", [8]),
        ("ISU-8", 2016, "article_4_providing", [18]),
        ("ISU-9", 2017, "article_5_states", [11]),
        ("ISU-9", 2016, "article_5_requesting", [8]),
        ("ISU-9", 2016, "article_5_providing", [14]),
        ("ISU-10", 2016, "article_9_requesting", [1]),
        ("ISU-11", 2016, "requesting", [13]),
    ],
)
def test_the_totals_printed_in_december_2017_stand_beside_our_own_count(
    rule: str, year: int, name: str, values: list[int]
) -> None:
    found = measure(statistics(shipped_totals(), year), name)
    assert [one.value for one in found.printed] == values
    assert rule in found.rules
    assert found.own is not None
    assert found.own.caution
    assert all(one.source and one.link.startswith("deadlines/totals-CCM@") for one in found.printed)


def test_the_printed_deadlines_of_stockpiles_stand_at_their_years() -> None:
    years = {
        one.year: [said.value for said in one.printed] for one in statistics(shipped_totals(), 2017).stockpile_deadlines
    }
    assert years == {2018: [2], 2019: [3]}


def test_the_printed_rate_and_the_printed_rest_agree_only_if_a_hundred_were_due() -> None:
    found = statistics(shipped_totals(), 2016)
    rate, awaited = (measure(found, name).printed[0].value for name in ("annual_rate", "annual_awaited"))
    assert rate == round(100 * rate / (rate + awaited))


def test_what_was_printed_later_is_not_known_before() -> None:
    assert measure(statistics(shipped_totals(), 2016, date(2017, 12, 19)), "annual_rate").printed == ()


def test_a_later_statement_about_an_earlier_year_is_still_shown_with_that_year() -> None:
    assert len(measure(statistics(shipped_totals(), 2012, date(2026, 11, 21)), "article_5_states").printed) == 1


def reporting(story: Story, state: str, entry: date = date(2012, 1, 1)) -> Story:
    began = d.ReportingBegan(
        treaty="CCM",
        state=state,
        entry_into_force=entry,
        initial_due=date(2012, 6, 29),
        first_annual_due=date(2013, 4, 30),
    )
    return story.tell(f"reporting-CCM-{state}", began)


def test_annual_reports_are_received_seen_to_be_missing_or_not_known() -> None:
    story = Story()
    for state in ("BIH", "LAO", "MNE", "LBN"):
        reporting(story, state)
    story.report("BIH", "on_time", "annual", 2016, submitted_on="2017-04-20")
    story.report("LAO", "late", "annual", 2016, submitted_on="2017-09")
    story.report("MNE", "overdue", "annual", 2016, as_of="2017-08-01")
    found = statistics(story, 2016)
    assert own(found, "annual_received") == (2, ("BIH", "LAO"))
    assert own(found, "annual_awaited") == (1, ("MNE",))
    assert own(found, "annual_not_known") == (1, ("LBN",))
    assert own(found, "annual_rate")[0] == Decimal("50.0")


def test_a_report_that_comes_after_it_was_seen_to_be_missing_has_come() -> None:
    story = reporting(Story(), "MNE").report("MNE", "overdue", "annual", 2016, as_of="2017-08-01")
    story.report("MNE", "late", "annual", 2016, submitted_on="2017-11-01")
    assert own(statistics(story, 2016), "annual_received") == (1, ("MNE",))
    assert own(statistics(story, 2016, date(2017, 9, 1)), "annual_awaited") == (1, ("MNE",))


def test_nothing_is_due_before_its_day() -> None:
    assert own(statistics(reporting(Story(), "MNE"), 2017), "annual_rate")[0] is None


def test_initial_reports_outstanding_are_counted_apart() -> None:
    story = reporting(reporting(Story(), "MNE"), "LAO").report("MNE", "overdue", as_of="2017-08-01")
    found = statistics(story, 2016)
    assert own(found, "initial_outstanding") == (1, ("MNE",))
    assert own(found, "annual_awaited") == (0, ())


def test_a_missing_report_while_the_next_is_due_is_two_cycles_open() -> None:
    story = reporting(Story(), "MNE").report("MNE", "overdue", "annual", 2015, as_of="2016-08-01")
    assert statistics(story, 2015, date(2017, 4, 29)).two_cycles_open == ()
    assert statistics(story, 2015, date(2017, 5, 1)).two_cycles_open == ("MNE",)


def test_reasons_for_lateness_are_counted_by_state() -> None:
    story = reporting(reporting(Story(), "MNE"), "LAO")
    for state in ("MNE", "LAO"):
        told = d.LatenessExplained(
            treaty="CCM",
            state=state,
            kind="annual",
            period_year=2016,
            reason="staff_shortage",
            statement=statement("2017"),
        )
        story.tell(f"reporting-CCM-{state}", told)
    reasons = statistics(story, 2016, date(2026, 2, 1)).lateness_reasons
    assert [(one.reason, one.states) for one in reasons] == [("staff_shortage", ("LAO", "MNE"))]


def test_a_state_that_asks_under_two_articles_counts_once() -> None:
    story = Story().need("a", "MNE", article="4").need("b", "MNE", article="5", kind="victim_assistance_plan")
    story.request("r", "LAO", [("clearance", "clearance", 1_000_000)])
    found = statistics(story, 2017)
    assert own(found, "requesting") == (2, ("LAO", "MNE"))
    assert own(found, "article_4_requesting") == (2, ("LAO", "MNE"))
    assert own(found, "article_5_requesting") == (1, ("MNE",))


def test_a_need_that_others_tell_of_is_not_a_request() -> None:
    assert own(statistics(Story().need("a", "MNE", basis="stated"), 2017), "requesting") == (0, ())


def helped(story: Story, number: int, donor: str | None, recipient: str, sector: str = "clearance") -> Story:
    event = p.AssistanceRecorded(
        donor=donor,
        donor_name=donor or "All donors",
        recipient=recipient,
        sector=sector,
        amount=Money.of(1_000, "USD"),
        period=Period("2016"),
        statement=statement("2017-11-01"),
    )
    return story.tell(f"assistance-{number}", event)


def test_donors_and_recipients_count_once_and_a_total_is_no_donor() -> None:
    story = helped(helped(helped(Story(), 1, "NOR", "LAO"), 2, "NOR", "BIH", "victim assistance"), 3, None, "BIH")
    documents = story.documents()
    assistance = tuple(one for name, one in documents.items() if name.startswith("assistance-"))
    picture = story.picture()
    record = Record(type(picture)(assistance=assistance))
    found = year_statistics(record, "CCM", 2016, Lens(VIENNA), Settings())
    assert own(found, "providing") == (1, ("NOR",))
    assert own(found, "receiving") == (2, ("BIH", "LAO"))
    assert own(found, "article_5_providing") == (1, ("NOR",))


def test_open_duties_are_counted_at_the_end_of_the_year() -> None:
    story = Story().party("MNE").left("MNE", 1.7).completed("MNE", "2020-07", "2020-09", article="4")
    assert own(statistics(story, 2018, date(2026, 1, 1)), "article_4_states") == (1, ("MNE",))
    assert own(statistics(story, 2021, date(2026, 1, 1)), "article_4_states") == (0, ())
