"""What counts on a day (docs/near-completion.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from services.insights.facts.origin import Fact, Origin

F = TypeVar("F", bound=Fact)
DAYS_IN_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Lens:
    """A day, and whether it asks for what was publicly known or for what was recorded here by then."""

    on: date
    as_recorded: bool = False

    def counts(self, origin: Origin) -> bool:
        """Whether a fact of this origin counts on the day."""
        if self.as_recorded:
            return origin.recorded_at.date() <= self.on
        return origin.known_from <= self.on

    def known(self, facts: Iterable[F]) -> list[F]:
        """Those facts that count, in the order of their document."""
        if not facts:
            return []  # most documents have few kinds of facts, and every kind is asked for
        if self.as_recorded:
            return [fact for fact in facts if fact.origin.recorded_at.date() <= self.on]
        on = self.on
        return [fact for fact in facts if fact.origin.known_from <= on]

    def years_since(self, day: date) -> float:
        """Years from `day` to the day asked about; negative where it lies ahead."""
        return (self.on - day).days / DAYS_IN_A_YEAR

    def years_until(self, day: date) -> float:
        """Years from the day asked about to `day`; negative where it has passed."""
        return (day - self.on).days / DAYS_IN_A_YEAR


def said_on(origin: Origin) -> date:
    """The day on which the source said it, as far as known."""
    return origin.stated_on.end if origin.stated_on else origin.known_from
