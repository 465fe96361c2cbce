"""Dates as sources give them: a day, a month, a year or a span, never widened to a day (ISO 8601)."""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Precision = Literal["day", "month", "year", "span"]
_PART = r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"
_PERIOD = re.compile(rf"^{_PART}(?:/{_PART})?$", re.ASCII)


class Period(str):
    """`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or a span `a/b` of two of these; years 1900 to 2200.

    It is its own text, so it sorts, hashes and stores as written. ValueError for anything else.
    """

    __slots__ = ()
    spans = True

    def __new__(cls, text: str) -> "Period":
        if not _PERIOD.fullmatch(text) or (not cls.spans and "/" in text):
            raise ValueError(
                f"{text!r} is not a date: use YYYY, YYYY-MM or YYYY-MM-DD" + (", or a span a/b" if cls.spans else "")
            )
        self = super().__new__(cls, text)
        if not 1900 <= self.start.year <= 2200 or self.end < self.start:
            raise ValueError(f"{text!r} is not a date between 1900 and 2200 whose end follows its start")
        return self

    @property
    def start(self) -> date:
        """The first day it can mean: `2017-08` begins on 1 August 2017."""
        return _first_day(self.split("/")[0])

    @property
    def end(self) -> date:
        """The last day it can mean: what it says is known from the evening of that day."""
        return _last_day(self.split("/")[-1])

    @property
    def precision(self) -> Precision:
        """How exact it is: a day, month or year as written, or a span."""
        if "/" in self:
            return "span"
        return {4: "year", 7: "month", 10: "day"}[len(self)]  # type: ignore[return-value]

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(max_length=21))

    @classmethod
    def __get_pydantic_json_schema__(cls, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        part = r"(19|20|21)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
        pattern = f"^{part}(/{part})?$" if cls.spans else f"^{part}$"
        return {"type": "string", "pattern": pattern, "examples": ["2017", "2017-08", "2017-08-31"]}


class PartialDate(Period):
    """A day, month or year (ISO 8601, 1900 to 2200): a `Period` that is no span."""

    __slots__ = ()
    spans = False


# Asked of the same few thousand texts again and again, whenever a day is answered.
@lru_cache(maxsize=65_536)
def _first_day(text: str) -> date:
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return date(year, month, day)


@lru_cache(maxsize=65_536)
def _last_day(text: str) -> date:
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    return date(year, month, calendar.monthrange(year, month)[1])


def add_years(day: date, years: int) -> date:
    """The anniversary; 29 February becomes 28 February where the year has no 29th.

    No treaty says what 29 February plus a year is; the cautious reading is chosen (docs/treaty-rules.md).
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later (or earlier), clamped to the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def first_of_month_after(day: date, months: int) -> date:
    """Day 1 of the month that is `months` after the month of `day`."""
    return add_months(day.replace(day=1), months)


def days_later(day: date, days: int) -> date:
    """Calendar days later; `day` itself is day 0."""
    return day + timedelta(days=days)
