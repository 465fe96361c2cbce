"""Cells for tables that people open in a spreadsheet (CSV, RFC 4180)."""

from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it; None as a blank cell."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
