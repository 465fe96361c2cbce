"""The table of partnerships, `coalitions.csv`: every row is a recorded statement, never a proposal of ours."""

import re
from collections.abc import Iterable

from pydantic import ValidationError

from services.coalitions.domain.partnership import Called, RecordPartnership
from shared.tables import BadCell, Recording, Row, Table


def read_partnership(row: Row) -> Iterable[Recording]:
    """What a source says about one partnership. BadCell where a cell does not hold what it is for."""
    name = row.required("coalition")
    try:
        command = RecordPartnership(
            name=name,
            state=row.optional("affected_iso3"),
            partners=row.text("lead_or_donor"),
            established=row.text("established"),
            purpose=row.text("purpose"),
            outcome=row.text("outcome"),
            called=called(name, row.text("note")),
            statement=row.statement(),
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        raise BadCell(_COLUMNS_OF.get(str(wrong["loc"][0]), "note"), wrong["msg"]) from None
    yield Recording(category="partnership", identity=identity_of(name), command=command)


def called(name: str, note: str) -> Called:
    """What the source itself calls it, by our note on the row.

    Only "named country coalition" makes one: a source that says "coalition" in another sense, or
    does not say it, reports a partnership (COA-3). What is in preparation is a proposal (COA-2).
    """
    if note.startswith("named country coalition"):
        return "country_coalition"
    if note.endswith("the concept"):
        return "concept"
    if note.startswith("proposal") or "in preparation" in name:
        return "proposal"
    return "partnership"


def identity_of(name: str) -> str:
    """The partnership's stream: its name in letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:128]


_COLUMNS_OF = {
    "name": "coalition",
    "state": "affected_iso3",
    "partners": "lead_or_donor",
    "established": "established",
    "purpose": "purpose",
    "outcome": "outcome",
    "statement": "source",
}
TABLES: tuple[Table, ...] = (
    Table(
        file="coalitions.csv",
        columns=(
            "coalition", "affected_iso3", "lead_or_donor", "established", "purpose", "outcome", "note",
            "stated_on", "stated_on_note", "source",
        ),
        read=read_partnership,
    ),
)  # fmt: skip
