"""The tables that this service takes: their columns, and what reads a row of each (`rows.py`)."""

from services.deadlines.rows import (
    read_clearance,
    read_completion,
    read_extension_request,
    read_later_find,
    read_measure,
    read_meeting,
    read_obligation,
    read_report,
    read_state_party,
    read_status,
    read_stockpile,
    read_treaty_total,
    read_world_clearance,
)
from shared.tables import Table

_SAID = ("note", "stated_on", "stated_on_note", "source")
_OF_STATE = ("treaty", "iso3")

TABLES: tuple[Table, ...] = (
    Table(
        "states_parties.csv",
        (*_OF_STATE, "name", "signed_on", "deposited_on", "action", "entry_into_force_on", "derivation",
         "withdrawal_effective_on", *_SAID, "source2"),
        read_state_party,
    ),
    Table("obligations.csv", (*_OF_STATE, "article", "original_deadline", "derivation", *_SAID), read_obligation),
    Table(
        "extension_requests.csv",
        (*_OF_STATE, "article", "sequence", "requested_period", "asked_until", "lodged_on", "decided_at",
         "decided_on", "mode", "granted_until", "outcome", "conditions", "annual_plan", "remaining_at_request_m2",
         "budget_amount", "budget_currency", *_SAID),
        read_extension_request,
    ),
    Table(
        "completions.csv",
        (*_OF_STATE, "article", "completed_on", "completed_precision", "declared_on", "declared_precision",
         "in_time", *_SAID),
        read_completion,
    ),
    Table("later_finds.csv", (*_OF_STATE, "article", "found_on", "area_m2", "items", *_SAID), read_later_find),
    Table("clearance.csv", (*_OF_STATE, "period", "metric", "value", *_SAID), read_clearance),
    Table(
        "status.csv",
        (*_OF_STATE, "article", "as_of", "status", "status_words", "target_completion", "stated_on",
         "stated_on_note", "source"),
        read_status,
    ),
    Table(
        "stockpiles.csv", (*_OF_STATE, "period", "kind", "cluster_munitions", "submunitions", *_SAID), read_stockpile
    ),
    Table(
        "article7_reports.csv",
        (*_OF_STATE, "kind", "period_year", "due_published", "submitted_on", "submitted_precision", "status",
         "as_of", *_SAID),
        read_report,
    ),
    Table(
        "meetings.csv",
        ("treaty", "meeting", "kind", "starts_on", "ends_on", "place", "president_iso3", "planned_starts_on", *_SAID),
        read_meeting,
    ),
    Table(
        "national_measures.csv",
        ("iso3", "treaty", "article", "status", "law", "year", "as_of", *_SAID),
        read_measure,
    ),
    Table(
        "treaty_totals.csv",
        ("treaty", "as_of", "period_year", "metric", "value", "unit", *_SAID),
        read_treaty_total,
    ),
    Table("world_clearance.csv", ("period", "cleared_m2", "submunitions_destroyed", *_SAID), read_world_clearance),
)  # fmt: skip
"""The tables that this service takes, in the order in which they are best read."""
