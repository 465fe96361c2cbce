"""Reads one CSV file (RFC 4180, UTF-8) row by row: bounded, with the place of every mistake.

What cannot be held to a row (bytes that are not UTF-8, a cell without end) ends the reading of that file.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import IO

from deploy.importing.problems import Problem
from shared.tables import LONGEST_CELL, Row, Table

LARGEST_ROW = 128 * 1024
"""Bytes. No more than this of one row is ever in memory, however long a cell claims to be."""


class _RowTooLong(Exception):
    def __init__(self, beginning: bytes) -> None:
        super().__init__()
        self.beginning = beginning


class _Lines:
    """The file's lines as text; `held` is what was read since the last whole row."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.number = 0
        self.held = bytearray()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._file.readline(LARGEST_ROW + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.held += line
        if len(self.held) > LARGEST_ROW:
            raise _RowTooLong(bytes(self.held))
        if self.number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        return line.decode()


def read_rows(file: IO[bytes], table: Table, problems: list[Problem]) -> Iterator[tuple[int, Row]]:
    """Each row that has the right form, with its line; what has not is added to `problems`."""
    lines = _Lines(file)
    reader = csv.reader(lines, strict=True)
    columns: Sequence[str] | None = None
    while True:
        begins = lines.number + 1
        lines.held.clear()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except UnicodeDecodeError as error:
            why = f"byte {error.start + 1} of line {lines.number} is not UTF-8: save the table as CSV in UTF-8"
            problems.append(Problem(table.file, lines.number, "", why))
            return
        except _RowTooLong as long:
            problems.append(Problem(table.file, begins, *_too_long(long.beginning, columns)))
            return
        except csv.Error as error:
            problems.append(Problem(table.file, begins, "", f"is not a row of CSV: {error}"))
            continue
        if not cells:
            continue
        if columns is None:
            columns = cells
            if wrong := list(_wrong_columns(cells, table)):
                problems.extend(wrong)
                return
            continue
        found = list(_wrong_cells(cells, columns, table.file, begins))
        problems.extend(found)
        if not found:
            stripped = (cell.strip() for cell in cells)
            yield begins, Row(dict(zip(columns, stripped, strict=True)))
    if columns is None:
        problems.append(Problem(table.file, 1, "", f"has no header; expected {','.join(table.columns)}"))


def _wrong_columns(header: Sequence[str], table: Table) -> Iterator[Problem]:
    if len(header) == 1 and any(sign in header[0] for sign in ";\t"):
        yield Problem(table.file, 1, "", "the columns must be separated by commas")
        return
    for column in table.columns:
        if column not in header:
            yield Problem(table.file, 1, column, "this column is missing")
    for place, column in enumerate(header):
        if column not in table.columns:
            yield Problem(table.file, 1, _printable(column)[:60], "this column is not known here")
        elif column in header[:place]:
            yield Problem(table.file, 1, column, "this column stands there twice")


def _wrong_cells(cells: Sequence[str], columns: Sequence[str], file: str, row: int) -> Iterator[Problem]:
    if len(cells) != len(columns):
        yield Problem(file, row, "", f"has {len(cells)} cells, the header has {len(columns)}")
        return
    for column, cell in zip(columns, cells, strict=True):
        if len(cell) > LONGEST_CELL:
            yield Problem(file, row, column, f"has {len(cell):,} characters; at most {LONGEST_CELL:,} are read")
        elif "\0" in cell:
            yield Problem(file, row, column, "must not contain the character NUL")


def _too_long(beginning: bytes, columns: Sequence[str] | None) -> tuple[str, str]:
    """The column that has no end, by what was read of its row, and what to say of it."""
    text = beginning.decode(errors="ignore").replace("\0", "")
    try:
        # Cut where it is still a field that csv itself would read.
        cells = next(csv.reader(io.StringIO(text[: LARGEST_ROW - 1], newline="")))
    except (csv.Error, StopIteration):
        cells = []
    column = columns[len(cells) - 1] if columns and 0 < len(cells) <= len(columns) else ""
    if cells and len(cells[-1]) > LONGEST_CELL:
        return column, f"has far more than {LONGEST_CELL:,} characters; the rest of the file was not read"
    return "", f"is longer than {LARGEST_ROW:,} bytes; the rest of the file was not read"


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
