"""A row of figures as the command that records it (`POST /deadlines/obligations/{id}/figures`)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from services.portal import words
from services.portal.importing.reading import Row
from services.portal.language import gettext as _

COLUMNS = ("state", "treaty", "article", "clock", "metric", "value", "unit", "period", "source", "stated_on", "note")
NEEDED = ("treaty", "article", "metric", "value", "period", "source")
_UNITS = {"percent": "percent", "m2": "m2"}
_PLACES = {"statement.source": "source", "statement.stated_on": "stated_on", "statement.note": "note"}
_DUTY = re.compile(r"(CCM|APMBC)-[A-Z]{3}-[0-9](?:-[A-Za-z0-9._~-]{1,100})?")


@dataclass
class Understood:
    """What was understood of a row. `faults`: what is wrong, by column. `body` is sent as it stands.

    `change` says what it would do: record, nothing (`known`), or (`beside`) stand next to what others say.
    `outcome`: recorded, known or refused, blank until it was sent.
    """

    line: int
    cells: dict[str, str]
    duty: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    change: str = ""
    beside: list[str] = field(default_factory=list)
    outcome: str = ""
    said: str = ""
    link: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one statement from another: two rows with the same say the same."""
        said = self.body.get("statement", {})
        return (self.duty, *(str(self.body.get(name)) for name in ("metric", "unit", "period")), str(said))

    @property
    def shown(self) -> str:
        """The figure in words."""
        return words.quantity(str(self.body.get("value")), str(self.body.get("unit") or ""))


def understood(rows: Iterable[Row], own_state: str) -> list[Understood]:
    """Each row as a command; `own_state` is whose figures they are where no column says so. Twice the same is told."""
    found: list[Understood] = []
    seen: dict[tuple[str, ...], Understood] = {}
    for row in rows:
        one = _read(row, own_state)
        earlier = seen.setdefault(one.key, one)
        if not one.faults and earlier is not one and not earlier.faults:
            if earlier.body["value"] == one.body["value"]:
                one.faults.append(
                    ("", _("says the same as line %(line)s: take one of them out") % {"line": earlier.line})
                )
            else:
                said = _("the same source says another value on line %(line)s: only one can be what it printed")
                one.faults.append(("value", said % {"line": earlier.line}))
        found.append(one)
    return found


def _read(row: Row, own_state: str) -> Understood:
    cells = row.cells
    state, treaty = (cells.get("state") or own_state).upper(), cells["treaty"].upper()
    metric = _metric(cells["metric"])
    unit = cells.get("unit", "") or next((unit for end, unit in _UNITS.items() if metric.endswith(end)), "")
    duty = "-".join(one for one in (treaty, state, cells["article"], cells.get("clock", "")) if one)
    body: dict[str, Any] = {
        "treaty": treaty,
        "state": state,
        "article": cells["article"],
        "metric": metric,
        "value": cells["value"],
        "unit": unit,
        "period": cells["period"],
        "statement": {
            "source": cells["source"],
            "stated_on": cells.get("stated_on") or None,
            "note": cells.get("note", ""),
        },
    }
    if cells.get("clock"):
        body["clock"] = cells["clock"]
    one = Understood(row.line, dict(cells), duty, body)
    one.faults += [(name, _("is needed")) for name in NEEDED if not cells[name]]
    if not state:
        one.faults.append(("state", _("is needed: the three letters of the State, such as BIH")))
    if cells["value"] and not _is_number(cells["value"]):
        one.faults.append(("value", _("is no number here: write it like 1720000 or 1720000.5")))
    if not one.faults and not _DUTY.fullmatch(duty):
        one.faults.append(("article", _("names no duty: a duty is named like CCM-MNE-4")))
    return one


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and re.fullmatch(r"[0-9.]+", text) is not None
    except InvalidOperation:
        return False


def _metric(text: str) -> str:
    """The code of a figure, by its code or by its name on the pages."""
    plain = text.casefold()
    return next((code for code in words.METRICS if plain in (code.casefold(), words.metric(code).casefold())), text)


def place(fieldname: str) -> str:
    """The column of the field that a service finds fault with."""
    first = fieldname.partition(".")[0]
    return _PLACES.get(fieldname, first if first in COLUMNS else "")


def compare(one: Understood, figures: Iterable[Mapping[str, Any]]) -> None:
    """Say what recording it would change, beside what is recorded of the duty."""
    one.change, one.beside = "new", []
    for said in (figure["said"] for figure in figures):
        if (said["metric"], said["period"]) != (one.body["metric"], one.body["period"]):
            continue
        same = (Decimal(said["value"]), said["unit"]) == (Decimal(one.body["value"]), one.body["unit"])
        source = said["statement"]["source"]
        if same and source == one.body["statement"]["source"]:
            told = one.body["statement"]
            if all((said["statement"][name] or "") == (told[name] or "") for name in ("stated_on", "note")):
                one.change = "known"
        quoted = f"{words.quantity(said['value'], said['unit'])} ({words.host(source)})"
        if quoted not in one.beside:
            one.beside.append(quoted)
    if one.change == "new" and one.beside:
        one.change = "beside"
