"""Tables as pages show them and as files carry them: one description for HTML, CSV (RFC 4180) and XLSX.

Every table can be sorted by a heading (`?sort=name`, `?sort=-name`) and downloaded at the address of its
page with `.csv` or `.xlsx` behind it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, overload
from urllib.parse import urlencode

import xlsxwriter  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import Response

from services.portal.language import gettext as _
from shared.spreadsheets import guarded

Kind = Literal["text", "number", "day"]
Value = str | Decimal | int | float | date | None
FILES = ("csv", "xlsx")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STYLES = {"number": "num", "day": "day"}
_LONGEST_CELL = 32_767  # what a cell of a spreadsheet holds


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is stable and heads the column in files; `seen` is false for what only files carry."""

    name: str
    title: str
    kind: Kind = "text"
    seen: bool = True

    @property
    def style(self) -> str:
        """The class of its cells; none for text."""
        return _STYLES.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is sorted and exported; `shown` are the words on the page where they differ.

    `to` is the page it leads to, `code` a state word, `proof` the entry it rests on, `note` a quiet second line.
    """

    value: Value = None
    shown: str = ""
    to: str = ""
    code: str = ""
    proof: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """What stands on the page."""
        return self.shown or ("" if self.value is None else str(self.value))


Row = Mapping[str, Cell]


class Rows(Sequence[Row]):
    """Rows that are made when they are looked at: of a long list a page shows a part."""

    def __init__(self, things: Sequence[Any], row: Callable[[Any], Row]) -> None:
        self._things = things
        self._row = row

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> "Rows": ...
    def __getitem__(self, place: int | slice) -> "Row | Rows":
        if isinstance(place, slice):
            return Rows(self._things[place], self._row)
        return self._row(self._things[place])


@dataclass
class Table:
    """Rows by column name. A name that a row leaves out is an empty cell."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row] = ()
    sorted_by: str = ""
    descending: bool = False

    def pairs(self, row: Row) -> Iterator[tuple[Column, Cell]]:
        """Each column with its cell."""
        for column in self.columns:
            yield column, row.get(column.name, _EMPTY)

    def sort(self, request: Request) -> "Table":
        """As `?sort=` of the address says; what is not known always stands last."""
        wanted = request.query_params.get("sort", "")[:60]
        name = wanted.removeprefix("-")
        if name not in {column.name for column in self.columns}:
            return self
        self.sorted_by, self.descending = name, wanted.startswith("-")
        rows = list(self.rows)
        known = [row for row in rows if row.get(name, _EMPTY).value not in (None, "")]
        silent = [row for row in rows if row.get(name, _EMPTY).value in (None, "")]
        kind = next(column.kind for column in self.columns if column.name == name)
        known.sort(key=lambda row: _key(row[name].value, kind), reverse=self.descending)
        self.rows = known + silent
        return self

    def sort_link(self, request: Request, column: Column) -> str:
        """The address of the page sorted by that column; the other way round where it is sorted so already."""
        turned = self.sorted_by == column.name and not self.descending
        kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("sort", "page")]
        return f"?{urlencode([*kept, ('sort', f'-{column.name}' if turned else column.name)])}"

    def values(self) -> Iterator[list[Value]]:
        """What files carry, row by row."""
        for row in self.rows:
            yield [cell.value for _column, cell in self.pairs(row)]


_EMPTY = Cell()


def _key(value: Value, kind: Kind) -> Any:
    if kind == "number" and isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    return str(value).casefold()


def as_csv(table: Table) -> bytes:
    """UTF-8 with a mark at its beginning, so that spreadsheets read it as such; formulas are guarded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.values():
        writer.writerow([guarded(_plain(value)) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """One sheet for each table. Text is only ever written as text: no cell becomes a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    bold, days = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for number, table in enumerate(tables, start=1):
        sheet = book.add_worksheet(f"{number} {table.name}"[:31])
        for across, column in enumerate(table.columns):
            sheet.write_string(0, across, column.title, bold)
        for down, row in enumerate(table.values(), start=1):
            for across, value in enumerate(row):
                _write(sheet, down, across, value, days)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(table.rows)), max(0, len(table.columns) - 1))
        sheet.set_column(0, max(0, len(table.columns) - 1), 22)
    book.close()
    return out.getvalue()


def _write(sheet: Any, down: int, across: int, value: Value, days: Any) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_boolean(down, across, value)
        case int() | float() | Decimal():
            sheet.write_number(down, across, float(value))
        case date() if value.year >= 1900:
            sheet.write_datetime(down, across, datetime(value.year, value.month, value.day), days)  # noqa: DTZ001 - a day
        case _:
            # A leading apostrophe too, so that a copy into another sheet stays text.
            sheet.write_string(down, across, str(guarded(str(value)))[:_LONGEST_CELL])


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def as_file(tables: Sequence[Table], kind: str, name: str) -> Response:
    """The first table as CSV, or all of them as one XLSX, to be kept under that name."""
    content = as_csv(tables[0]) if kind == "csv" else as_xlsx(tables)
    media = "text/csv; charset=utf-8" if kind == "csv" else _XLSX
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)[:80]
    return Response(
        content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{plain}.{kind}"'}
    )


def download(request: Request, path: str, kind: str) -> str:
    """The address of a file beside the page, with the same filters and the same day."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("page", "lang")]
    return f"{path}.{kind}?{urlencode(kept)}" if kept else f"{path}.{kind}"


def turned(request: Request, page: int) -> str:
    """The address of another part of the same list."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    return f"?{urlencode([*kept, ('page', page)])}"


PAGE = 50
"""How many rows stand on one page of a list."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a long table: the rows on it, and how many there are."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int


def part_of(table: Table, request: Request, at_once: int = PAGE) -> Part:
    """The part that `?page=` names, the first where it names none; files always carry the whole."""
    total = len(table.rows)
    pages = max(1, -(-total // at_once))
    asked = request.query_params.get("page", "1")
    page = min(pages, max(1, int(asked[:6]))) if asked.isascii() and asked.isdigit() else 1
    return Part(table.rows[(page - 1) * at_once : page * at_once], total, page, pages)


def named(treaty: str, article: str, clock: str = "") -> str:
    """A duty in short, for a cell: CCM Article 4."""
    words = _("%(treaty)s Article %(article)s") % {"treaty": treaty, "article": article}
    return f"{words}, {clock}" if clock else words
