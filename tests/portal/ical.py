"""Reads iCalendar (RFC 5545) for tests, by rules of its own: unfolds, splits, unescapes."""

import re
from dataclasses import dataclass

_BACK = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}


@dataclass(frozen=True)
class Property:
    """One line of content."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT."""
        return re.sub(r"\\[\\;,nN]", lambda found: _BACK[found.group()], self.value)


@dataclass
class Calendar:
    """The calendar's own properties, and those of each event."""

    own: list[Property]
    events: list[list[Property]]

    def titles(self) -> list[str]:
        """What each event says."""
        return [of(event, "SUMMARY").text for event in self.events]


def of(properties: list[Property], name: str) -> Property:
    """The one property of that name."""
    (found,) = [one for one in properties if one.name == name]
    return found


def read(content: bytes) -> Calendar:
    """The calendar; AssertionError where a line is too long or not ended as it must be, or blocks do not nest."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    for piece in physical:
        assert len(piece) <= 75, piece
        assert b"\n" not in piece
        assert b"\r" not in piece
        piece.decode()  # no character is cut through
    lines: list[str] = []
    for piece in physical:
        if piece.startswith(b" "):
            lines[-1] += piece[1:].decode()
        else:
            lines.append(piece.decode())
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    found = Calendar([], [])
    inside = False
    for line in lines[1:-1]:
        one = _property(line)
        if (one.name, one.value) == ("BEGIN", "VEVENT"):
            assert not inside
            inside = True
            found.events.append([])
        elif (one.name, one.value) == ("END", "VEVENT"):
            assert inside
            inside = False
        else:
            assert one.name not in ("BEGIN", "END"), line
            (found.events[-1] if inside else found.own).append(one)
    assert not inside
    return found


def _property(line: str) -> Property:
    matched = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^:;]*)*):(.*)", line, re.DOTALL)
    assert matched, line
    parameters = dict(one.split("=", 1) for one in matched.group(2).split(";") if one)
    return Property(matched.group(1), parameters, matched.group(3))
