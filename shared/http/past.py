"""Asking over HTTP how things stood on an earlier day."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request

from shared.clock import today
from shared.messages import Unacceptable
from shared.past import Day

FIRST_DAY = date(1997, 1, 1)
"""Before the year in which the older treaty (APMBC) was signed nothing can be asked."""


class NoSuchDay(Unacceptable):
    """Nothing can be asked about a day before 1997, and nobody knows yet what will be known on a day to come."""


def day_asked(
    request: Request,
    as_of: Annotated[
        date | None, Query(description="As it was publicly known on this day; 1997-01-01 to today, now where blank")
    ] = None,
    as_recorded: Annotated[
        date | None, Query(description="As this system had been told by the end of this day (UTC); not with `as_of`")
    ] = None,
) -> Day | None:
    """The day asked about; None for now. NoSuchDay."""
    latest = today(request.app.state.clock)
    for name, day in (("as_of", as_of), ("as_recorded", as_recorded)):
        if day is not None and not FIRST_DAY <= day <= latest:
            allowed = f"{FIRST_DAY.isoformat()} to {latest.isoformat()}"
            raise NoSuchDay(field=name, found=day.isoformat(), allowed=allowed)
    if as_of is not None:
        return Day(as_of)
    return Day(as_recorded, as_recorded=True) if as_recorded is not None else None


When = Annotated[Day | None, Depends(day_asked)]
"""The dependency of routes that can say how things stood on an earlier day."""
