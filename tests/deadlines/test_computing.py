"""What follows from a deposit, and that it agrees with what the shipped records print."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from services.deadlines import treaty as law
from services.deadlines.computing import SuccessionNeedsItsDate, compute
from services.deadlines.known_slips import KNOWN_SLIPS, known_slip
from shared.dates import PartialDate

DATA = Path(__file__).parents[2] / "deploy" / "data"


def rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def in_force() -> dict[tuple[str, str], date]:
    return {
        (row["treaty"], row["iso3"]): date.fromisoformat(row["entry_into_force_on"])
        for row in rows("states_parties.csv")
    }


def means(printed: str, day: date) -> bool:
    said = PartialDate(printed)
    return said.start <= day <= said.end


def test_nigerias_dates_follow_from_its_deposit() -> None:
    found = {one.reference: one.due for one in compute("CCM", date(2023, 2, 28))}
    assert found == {
        "CCM 17": date(2023, 8, 1),
        "CCM 7.1": date(2024, 1, 28),
        "CCM 7.2": date(2025, 4, 30),
        "CCM 3.8": date(2025, 4, 30),
        "CCM 3": date(2031, 8, 1),
        "CCM 4.1(a)": date(2033, 8, 1),
        "CCM 4.1(b)": None,
        "CCM 5": None,
        "CCM 6": None,
        "CCM 9": None,
    }


def test_dates_come_in_their_order_with_their_reckoning() -> None:
    found = compute("APMBC", date(2002, 9, 11))
    dated = [one.due for one in found if one.due]
    assert dated == sorted(dated)
    clearance = next(one for one in found if one.reference == "APMBC 5")
    assert (clearance.due, clearance.longest_due) == (date(2013, 3, 1), date(2023, 3, 1))
    assert clearance.reasoning.startswith("1 March 2003 plus 10 years is 1 March 2013")
    stocks = next(one for one in found if one.reference == "APMBC 4")
    assert stocks.longest_due is None
    assert "No extension exists" in stocks.reasoning


def test_a_point_that_the_treaty_leaves_open_is_marked() -> None:
    annual = next(one for one in compute("CCM", date(2018, 3, 1)) if one.reference == "CCM 7.2")
    assert annual.mark == "reading"
    assert "leaves open" in annual.reasoning


def test_a_succession_needs_its_own_date() -> None:
    with pytest.raises(SuccessionNeedsItsDate) as refused:
        compute("APMBC", date(2011, 11, 11), "succession")
    assert refused.value.field == "entry_into_force"
    found = compute("APMBC", date(2011, 11, 11), "succession", entry_into_force=date(2011, 7, 9))
    assert next(one.due for one in found if one.reference == "APMBC 5") == date(2021, 7, 9)


def test_every_entry_into_force_in_the_records_is_the_rules_or_has_a_reason() -> None:
    unexplained = []
    for row in rows("states_parties.csv"):
        action: law.Action = row["action"]  # type: ignore[assignment]
        by_rule = law.entry_into_force(row["treaty"], date.fromisoformat(row["deposited_on"]), action)  # type: ignore[arg-type]
        printed = PartialDate(row["entry_into_force_on"])
        if by_rule == printed.start or known_slip(row["treaty"], row["iso3"], "entry_into_force", printed):  # type: ignore[arg-type]
            continue
        if action == "succession" and row["derivation"] == "computed":
            continue  # Montenegro: no source printed its date, the record says so
        unexplained.append((row["treaty"], row["iso3"], row["entry_into_force_on"], by_rule))
    assert unexplained == []


def test_every_original_deadline_in_the_records_follows_from_the_rule() -> None:
    begins = in_force()
    wrong, checked = [], 0
    for row in rows("obligations.csv"):
        if not row["original_deadline"]:
            continue
        by_rule = law.original_deadline(row["treaty"], row["article"], begins[row["treaty"], row["iso3"]])  # type: ignore[arg-type]
        checked += row["derivation"].startswith("read")
        if by_rule is None or not means(row["original_deadline"], by_rule):
            wrong.append((row["treaty"], row["iso3"], row["article"], row["original_deadline"], by_rule))
    assert wrong == []
    assert checked == 55


def test_every_printed_due_date_of_a_report_is_the_rules_or_a_known_slip() -> None:
    begins = in_force()
    unexplained, agreeing, slips = [], 0, set()
    for row in rows("article7_reports.csv"):
        if not row["due_published"]:
            continue
        if row["kind"] == "initial":
            by_rule = law.initial_report_due("CCM", begins[row["treaty"], row["iso3"]])
        else:
            by_rule = law.annual_report_due("CCM", int(row["period_year"]))
        slip = known_slip("CCM", row["iso3"], "initial_report_due", PartialDate(row["due_published"]))
        if means(row["due_published"], by_rule):
            agreeing += 1
            assert slip is None, f"{slip} is no slip"
        elif slip is not None and row["kind"] == "initial" and slip.by_rule == by_rule:
            slips.add(slip)
        else:
            unexplained.append((row["iso3"], row["kind"], row["due_published"], by_rule))
    assert unexplained == []
    assert slips == {slip for slip in KNOWN_SLIPS if slip.what == "initial_report_due"}, "each listed slip is met"
    assert agreeing > 100


def test_every_withdrawal_whose_receipt_is_printed_takes_effect_six_months_later() -> None:
    said = [row for row in rows("states_parties.csv") if "withdrawal deposited" in row["note"]]
    assert len(said) == 4
    for row in said:
        received = date.fromisoformat(row["note"].split("withdrawal deposited ")[1][:10])
        assert law.withdrawal_effective("APMBC", received) == date.fromisoformat(row["withdrawal_effective_on"])
