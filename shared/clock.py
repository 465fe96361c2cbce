"""Time is an input: one clock for a system, which tests can turn."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where "now" and "today" come from. Times are UTC."""

    def now(self) -> datetime:
        """The moment, with time zone UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment by the machine, in UTC."""
        return datetime.now(UTC)


class TurnableClock:
    """A clock that stands still until somebody turns it, either way."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        """The moment to which it was turned last."""
        return self._now

    def turn(self, by: timedelta) -> None:
        """Move it, forward or back."""
        self._now += by

    def set(self, at: datetime) -> None:
        """Put it at a moment."""
        self._now = at


def today(clock: Clock) -> date:
    """The calendar day in UTC: the day on which deadlines are counted here."""
    return clock.now().date()
