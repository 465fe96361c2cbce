"""Which States have a duty and which have declared it done: to choose ambassadors and matches by.

The deadlines service keeps the law and the dates; this is only what matching needs of it.
"""

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from services.coalitions.domain.naming import Article, Challenge, Treaty
from services.coalitions.readings import (
    DEADLINES,
    CompletionDeclared,
    CompletionStated,
    DutyEnded,
    LaterFindStated,
    ObligationRegistered,
)
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection

Told = ObligationRegistered | CompletionStated | CompletionDeclared | LaterFindStated | DutyEnded


class Duty(Value):
    """A duty as far as matching needs it. `declared_on` as exact as its source; blank: no day is known."""

    treaty: Treaty
    state: str
    article: Article
    clock: str
    completed: bool = False
    completed_by: date | None = None
    """The last day that any account of completion names; None where none names a day."""
    declared: bool = False
    declared_on: str = ""
    found_on: date | None = None
    """The first day of the newest find after completion."""
    ended: bool = False
    link: str

    @property
    def open(self) -> bool:
        """There is work left, as far as is known; where dates leave it open there is (never good news by default)."""
        if self.ended or not self.completed:
            return not self.ended
        return self.found_on is not None and (self.completed_by is None or self.found_on > self.completed_by)

    def concerns(self, challenge: Challenge) -> bool:
        """Whether it is a duty of this kind."""
        return (self.treaty, self.article) == (challenge.treaty, challenge.article)


def fold(duty: Duty | None, heard: Heard[Told]) -> Duty | None:
    """The duty after an event; statements may come in any order."""
    event = heard.event
    known = duty or Duty(
        treaty=event.treaty, state=event.state, article=event.article, clock=event.clock, link=heard.link
    )
    match event:
        case ObligationRegistered():
            return known
        case CompletionStated(completed_on=completed_on, declared_on=declared_on):
            days = [known.completed_by, *(day.end for day in (completed_on, declared_on) if day)]
            told: dict[str, object] = {"completed": True, "completed_by": newest(days), "link": heard.link}
            if declared_on:
                told |= {"declared": True, "declared_on": str(declared_on)}
            return known.model_copy(update=told)
        case CompletionDeclared(declared_on=day):
            told = {"completed": True, "completed_by": newest([known.completed_by, day]), "link": heard.link}
            return known.model_copy(update={**told, "declared": True, "declared_on": str(day)})
        case LaterFindStated(found_on=found_on):
            return known.model_copy(update={"found_on": newest([known.found_on, found_on.start]), "link": heard.link})
        case DutyEnded():
            return known.model_copy(update={"ended": True, "link": heard.link})
        case _:
            assert_never(event)


def newest(days: Iterable[date | None]) -> date | None:
    """The last of these days, None where none is known."""
    return max((day for day in days if day), default=None)


DUTIES = Projection(
    "duties_for_matching",
    version=1,
    category="obligation",
    events=(ObligationRegistered, CompletionStated, CompletionDeclared, LaterFindStated, DutyEnded),
    document=Duty,
    fold=fold,
    fields=("state",),
    topic=DEADLINES,
)
