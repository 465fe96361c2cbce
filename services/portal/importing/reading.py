"""A table as somebody saved it (CSV, RFC 4180), read within bounds: what is wrong is said in words, with its line.

Nothing is guessed and nothing mended. What a cell holds is text, whatever a spreadsheet would make of it.
"""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.language import gettext as _

LARGEST = 500_000
"""Bytes."""
MOST_ROWS = 500
LONGEST_CELL = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class NotATable(Exception):
    """It cannot be read as a table; the words say why, and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: the line of the file on which it begins, and its cells by column."""

    line: int
    cells: dict[str, str]


def read(content: bytes, columns: Sequence[str], needed: Sequence[str]) -> list[Row]:
    """The rows below a heading of such columns, in any order; `needed` must be there. NotATable."""
    text = _text(content)
    first = text.partition("\n")[0]
    # Spreadsheets of many countries part cells by semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading: list[str] = []
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if heading:
                    rows.append(_row(begins, cells, heading))
                else:
                    heading = _heading(cells, columns, needed)
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                said = _("There are more than %(most)s rows. Split the table, and send one part after the other.")
                raise NotATable(said % {"most": MOST_ROWS})
    except csv.Error as error:
        said = _("Line %(line)s is not a row of a table (%(why)s): look for a quotation mark that does not end.")
        raise NotATable(said % {"line": begins, "why": error}) from None
    if not rows:
        raise NotATable(_("There is no row below the heading."))
    return rows


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        said = _("The file is larger than %(most)s kB. Split the table, and send one part after the other.")
        raise NotATable(said % {"most": LARGEST // 1000})
    if not content.strip():
        raise NotATable(_("The file is empty. Choose the table, or paste it."))
    if content.startswith(_WORKBOOK):
        raise NotATable(_("This is a workbook, not a CSV file. Open it, and save the sheet as “CSV UTF-8”."))
    if content.startswith(_WIDE):
        raise NotATable(_("The file is saved as UTF-16. Save it as “CSV UTF-8”."))
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        said = _("Line %(line)s holds a character that is not UTF-8. Save the table as “CSV UTF-8”.")
        raise NotATable(said % {"line": line}) from None
    if "\0" in text:
        raise NotATable(_("This is no text. Save the table as “CSV UTF-8”."))
    return text


def _heading(cells: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> list[str]:
    found = [cell.strip().lower().replace(" ", "_") for cell in cells]
    while found and not found[-1]:
        found.pop()
    strange = [name[:60] for name in found if name not in columns]
    if strange:
        said = _("The heading has columns that are not known here: %(names)s. Known are: %(known)s.")
        raise NotATable(said % {"names": ", ".join(strange[:10]), "known": ", ".join(columns)})
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise NotATable(_("The heading has a column twice: %(names)s.") % {"names": ", ".join(twice)})
    missing = [name for name in needed if name not in found]
    if missing:
        said = _("The heading lacks columns that are needed: %(names)s.")
        raise NotATable(said % {"names": ", ".join(missing)})
    return found


def _row(line: int, cells: Sequence[str], heading: Sequence[str]) -> Row:
    if any(cell.strip() for cell in cells[len(heading) :]):
        said = _("Line %(line)s has more cells than the heading has columns.")
        raise NotATable(said % {"line": line})
    for name, cell in zip(heading, cells, strict=False):
        if len(cell) > LONGEST_CELL:
            said = _("The cell %(name)s on line %(line)s is longer than %(most)s characters.")
            raise NotATable(said % {"name": name, "line": line, "most": LONGEST_CELL})
    given = {name: _plain(cell) for name, cell in zip(heading, cells, strict=False)}
    return Row(line, {name: given.get(name, "") for name in heading})


def _plain(cell: str) -> str:
    cell = cell.strip().replace("\r\n", "\n")
    # The apostrophe with which our own files keep a spreadsheet from running what a cell says.
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
