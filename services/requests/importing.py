"""Needs from a table: what States asked for, are said to need, or were estimated to need."""

from collections.abc import Iterator

from services.requests.domain.need import RecordNeed, name_of
from shared.tables import Recording, Row, Table


def read_need(row: Row) -> Iterator[Recording]:
    """One row of needs.csv. Sums keep their currency; a note "part of …" marks a part of a larger plan."""
    command = RecordNeed.model_validate(
        {
            "treaty": row.required("treaty"),
            "state": row.required("iso3"),
            "article": row.text("article"),
            "basis": row.required("basis"),
            "kind": row.text("kind"),
            "what": row.text("what"),
            "amount": row.money("amount", "currency"),
            "year_from": row.integer("year_from"),
            "year_to": row.integer("year_to"),
            "of_which_national": row.money("of_which_national", "currency"),
            "of_which_secured": row.money("of_which_secured", "currency"),
            "part_of": "part of the" in row.text("note"),
            "statement": row.statement(),
        }
    )
    yield Recording(category="need", identity=name_of(command), command=command)


TABLES: tuple[Table, ...] = (
    Table(
        file="needs.csv",
        columns=(
            "treaty",
            "iso3",
            "article",
            "basis",
            "kind",
            "what",
            "amount",
            "currency",
            "year_from",
            "year_to",
            "of_which_national",
            "of_which_secured",
            "note",
            "stated_on",
            "stated_on_note",
            "source",
        ),
        read=read_need,
    ),
)
