"""Sentences over events: given what happened, when somebody asks, then this follows."""

from dataclasses import dataclass
from typing import Any

from shared.decider import Decider
from shared.messages import Command, Event, Refused


@dataclass(frozen=True)
class Scenario:
    """Starts sentences about one decider."""

    decider: Decider[Any, Any, Any]

    def given(self, *events: Event) -> "Given":
        """What has happened so far."""
        return Given(self.decider, events)


@dataclass(frozen=True)
class Given:
    decider: Decider[Any, Any, Any]
    events: tuple[Event, ...]

    @property
    def state(self) -> Any:
        """The state that these events make."""
        return self.decider.fold(self.events)

    def when(self, command: Command) -> "When":
        """What somebody now asks for."""
        return When(self, command)


@dataclass(frozen=True)
class When:
    given: Given
    command: Command

    def _decide(self) -> tuple[Event, ...]:
        return self.given.decider.decide(self.command, self.given.state)

    def then(self, *expected: Event) -> Given:
        """These events follow, in this order, and no others; the story can go on from there."""
        found = self._decide()
        assert found == expected, f"\nexpected {expected}\nfound    {found}"
        # What was decided must also be foldable.
        self.given.decider.fold(found, self.given.state)
        return Given(self.given.decider, self.given.events + found)

    def follows(self) -> tuple[Event, ...]:
        """The events themselves, for closer looks."""
        found = self._decide()
        self.given.decider.fold(found, self.given.state)
        return found

    def nothing(self) -> Given:
        """It is done already: no event, no refusal."""
        return self.then()

    def refused(self, refusal: type[Refused], field: str | None = None) -> None:
        """It is refused for this reason, naming this field."""
        try:
            found = self._decide()
        except refusal as answer:
            if field is not None:
                assert answer.field == field, f"named the field {answer.field!r}, not {field!r}"
            return
        raise AssertionError(f"expected {refusal.__name__}, but {found} followed")
