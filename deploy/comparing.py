"""Dates printed in the shipped tables against the rules: each agrees, or it is said why the source is wrong."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from deploy.importing.shipped import shipped_data
from services.deadlines import treaty as law
from services.deadlines.known_slips import What, known_slip
from shared.dates import PartialDate

Verdict = Literal["agrees", "explained", "unexplained"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One date that a source printed, what the rule gives, and why they differ if they do."""

    what: str
    treaty: str
    state: str
    article: str
    printed: PartialDate
    by_rule: date | None
    verdict: Verdict
    why: str
    source: str


def compared() -> list[Compared]:
    """Every entry into force and due date that is marked as read from a source."""
    return [*_entries(), *_deadlines(), *_reports()]


def _entries() -> Iterator[Compared]:
    for row in _rows("states_parties.csv"):
        if row["derivation"].startswith("read"):
            treaty, deposited = row["treaty"], date.fromisoformat(row["deposited_on"])
            by_rule = law.entry_into_force(treaty, deposited, row["action"])  # type: ignore[arg-type]
            yield _one("entry_into_force", row, "17", row["entry_into_force_on"], by_rule, "entry_into_force")


def _deadlines() -> Iterator[Compared]:
    begins = _in_force()
    for row in _rows("obligations.csv"):
        if row["original_deadline"] and row["derivation"].startswith("read"):
            entry = begins[row["treaty"], row["iso3"]]
            by_rule = law.original_deadline(row["treaty"], row["article"], entry)  # type: ignore[arg-type]
            yield _one("original_deadline", row, row["article"], row["original_deadline"], by_rule)


def _reports() -> Iterator[Compared]:
    begins = _in_force()
    for row in _rows("article7_reports.csv"):
        if not row["due_published"]:
            continue
        if row["kind"] == "initial":
            by_rule = law.initial_report_due("CCM", begins[row["treaty"], row["iso3"]])
            yield _one("initial_report_due", row, "7", row["due_published"], by_rule, "initial_report_due")
        else:
            by_rule = law.annual_report_due("CCM", int(row["period_year"]))
            yield _one("annual_report_due", row, "7", row["due_published"], by_rule)


def _one(
    what: str, row: dict[str, str], article: str, printed_: str, by_rule: date | None, slips: What | None = None
) -> Compared:
    printed = PartialDate(printed_)
    verdict: Verdict = "unexplained"
    why = ""
    if by_rule is not None and printed.start <= by_rule <= printed.end:
        verdict = "agrees"
    elif slips and (slip := known_slip(row["treaty"], row["iso3"], slips, printed)):  # type: ignore[arg-type]
        verdict, why = "explained", slip.why
    return Compared(what, row["treaty"], row["iso3"], article, printed, by_rule, verdict, why, row["source"])


def _in_force() -> dict[tuple[str, str], date]:
    return {
        (row["treaty"], row["iso3"]): date.fromisoformat(row["entry_into_force_on"])
        for row in _rows("states_parties.csv")
    }


def _rows(file: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO((shipped_data() / file).read_text(encoding="utf-8"), newline=""))
