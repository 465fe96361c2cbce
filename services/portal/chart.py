"""The course of a duty as a drawing made on the server: work left by source, the pace, the deadlines.

Only points and lines are reckoned here; the template draws them, and the same figures stand in a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.portal import words
from services.portal.language import gettext as _

WIDTH, HEIGHT = 560, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 88, 20, 38, 28
_DAYS_IN_A_YEAR = 365.25
_MARKS = 4
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure of one source."""

    x: float
    y: float
    words: str
    link: str


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one source; `shape` 0 to 3 is circle, square, triangle, diamond. Halves are hollow, unjoined."""

    name: str
    shape: int
    marks: Sequence[Mark]
    is_half: bool = False

    @property
    def line(self) -> str:
        """The points as an SVG polyline."""
        return " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Upright:
    """A deadline: an upright line with its words. `in_force` is the one that counts."""

    x: float
    words: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """What was released in a year."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template draws, in units of a box `WIDTH` by `HEIGHT`."""

    title: str
    series: Sequence[Series]
    bars: Sequence[Bar]
    uprights: Sequence[Upright]
    pace: str
    pace_words: str
    rows: Sequence[tuple[float, str]]
    years: Sequence[tuple[float, str]]
    base: float
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True)
class _Figure:
    on: date
    value: float
    source: str
    words: str
    link: str
    is_half: bool = False


_TOGETHER = ("remaining_cha_m2", "remaining_sha_m2")


def course(row: Mapping[str, Any] | None, duty: Mapping[str, Any], on: str) -> Chart | None:
    """The drawing of a land duty; None where fewer than two things could be drawn."""
    left = _left(duty)
    released = _released(duty)
    if len(left) + len(released) < 2:
        return None
    deadlines = _deadlines(duty)
    days = (
        [one.on for one in (*left, *released)] + [day for day, _words, _force in deadlines] + [date.fromisoformat(on)]
    )
    first, last = date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1)
    top = max([one.value for one in (*left, *released)] or [1.0]) or 1.0
    scale = _Scale(first, last, top * 1.08)
    pace, pace_words = _pace(row, scale, last)
    return Chart(
        title=words.duty(str(duty.get("treaty", "")), str(duty["article"])),
        series=_series(left, scale),
        bars=[
            Bar(
                scale.x(one.on) - scale.year * 0.7,
                scale.y(one.value),
                max(2.0, scale.year * 0.4),
                scale.y(0) - scale.y(one.value),
                one.words,
            )
            for one in released
        ],
        uprights=[Upright(scale.x(day), said, in_force) for day, said, in_force in deadlines],
        pace=pace,
        pace_words=pace_words,
        rows=[
            (scale.y(top * n / _STEPS), words.quantity(str(round(top * n / _STEPS)), "m2")) for n in range(_STEPS + 1)
        ],
        years=scale.years(),
        base=scale.y(0),
    )


class _Scale:
    def __init__(self, first: date, last: date, top: float) -> None:
        self._first, self._last, self._top = first, last, top
        self.year = (WIDTH - _LEFT - _RIGHT) / ((last - first).days / _DAYS_IN_A_YEAR)

    def x(self, day: date) -> float:
        return _LEFT + (day - self._first).days / _DAYS_IN_A_YEAR * self.year

    def y(self, value: float) -> float:
        return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / self._top)

    def years(self) -> list[tuple[float, str]]:
        """Every year, or every second or fifth where they would touch."""
        count = self._last.year - self._first.year
        step = next((step for step in (1, 2, 5) if count / step <= 10), 10)
        wanted = range(self._first.year, self._last.year + 1)
        return [(self.x(date(year, 1, 1)), str(year)) for year in wanted if year % step == 0]


def _end(period: str) -> date | None:
    last = period.rpartition("/")[2]
    pieces = [int(one) for one in last.split("-") if one.isdigit()]
    if not pieces:
        return None
    year, month, day = [*pieces, *(12, 31)[len(pieces) - 1 :]][:3]
    for shorter in (day, 30, 29, 28):
        try:
            return date(year, month, shorter)
        except ValueError:
            continue
    return None


