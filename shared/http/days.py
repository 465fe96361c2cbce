"""Days that people write down: an act cannot have been done on a day that has not come."""

from datetime import date, timedelta

from shared.clock import Clock, today
from shared.messages import Unacceptable


class NotYet(Unacceptable):
    """What has not happened yet cannot be recorded as done."""


def happened(day: date, field: str, clock: Clock) -> None:
    """Nothing. NotYet for a day that is nowhere on Earth yet: days are counted in UTC, some places are ahead."""
    latest = today(clock) + timedelta(days=1)
    if day > latest:
        raise NotYet(field=field, found=day.isoformat(), allowed=f"up to {latest.isoformat()}")
