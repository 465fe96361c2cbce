"""Help given and yearly totals from tables, as printed; nothing is converted or mended."""

import re
from collections.abc import Iterator

from services.pledges.domain.assistance import RecordAssistance, name_of
from services.pledges.domain.support import StateDonorTotal, StateRecipientTotal, StateWorldSupport
from services.pledges.domain.support import donor_stream as support_of_donor
from services.pledges.domain.support import recipient_stream as support_of_recipient
from shared.tables import BadCell, Recording, Row, Table

_YEAR = re.compile(r"\d{4}")
_STATED = ("stated_on", "stated_on_note", "source")


def read_assistance(row: Row) -> Iterator[Recording]:
    """One row of assistance.csv; a blank country keeps the name ("European Union", "global")."""
    command = RecordAssistance.model_validate(
        {
            "donor": row.optional("donor_iso3"),
            "donor_name": row.text("donor_name"),
            "recipient": row.optional("recipient_iso3"),
            "recipient_name": row.text("recipient_name"),
            "treaty": row.text("treaty"),
            "article": row.text("article"),
            "sector": row.text("sector"),
            "what": row.text("what"),
            # Some stored pages lost the currency sign: the sum stays as printed, and none is guessed.
            "amount": row.money("amount", "currency") if row.optional("currency") else None,
            "amount_without_currency": None if row.optional("currency") else row.number("amount"),
            "amount_usd_printed": row.number("amount_usd_printed"),
            "period": row.period("year"),
            "partial": "in part only" in row.text("note"),
            "statement": row.statement(),
        }
    )
    yield Recording(category="assistance", identity=name_of(command), command=command)


def read_donor_total(row: Row) -> Iterator[Recording]:
    """One row of donor_totals.csv."""
    command = StateDonorTotal.model_validate(
        {
            "donor": row.optional("donor_iso3"),
            "donor_name": row.required("donor_name"),
            "year": _year(row),
            "amount": row.money("amount", "currency"),
            "amount_usd_printed": row.number("amount_usd_printed"),
            "statement": row.statement(),
        }
    )
    yield Recording(category="support", identity=support_of_donor(command), command=command)


def read_recipient_total(row: Row) -> Iterator[Recording]:
    """One row of recipient_totals.csv."""
    command = StateRecipientTotal.model_validate(
        {
            "recipient": row.required("recipient_iso3"),
            "year": _year(row),
            "international_usd": row.number("international_usd"),
            "national_usd": row.number("national_usd"),
            "statement": row.statement(),
        }
    )
    yield Recording(category="support", identity=support_of_recipient(command), command=command)


def read_world_support(row: Row) -> Iterator[Recording]:
    """One row of world_support.csv: millions of US dollars."""
    command = StateWorldSupport.model_validate(
        {
            "year": _year(row),
            "usd_million": row.number("international_support_usd_million"),
            "donors": row.integer("donors"),
            "statement": row.statement(),
        }
    )
    yield Recording(category="support", identity="world", command=command)


def _year(row: Row) -> int:
    if not _YEAR.fullmatch(row.required("year")):
        raise BadCell("year", "must be a year, YYYY")
    return int(row.text("year"))


TABLES: tuple[Table, ...] = (
    Table(
        file="assistance.csv",
        columns=(
            "donor_iso3",
            "donor_name",
            "recipient_iso3",
            "recipient_name",
            "treaty",
            "article",
            "sector",
            "what",
            "amount",
            "currency",
            "amount_usd_printed",
            "year",
            "note",
            *_STATED,
        ),
        read=read_assistance,
    ),
    Table(
        file="donor_totals.csv",
        columns=("donor_iso3", "donor_name", "year", "amount_usd_printed", "amount", "currency", "note", *_STATED),
        read=read_donor_total,
    ),
    Table(
        file="recipient_totals.csv",
        columns=("recipient_iso3", "recipient_name", "year", "international_usd", "national_usd", "note", *_STATED),
        read=read_recipient_total,
    ),
    Table(
        file="world_support.csv",
        columns=("year", "international_support_usd_million", "donors", *_STATED),
        read=read_world_support,
    ),
)
