"""The meetings that decide requests for more time, with their days as known on a day.

Found once for a day and treaty, not once for each duty that asks.

Rule: "What counts as known on a day" in docs/near-completion.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.insights.facts.meeting import Meeting, MeetingDays
from services.insights.facts.origin import Origin
from services.insights.near.known import Lens, said_on

_DECIDING = ("msp", "rc")
_KEPT = 32


@dataclass(frozen=True, slots=True)
class DatedMeeting:
    """A meeting and the first day that its beginning can mean."""

    starts: date
    name: str
    origin: Origin

    @property
    def order(self) -> tuple[date, str]:
        """The later one decides."""
        return (self.starts, self.name)


class Meetings:
    """Meetings of States Parties and review conferences, by treaty."""

    def __init__(self, meetings: Iterable[Meeting]) -> None:
        self._by_treaty: dict[str, list[Meeting]] = {}
        for one in sorted(meetings, key=lambda one: one.id):
            if one.kind in _DECIDING:
                self._by_treaty.setdefault(one.treaty, []).append(one)
        self._dated: dict[tuple[str, Lens], tuple[DatedMeeting, ...]] = {}

    def dated(self, treaty: str, lens: Lens) -> tuple[DatedMeeting, ...]:
        """Those of the treaty of which a source had given the days by then."""
        key = (treaty, lens)
        found = self._dated.get(key)
        if found is None:
            if len(self._dated) >= _KEPT:
                self._dated.clear()
            found = tuple(
                DatedMeeting(days.starts_on.start, one.name, days.origin)
                for one in self._by_treaty.get(treaty, ())
                if (days := _days(one, lens)) and days.starts_on
            )
            self._dated[key] = found
        return found


def _days(meeting: Meeting, lens: Lens) -> MeetingDays | None:
    """The meeting's days as last said by the day; the more exact one of those said at once."""
    known = [one for one in lens.known(meeting.days) if one.starts_on]
    return max(known, key=lambda one: (said_on(one.origin), len(one.starts_on or ""), one.origin.link), default=None)
