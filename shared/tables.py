"""Tables from outside: rows become commands, and every mistake is named by row and column."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pydantic import ValidationError

from shared.dates import PartialDate, Period
from shared.messages import Command
from shared.money import Money
from shared.provenance import Statement

T = TypeVar("T")

LONGEST_CELL = 8_000
"""Characters; a longer cell is a mistake or an attack, and is refused."""
_PLAIN = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")


class BadCell(ValueError):
    """A cell that does not hold what its column is for."""

    def __init__(self, column: str, why: str) -> None:
        self.column = column
        self.why = why
        super().__init__(f"{column}: {why}")


@dataclass(frozen=True)
class Recording:
    """One statement as a command: to which kind of stream, which stream, what."""

    category: str
    identity: str
    command: Command


@dataclass(frozen=True)
class Row:
    """A row by its column names. Blank cells are unknown: never zero, never "none"."""

    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell's text, blank where nothing stands there."""
        return self.cells[column]

    def optional(self, column: str) -> str | None:
        """The cell's text, None where nothing stands there."""
        return self.cells[column] or None

    def required(self, column: str) -> str:
        """The cell's text, which must not be blank."""
        if not self.cells[column]:
            raise BadCell(column, "must not be blank")
        return self.cells[column]

    def partial(self, column: str) -> PartialDate | None:
        """A day, month or year, kept as exact as it is written; None where blank. BadCell otherwise."""
        return self._read(column, PartialDate)

    def period(self, column: str) -> Period | None:
        """A day, month, year or span (ISO 8601); None where blank. BadCell otherwise."""
        return self._read(column, Period)

    def day(self, column: str) -> date | None:
        """A full date, YYYY-MM-DD; None where blank. BadCell otherwise."""
        return self._read(column, _full)

    def number(self, column: str) -> Decimal | None:
        """A plain decimal number, zero or more; None where blank. BadCell otherwise."""
        number = self._read(column, _decimal)
        if number is not None and number < 0:
            raise BadCell(column, "must be zero or more")
        return number

    def integer(self, column: str) -> int | None:
        """A whole number, zero or more; None where blank. BadCell otherwise."""
        number = self.number(column)
        if number is None:
            return None
        if number != int(number):
            raise BadCell(column, "must be a whole number")
        return int(number)

    def money(self, amount: str, currency: str) -> Money | None:
        """An amount with its currency; both or neither."""
        number = self.number(amount)
        if number is None:
            return None
        code = self.required(currency)
        try:
            return Money(amount=number, currency=code)
        except ValidationError as error:
            raise BadCell(amount, error.errors()[0]["msg"]) from None

    def statement(self, note: str = "note") -> Statement:
        """Where this row was read and when its source said it."""
        return Statement(
            source=self.required("source"),
            stated_on=self.partial("stated_on"),
            stated_on_note=self.cells.get("stated_on_note", ""),
            note=self.cells.get(note, ""),
        )

    def _read(self, column: str, reader: Callable[[str], T]) -> T | None:
        cell = self.cells[column]
        if not cell:
            return None
        try:
            return reader(cell)
        except ValueError as error:
            raise BadCell(column, str(error)) from None


def _full(text: str) -> date:
    # Not `date.fromisoformat`, which takes 20170831 and 2017-W35-4 as well.
    day = PartialDate(text)
    if day.precision != "day":
        raise ValueError(f"{text!r} is not a full date: use YYYY-MM-DD")
    return day.start


def _decimal(text: str) -> Decimal:
    # Not all that Decimal takes: 1e999999999 is nine characters, and a whole number of a gigabyte.
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a plain number, such as 1250000.50")
    return Decimal(text)


@dataclass(frozen=True)
class Table:
    """A kind of file: its columns, and what a row of it says."""

    file: str
    columns: tuple[str, ...]
    read: Callable[[Row], Iterable[Recording]]
