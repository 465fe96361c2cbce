"""Days as an iCalendar file (RFC 5545, with the name and refresh properties of RFC 7986): whole days, no alarms.

Every text is escaped and folded here, so that nothing that somebody entered can begin a line of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

_LONGEST = 75  # octets on a line (RFC 5545, 3.1)
# Controls have no place in TEXT (3.3.11); overrides of direction could make a line read other than it is.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\t": " "}
MEDIA_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that falls due. `first` and `last` are its first and last possible day, both included.

    `name` is the same whenever the same thing is meant: a calendar that is fetched again moves the entry.
    """

    name: str
    first: date
    last: date
    title: str
    words: str = ""
    page: str = ""
    kind: str = ""


def written(title: str, entries: Iterable[Entry], at: datetime, refresh: timedelta = timedelta(days=1)) -> bytes:
    """The calendar of that title. `at` is when what it says was known (UTC): the same content has the same bytes."""
    return "".join(f"{folded(line)}\r\n" for line in _calendar(title, entries, at, refresh)).encode()


def unique(name: str) -> str:
    """The globally unique name (RFC 7986, 5.3) of what has this name here."""
    return str(uuid5(NAMESPACE_URL, f"urn:article6:{name}"))


def text(words: str) -> str:
    """The words as a TEXT value (3.3.11)."""
    plain = _REFUSED.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_ESCAPED.get(character, character) for character in plain)


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets; no character is cut through (3.1)."""
    pieces, held = [""], 0
    for character in line:
        size = len(character.encode())
        # The blank with which a piece goes on counts.
        if held + size > _LONGEST:
            pieces.append("")
            held = 1
        pieces[-1] += character
        held += size
    return "\r\n ".join(pieces)


def _calendar(title: str, entries: Iterable[Entry], at: datetime, refresh: timedelta) -> Iterator[str]:
    again = f"PT{int(refresh.total_seconds())}S"
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Article Six//Portal//EN", "CALSCALE:GREGORIAN")
    yield from (f"NAME:{text(title)}", f"X-WR-CALNAME:{text(title)}")
    yield from (f"REFRESH-INTERVAL;VALUE=DURATION:{again}", f"X-PUBLISHED-TTL:{again}")
    for entry in entries:
        yield from _event(entry, at)
    yield "END:VCALENDAR"


def _event(entry: Entry, at: datetime) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{unique(entry.name)}", f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    yield f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}"
    # The end is the first day that does not belong to it any more (3.6.1).
    yield f"DTEND;VALUE=DATE:{entry.last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{text(entry.title)}"
    if entry.words:
        yield f"DESCRIPTION:{text(entry.words)}"
    if entry.page:
        yield f"URL:{_address(entry.page)}"
    if entry.kind:
        yield f"CATEGORIES:{text(entry.kind)}"
    yield from ("TRANSP:TRANSPARENT", "CLASS:PUBLIC", "END:VEVENT")


def _address(page: str) -> str:
    # A URI is no TEXT and is not escaped (3.3.13): whatever could end the line must not be in it.
    return "".join(character for character in page if character.isascii() and character.isprintable())