def _left(duty: Mapping[str, Any]) -> list[_Figure]:
    """Work left as each source gives it; confirmed and suspected area of one source and day are added."""
    found: list[_Figure] = []
    halves: dict[tuple[str, date], list[Mapping[str, Any]]] = {}
    for one in duty["figures"]:
        day = _end(one["period"])
        if day is None:
            continue
        if one["metric"] == "remaining_contamination_m2":
            found.append(_figure(one, day, float(Decimal(one["value"])), ""))
        elif one["metric"] in _TOGETHER:
            halves.setdefault((one["cited"]["source_name"], day), []).append(one)
    for (_source, day), parts in halves.items():
        value = sum(float(Decimal(one["value"])) for one in {one["metric"]: one for one in parts}.values())
        note = "" if len({one["metric"] for one in parts}) == 2 else _("one half of the area only")
        found.append(replace(_figure(parts[0], day, value, note), is_half=bool(note)))
    return sorted(found, key=lambda one: one.on)


def _released(duty: Mapping[str, Any]) -> list[_Figure]:
    """What was released in each whole year: the printed total, else the sum of its parts by one source."""
    totals: dict[str, Mapping[str, Any]] = {}
    parts: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for one in duty["figures"]:
        if len(one["period"]) != 4:
            continue
        if one["metric"] == "released_m2":
            totals[one["period"]] = one
        elif one["metric"] in ("cleared_m2", "reduced_m2", "cancelled_m2"):
            parts.setdefault((one["period"], one["cited"]["source_name"]), {})[one["metric"]] = one
    found = {
        period: _figure(one, date(int(period), 12, 31), float(Decimal(one["value"])), "")
        for period, one in totals.items()
    }
    for (period, _source), by_metric in parts.items():
        value = sum(float(Decimal(one["value"])) for one in by_metric.values())
        if period not in found or (period not in totals and found[period].value < value):
            found[period] = _figure(next(iter(by_metric.values())), date(int(period), 12, 31), value, "")
    return sorted(found.values(), key=lambda one: one.on)


def _figure(one: Mapping[str, Any], day: date, value: float, note: str) -> _Figure:
    said = f"{words.quantity(str(round(value)), 'm2')}, {words.day(one['period'])}, {one['cited']['source_name']}"
    return _Figure(day, value, one["cited"]["source_name"], f"{said}, {note}" if note else said, one["cited"]["link"])


def _series(figures: Sequence[_Figure], scale: _Scale) -> list[Series]:
    by_source: dict[tuple[str, bool], list[_Figure]] = {}
    for one in figures:
        by_source.setdefault((one.source, one.is_half), []).append(one)
    ranked = sorted(by_source.items(), key=lambda item: -len(item[1]))
    shapes = {
        source: min(number, _MARKS - 1) for number, source in enumerate(dict.fromkeys(key[0] for key, _ in ranked))
    }
    return [
        Series(
            name,
            shapes[name],
            [Mark(scale.x(one.on), scale.y(one.value), one.words, one.link) for one in held],
            is_half,
        )
        for (name, is_half), held in ranked
    ]


def _deadlines(duty: Mapping[str, Any]) -> list[tuple[date, str, bool]]:
    found = []
    original, force = duty.get("original_deadline"), duty.get("deadline_in_force")
    if original and original != force:
        found.append((date.fromisoformat(original), _("first deadline"), False))
    if force:
        said = _("extended to") if duty.get("extended") else _("deadline")
        found.append((date.fromisoformat(force), f"{said} {words.day(force)}", True))
    return found


def _pace(row: Mapping[str, Any] | None, scale: _Scale, last: date) -> tuple[str, str]:
    """From the newest figure down at the pace last seen, to nothing or to the edge of the drawing."""
    if (
        not row
        or row["remaining"] is None
        or not row["remaining_on"]
        or row["unit"] != "m2"
        or not row["pace_per_year"]
    ):
        return "", ""
    begin, left, pace = (
        date.fromisoformat(row["remaining_on"]),
        float(Decimal(row["remaining"])),
        float(row["pace_per_year"]),
    )
    room = (last - begin).days / _DAYS_IN_A_YEAR
    years = min(left / pace, room)
    if years <= 0:
        return "", ""
    end_x, end_left = scale.x(begin) + years * scale.year, left - years * pace
    drawn = f"{scale.x(begin):.1f},{scale.y(left):.1f} {end_x:.1f},{scale.y(end_left):.1f}"
    said = _("at the pace of %(years)s, %(pace)s a year") % {
        "years": ", ".join(str(year) for year in sorted(row["pace_years"])),
        "pace": words.quantity(str(round(pace)), "m2"),
    }
    return drawn, said
