"""Every row of the shipped tables becomes a recorded statement, as exact as printed, and only once."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.deadlines.domain import reports_due
from services.deadlines.domain.meeting import MEETINGS, days
from services.deadlines.domain.obligation import OBLIGATIONS
from services.deadlines.domain.obligation_events import (
    CompletionStated,
    ExtensionRequestStated,
    FigureStated,
    OriginalDeadlineStated,
)
from services.deadlines.domain.party import PARTIES, WithdrawalReceived
from services.deadlines.domain.reporting import REPORTING, BeginReporting, ReportStated
from services.deadlines.domain.totals import TOTALS, TotalStated
from services.deadlines.importing import TABLES
from services.deadlines.treaty import LodgingDay, lodging_day
from shared.decider import Decider
from shared.messages import Event
from shared.tables import BadCell, Recording, Row, Table

DATA = Path(__file__).parents[2] / "deploy" / "data"
DECIDERS: dict[str, Decider[Any, Any, Any]] = {
    one.category: one for one in (PARTIES, OBLIGATIONS, REPORTING, MEETINGS, TOTALS)
}
BY_FILE = {table.file: table for table in TABLES}


def rows(table: Table) -> Iterator[Row]:
    with (DATA / table.file).open(encoding="utf-8", newline="") as lines:
        found = csv.DictReader(lines)
        assert tuple(found.fieldnames or ()) == table.columns
        yield from (Row(cells) for cells in found)


def recordings() -> list[tuple[str, Recording]]:
    return [(table.file, one) for table in TABLES for row in rows(table) for one in table.read(row)]


@dataclass
class Record:
    """The streams in memory: every command decided on, every event folded."""

    states: dict[str, Any] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)

    def take(self, recording: Recording) -> tuple[Event, ...]:
        decider = DECIDERS[recording.category]
        stream = decider.stream(recording.identity)
        state = self.states.get(stream, decider.initial)
        found: tuple[Event, ...] = decider.decide(recording.command, state)
        self.states[stream] = decider.fold(found, state)
        self.events.setdefault(stream, []).extend(found)
        return found

    def of(self, stream: str, kind: type[Any]) -> list[Any]:
        return [event for event in self.events[stream] if isinstance(event, kind)]


@pytest.fixture(scope="module")
def record() -> Record:
    filled = Record()
    for _, recording in recordings():
        filled.take(recording)
    return filled


def test_every_row_of_every_table_is_recorded() -> None:
    fresh = Record()
    told = Counter((file, type(event).__name__) for file, one in recordings() for event in fresh.take(one))
    assert told == {
        ("states_parties.csv", "StatePartyRegistered"): 279,
        ("states_parties.csv", "WithdrawalReceived"): 6,
        ("obligations.csv", "ObligationRegistered"): 123,
        ("obligations.csv", "OriginalDeadlineStated"): 107,
        ("extension_requests.csv", "ExtensionRequestStated"): 296,
        ("completions.csv", "CompletionStated"): 140,
        ("later_finds.csv", "LaterFindStated"): 3,
        ("clearance.csv", "FigureStated"): 443,
        ("status.csv", "StatusStated"): 242,
        ("stockpiles.csv", "FigureStated"): 183,
        ("article7_reports.csv", "ReportStated"): 485,
        ("meetings.csv", "MeetingStated"): 89,
        ("national_measures.csv", "MeasureStated"): 153,
        ("treaty_totals.csv", "TotalStated"): 62,
        ("world_clearance.csv", "TotalStated"): 10,
    }


def test_reading_twice_gives_the_same_commands() -> None:
    assert recordings() == recordings()


def test_recording_twice_adds_nothing(record: Record) -> None:
    again = Record(states=dict(record.states))
    assert [event for _, one in recordings() for event in again.take(one)] == []


def test_the_order_of_the_tables_refuses_nothing() -> None:
    backwards = Record()
    forwards = recordings()
    told = [event for _, one in reversed(forwards) for event in backwards.take(one)]
    assert len(told) == len(forwards)


@pytest.mark.parametrize("category", ["party", "reporting", "meeting", "totals"])
def test_a_state_is_the_same_after_a_snapshot(record: Record, category: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(type(DECIDERS[category].initial))
    for stream, state in record.states.items():
        if stream.startswith(f"{category}-"):
            assert adapter.validate_python(adapter.dump_python(state, mode="json")) == state


def test_every_statement_has_a_source(record: Record) -> None:
    sources = [event.statement.source for told in record.events.values() for event in told]  # type: ignore[attr-defined]
    assert all(sources)


def test_every_recorded_duty_is_one_that_the_treaty_knows(record: Record) -> None:
    articles = {tuple(stream.split("-")[1::2][:2]) for stream in record.events if stream.startswith("obligation-")}
    assert articles == {("CCM", "3"), ("CCM", "4"), ("CCM", "5"), ("CCM", "9"), ("APMBC", "4"), ("APMBC", "5")}


def test_dates_are_no_more_exact_than_their_source(record: Record) -> None:
    angola, mozambique = (
        record.of("obligation-APMBC-AGO-4", CompletionStated),
        record.of("obligation-CCM-MOZ-4", CompletionStated),
    )
    assert "2006-12-28" in {one.completed_on for one in angola}
    assert "2016-11" in {one.completed_on for one in mozambique}


def test_done_by_a_month_is_kept_as_not_later(record: Record) -> None:
    by = [
        one
        for stream in record.events
        if stream.startswith("obligation-")
        for one in record.of(stream, CompletionStated)
        if one.completed_not_later
    ]
    assert len(by) == 12


def test_sources_that_disagree_both_stay(record: Record) -> None:
    bulgaria = record.of("obligation-CCM-BGR-3", FigureStated)
    declared = {one.value for one in bulgaria if one.metric.startswith("submunitions_")}
    assert {Decimal(173161), Decimal(190566)} <= declared


def test_a_stock_row_gives_containers_and_submunitions_apart(record: Record) -> None:
    austria = {
        (one.metric, one.unit): one.value
        for one in record.of("obligation-CCM-AUT-3", FigureStated)
        if one.period == "2010-11"
    }
    assert austria == {
        ("munitions_destroyed_total", "munitions"): Decimal(12672),
        ("submunitions_destroyed_total", "submunitions"): Decimal(798336),
    }


def test_trap_10_remaining_area_is_never_reckoned_from_what_was_released(record: Record) -> None:
    montenegro = record.of("obligation-CCM-MNE-4", FigureStated)
    remaining = {one.value for one in montenegro if one.metric == "remaining_contamination_m2"}
    released = sum(one.value for one in montenegro if one.metric in ("released_m2", "cleared_m2"))
    assert released > max(remaining)
    with (DATA / "clearance.csv").open(encoding="utf-8", newline="") as lines:
        printed = {
            Decimal(row["value"])
            for row in csv.DictReader(lines)
            if (row["treaty"], row["iso3"], row["metric"]) == ("CCM", "MNE", "remaining_contamination_m2")
        }
    assert remaining == printed, "only printed figures, none worked out"


def test_only_a_clear_answer_is_a_decision(record: Record) -> None:
    answers: dict[bool | None, set[str]] = {True: set(), False: set(), None: set()}
    for stream in record.events:
        if stream.startswith("obligation-"):
            for one in record.of(stream, ExtensionRequestStated):
                answers[one.granted].add(one.outcome)
    assert answers[True] == {"granted", "granted (see note)"}
    assert all(outcome.startswith("not approved") for outcome in answers[False])
    assert "asked" in answers[None]
    assert "" in answers[None]


def test_a_withdrawal_keeps_the_day_of_receipt_only_where_it_is_printed(record: Record) -> None:
    def left(stream: str) -> tuple[date | None, date]:
        (one,) = record.of(stream, WithdrawalReceived)
        return one.received_on, one.effective_on

    assert left("party-APMBC-EST") == (date(2025, 6, 27), date(2025, 12, 27))
    assert left("party-APMBC-POL") == (None, date(2026, 2, 20))
    assert left("party-CCM-LTU") == (None, date(2025, 3, 6))
    (poland,) = record.of("party-APMBC-POL", WithdrawalReceived)
    assert poland.statement.source.startswith("https://poland.co.pl")


def test_overdue_on_a_day_is_a_statement_and_words_stay_words(record: Record) -> None:
    benin = record.of("reporting-CCM-BEN", ReportStated)
    undated = [one for one in benin if "undated page" in one.statement.note]
    assert [(one.status, one.as_of) for one in undated] == [("overdue", None)]


def test_recorded_reports_give_the_picture_of_a_day(record: Record) -> None:
    state = record.states["reporting-CCM-BEN"]
    began = REPORTING.decide(BeginReporting(treaty="CCM", state="BEN", entry_into_force=date(2018, 1, 1)), state)
    benin = REPORTING.fold(began, state)
    before, after = (reports_due.outstanding(benin, day).initial for day in (date(2019, 6, 19), date(2019, 6, 20)))
    assert before is not None
    assert after is not None
    assert (before.standing, after.standing) == ("outstanding", "late")


def test_the_recorded_calendar_gives_iraqs_lodging_day(record: Record) -> None:
    calendar = [
        found
        for stream, state in record.states.items()
        if stream.startswith("meeting-CCM-") and (found := days(state)) is not None
    ]
    assert lodging_day("CCM", date(2023, 11, 1), calendar, 9) == LodgingDay(
        "11MSP", date(2023, 9, 11), date(2022, 12, 11)
    )


def test_a_deadline_keeps_how_it_is_known(record: Record) -> None:
    (bosnia,) = record.of("obligation-APMBC-BIH-5", OriginalDeadlineStated)
    assert (bosnia.deadline, bosnia.derivation) == ("2009-03-01", "computed")


def test_the_isus_rate_of_2016_reports_can_be_checked_against(record: Record) -> None:
    printed = {one.metric: (one.value, one.unit) for one in record.of("totals-CCM", TotalStated)}
    assert printed["2016 annual reports received"] == (Decimal(82), "percent")
    assert printed["2016 annual reports awaited"] == (Decimal(18), "reports")
    assert len(record.of("totals-WORLD", TotalStated)) == 10


CLEARED = {
    "treaty": "CCM", "iso3": "LAO", "period": "2017", "metric": "cleared_m2", "value": "100",
    "note": "", "stated_on": "2018", "stated_on_note": "", "source": "a report",
}  # fmt: skip
STOCK = {
    "treaty": "CCM", "iso3": "PER", "period": "2017", "kind": "held", "cluster_munitions": "5", "submunitions": "",
    "note": "", "stated_on": "2018", "stated_on_note": "", "source": "a report",
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("treaty", "NPT"),
        ("iso3", "KOS"),
        ("iso3", ""),
        ("period", "spring 2017"),
        ("metric", "cleared_km2"),
        ("value", "-1"),
        ("value", ""),
        ("value", "1,000"),
        ("stated_on", "2017-13"),
        ("source", ""),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_its_column(column: str, cell: str) -> None:
    with pytest.raises(BadCell) as refused:
        list(BY_FILE["clearance.csv"].read(Row(CLEARED | {column: cell})))
    assert refused.value.column == column


def test_an_unread_count_gives_no_figure() -> None:
    found = [one.command for one in BY_FILE["stockpiles.csv"].read(Row(STOCK))]
    assert [(one.metric, one.value) for one in found] == [("munitions_held", Decimal(5))]  # type: ignore[attr-defined]
    with pytest.raises(BadCell, match="kind"):
        list(BY_FILE["stockpiles.csv"].read(Row(STOCK | {"kind": "lost"})))
