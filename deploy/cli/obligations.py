"""Obligations as `--json` and `--csv` give them. The keys are stable: docs/cli.md lists them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

KEYS = (
    "state",
    "treaty",
    "article",
    "entry_into_force",
    "original_deadline",
    "deadline_in_force",
    "status",
    "remaining",
    "baseline",
    "unit",
    "group",
    "score",
    "range",
    "confidence",
    "reasons",
    "id",
    "state_name",
    "clock",
    "place",
    "group_name",
    "to_be_confirmed",
    "remaining_on",
    "usd_open",
    "lodging_day",
    "missing",
)
"""New keys are added at the end; none is renamed or taken away."""


def ranked(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a ranking, each State's best obligation followed by its others."""
    return [obligation(one) for row in rows for one in (row, *row["others"])]


def obligation(row: Mapping[str, Any]) -> dict[str, Any]:
    """One row under the stable keys. Figures are numbers; what is not known is null, never zero."""
    special = {
        "remaining": number(row["remaining"]),
        "baseline": number(row["baseline"]),
        "usd_open": number(row["usd_open"]),
        "reasons": [{key: reason[key] for key in ("text", "link", "source")} for reason in row["reasons"]],
        "missing": [missing["fact"] for missing in row["missing"]],
    }
    return {key: special[key] if key in special else row[key] for key in KEYS}


def unranked(line: Mapping[str, Any]) -> dict[str, Any]:
    """An obligation that stands in no ranking, such as a declared one: what a ranking would add is null."""
    known = {**line, "state_name": line["name"], "reasons": [], "missing": []}
    return {key: known.get(key) for key in KEYS}


def number(text: str | float | None) -> int | float | None:
    """A figure as JSON has it: whole where it is whole."""
    if text is None:
        return None
    figure = Decimal(str(text))
    return int(figure) if figure == figure.to_integral_value() else float(figure)


def csv_row(one: Mapping[str, Any]) -> list[Any]:
    """One obligation as a line of a table: sentences side by side, the range as `low–high`."""
    special = {
        "range": "–".join(str(end) for end in one["range"]) if one["range"] else "",
        "reasons": " ".join(reason["text"] for reason in one["reasons"]),
        "missing": "; ".join(one["missing"]),
    }
    return [special.get(key, one[key]) for key in KEYS]


def quantity(value: int | float | None, unit: str) -> str:
    """A figure for people: large areas in km²."""
    if value is None:
        return "unknown"
    if unit == "m2":
        return f"{_plain(value / 1e6, 2)} km²" if value >= 10_000 else f"{_plain(value, 0)} m²"
    return f"{_plain(value, 0)} {unit}".strip()


def _plain(value: float, places: int) -> str:
    """No digits that no source printed: 200, not 200.00; of less than one unit what there is."""
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text if float(value) >= 1 or not value else f"{value:g}"


def duty(one: Mapping[str, Any]) -> str:
    """`CCM 4`, with the clock where there are several."""
    return f"{one['treaty']} {one['article']}" + (f" ({one['clock']})" if one["clock"] else "")


def percent(value: float | None) -> str:
    """A score for people, out of a hundred."""
    return "unknown" if value is None else f"{value:.0f}"


def sentences(reasons: Sequence[Mapping[str, Any]], most: int = 3) -> str:
    """The first reasons as a text."""
    return " ".join(reason["text"] for reason in reasons[:most])
