"""What routes check before a command goes to its stream: the right thing, and no act from the future."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.obligation_refusals import AnotherDuty
from shared.messages import Unacceptable


class AnotherThing(Unacceptable):
    """The body names another thing than the address does."""


EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
AsOf = Annotated[
    date | None,
    Query(ge=EARLIEST, le=LATEST, description="Judge status and lateness as of this day; today when left out"),
]
"""A day to ask about; within a span in which every date that follows can be reckoned."""


class ImplausibleDay(Unacceptable):
    """A day so far off is a slip of the pen."""


def plausible(body: BaseModel) -> None:
    """ImplausibleDay where a day of the body lies outside the years 1900 to 2100."""
    for name, value in body:
        if isinstance(value, date) and not EARLIEST <= value <= LATEST:
            allowed = f"{EARLIEST.isoformat()} to {LATEST.isoformat()}"
            raise ImplausibleDay(field=name, found=value.isoformat(), allowed=allowed)


def same_duty(identity: str, body: OfDuty) -> None:
    """AnotherDuty unless the body speaks of the duty in the address."""
    if body.duty_id != identity:
        raise AnotherDuty(field="state", found=body.duty_id, allowed=identity)


def same(identity: str, named: str, field: str, body: BaseModel) -> None:
    """AnotherThing unless the body names what the address does; ImplausibleDay as in `plausible`."""
    if named != identity:
        raise AnotherThing(field=field, found=named, allowed=identity)
    plausible(body)
