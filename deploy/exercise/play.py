"""Plays the exercise into a running system: through the services' own handlers, in the order of its days."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from deploy.exercise import coalitions, donors, duties, pledges, reports, requests
from deploy.exercise.step import Naming, Step
from shared.clock import TurnableClock
from shared.handling import Handler, KeyReused
from shared.ids import derived_id
from shared.messages import Command
from shared.privacy.people import People

MORNING = time(9)
"""When the work of a day begins, UTC."""


class Playable(Protocol):
    """What the exercise needs of a system."""

    @property
    def handlers(self) -> Mapping[str, Handler[Any, Any, Any]]:
        """By the category of their streams."""
        ...

    @property
    def people(self) -> Mapping[str, People]:
        """By the category of the streams that name them."""
        ...

    async def settle(self) -> None:
        """Wait until every service has taken what the others told."""
        ...

    async def sweep(self) -> int:
        """Fire the timers that are due."""
        ...


@dataclass(frozen=True)
class Played:
    """How many steps were sent, and how many of them were done by an earlier playing already."""

    steps: int
    done_before: int


def exercise() -> Sequence[Step]:
    """Every step, by day; on the same day in the order in which it is written."""
    parts = (duties, reports, requests, donors, pledges, coalitions)
    return sorted((step for part in parts for step in part.steps()), key=attrgetter("on"))


async def play(system: Playable, clock: TurnableClock | None = None) -> Played:
    """Send every step. To be repeated at will: a step's command id follows from what it says.

    Each day ends when the services have heard of each other, because the next day's steps build on it.
    With the system's own `clock`, where that can be turned, every step is also recorded on its day and
    reminders go out on theirs, so that past days can be looked at; afterwards it stands where it stood.
    A refusal of the domain goes through: then the exercise does not fit the rules any more.
    """
    present = clock.now() if clock else None
    try:
        played = await _days(system, clock)
    finally:
        if clock and present:
            clock.set(present)
    await system.sweep()
    await system.settle()
    return played


async def _days(system: Playable, clock: TurnableClock | None) -> Played:
    sent, before = 0, 0
    seen: Counter[str] = Counter()
    for on, of_day in groupby(exercise(), key=attrgetter("on")):
        if clock:
            clock.set(datetime.combine(on, MORNING, UTC))
            await system.sweep()
        for step in of_day:
            content = said(step)
            seen[content] += 1
            command_id = derived_id("exercise", content, seen[content])
            sent, before = sent + 1, before + await done_before(system, step, command_id)
        await system.settle()
    return Played(sent, before)


async def done_before(system: Playable, step: Step, command_id: str) -> bool:
    """Play the step; whether an earlier playing had done it already."""
    handler = system.handlers[step.category]
    if not isinstance(step.command, Naming):
        return (await handler.handle(step.identity, step.command, step.by, command_id)).replayed
    stream = handler.decider.stream(step.identity)
    try:
        person = await system.people[step.category].seal(stream, step.command.slot, step.command.details, command_id)
        command: Command = step.command.command(person)
        return (await handler.handle(step.identity, command, step.by, command_id)).replayed
    except KeyReused:
        # Named by an earlier playing and forgotten since: it stays so.
        return True


def said(step: Step) -> str:
    """A name for what a step says, the same on any machine."""
    if isinstance(step.command, Naming):
        return derived_id(step.category, step.identity, step.command.slot, sorted(step.command.details.items()))
    return derived_id(step.category, step.identity, type(step.command).__name__, step.command.model_dump_json())
