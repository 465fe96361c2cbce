"""A chart as SVG: how fast everybody is beside the floor of the same case, on a logarithmic scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bench.measuring import Spread
from bench.outcome import Measured, Outcome

_WIDTH, _LEFT, _RIGHT = 860, 330, 120
_BAR, _GAP, _TOP = 16, 14, 64
_MARKS = (0.03, 0.1, 0.3, 1, 3, 10)
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b2733}.small{font-size:11px;fill:#51606e}.head{font-weight:600}"
    ".ours{fill:#0b5cad}.other{fill:#9fb0bf}.line{stroke:#d5dde4}.floor{stroke:#1b2733}.span{stroke:#1b2733}"
    "@media(prefers-color-scheme:dark){text{fill:#e4eaf0}.small{fill:#a9b6c2}.ours{fill:#6db3f8}.other{fill:#5d6f80}"
    ".line{stroke:#33414e}.floor,.span{stroke:#e4eaf0}.paper{fill:#131a21}}.paper{fill:#fff}"
)


@dataclass(frozen=True)
class _Row:
    label: str
    ratio: Spread
    ours: bool


def svg(outcome: Outcome) -> str:
    """The picture. Who is a thousand times from the floor (what is kept in memory) is in the table only."""
    groups = [(one, _rows(one)) for one in outcome.measured if one.case.beside]
    height = _TOP + sum((len(rows) + 1) * _BAR + _GAP for _, rows in groups) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        ' aria-labelledby="title what">',
        '<title id="title">Speed beside the floor</title>',
        f'<desc id="what">{escape(_told(groups))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        '<text class="head" x="16" y="26">Speed as a multiple of the floor of the same case</text>',
    ]
    for mark in _MARKS:
        at = _x(mark)
        kind = "floor" if mark == 1 else "line"
        parts.append(f'<line class="{kind}" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP - 8}" y2="{height - 20}"/>')
        parts.append(f'<text class="small" x="{at:.1f}" y="{_TOP - 14}" text-anchor="middle">{mark:g}×</text>')
    y = _TOP + 12
    for one, rows in groups:
        floor = one.case.beside[0].name
        said = f"{one.case.anchor}  {one.case.title} (floor: {floor})"
        parts.append(f'<text class="small" x="16" y="{y - 3}">{escape(said)}</text>')
        for row in rows:
            parts += _drawn(row, y)
            y += _BAR
        y += _GAP + _BAR
    return "\n".join([*parts, "</svg>"]) + "\n"


def _rows(one: Measured) -> list[_Row]:
    floor, ours = one.case.beside[0].name, one.case.ours.name
    names = [contender.name for contender in one.case.contenders if contender.name != floor]
    rows = [_Row(name, one.results.ratio(name, floor), name == ours) for name in names]
    return [row for row in rows if row.ratio.middle <= _MARKS[-1]]


def _drawn(row: _Row, y: float) -> list[str]:
    from_, to = sorted((_x(1), _x(row.ratio.middle)))
    middle, kind = y + _BAR / 2, "ours" if row.ours else "other"
    least, most = _x(row.ratio.least), _x(row.ratio.most)
    return [
        f'<text x="{_LEFT - 10}" y="{middle + 4:.1f}" text-anchor="end">{escape(row.label)}</text>',
        f'<rect class="{kind}" x="{from_:.1f}" y="{y + 2}" width="{max(1.0, to - from_):.1f}" height="{_BAR - 4}"/>',
        f'<line class="span" x1="{least:.1f}" x2="{most:.1f}" y1="{middle:.1f}" y2="{middle:.1f}"/>',
        f'<text class="small" x="{_WIDTH - 16}" y="{middle + 4:.1f}" text-anchor="end">{row.ratio.middle:.2f} ×</text>',
    ]


def _x(ratio: float) -> float:
    least, most = math.log(_MARKS[0]), math.log(_MARKS[-1])
    share = (math.log(max(ratio, 1e-9)) - least) / (most - least)
    return _LEFT + min(1.0, max(0.0, share)) * (_WIDTH - _LEFT - _RIGHT)


def _told(groups: Sequence[tuple[Measured, list[_Row]]]) -> str:
    said = []
    for one, rows in groups:
        who = ", ".join(f"{row.label} {row.ratio.middle:.2f}" for row in rows)
        said.append(f"{one.case.anchor} {one.case.title}, beside {one.case.beside[0].name}: {who}")
    return "; ".join(said)
