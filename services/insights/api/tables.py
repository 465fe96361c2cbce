"""The ranking as a table for spreadsheets (RFC 4180)."""

import csv
import io
from collections.abc import Iterator

from services.insights.near.ranking import Ranking
from services.insights.near.row import Row
from shared.spreadsheets import guarded

COLUMNS = (
    "place",
    "state",
    "state_name",
    "treaty",
    "article",
    "clock",
    "group",
    "group_name",
    "to_be_confirmed",
    "score",
    "range_low",
    "range_high",
    "confidence",
    "deadline_in_force",
    "entry_into_force",
    "original_deadline",
    "lodging_day",
    "status",
    "remaining",
    "unit",
    "remaining_on",
    "baseline",
    "usd_open",
    "answered",
    "kinds",
    "region",
    "reasons",
    "remaining_period",
    "baseline_on",
    "baseline_source",
)
"""Stable: new columns are added at the end."""


def ranking_csv(ranking: Ranking) -> str:
    """One line for each obligation, a State's others below its best; an unknown cell is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in ranking.rows:
        for one in (row, *row.others):
            writer.writerow([guarded(cell) for cell in _cells(one)])
    return out.getvalue()


def _cells(row: Row) -> Iterator[str]:
    low, high = row.range
    special = {
        "range_low": low,
        "range_high": high,
        "kinds": "; ".join(row.kinds),
        "reasons": " ".join(reason.text for reason in row.reasons),
    }
    for name in COLUMNS:
        value = special[name] if name in special else getattr(row, name)
        yield "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
