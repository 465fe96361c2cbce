"""A decider: commands in, events out, state folded from events. Pure, so it is tested as it stands.

After Jérémie Chassaing's "functional event sourcing decider": `decide(command, state) -> events`
and `evolve(state, event) -> state`, with no clock, no look-up and no I/O inside.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from shared.codec import Upcasts
from shared.messages import Command, Event

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
S = TypeVar("S")


@dataclass(frozen=True)
class Decider(Generic[C, E, S]):
    """One kind of stream. `category` is the first part of its streams' names: `<category>-<id>`.

    `snapshot_every` keeps a snapshot each so many commits (0: never). `fold_version` counts the
    meanings of `evolve`: raise it when old snapshots no longer fit.
    """

    category: str
    initial: S
    decide: Callable[[C, S], tuple[E, ...]]
    evolve: Callable[[S, E], S]
    events: tuple[type[E], ...]
    upcasts: Upcasts = field(default_factory=dict)
    snapshot_every: int = 0
    fold_version: int = 1

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        """The state after these events, from `state` or from the beginning."""
        now = self.initial if state is None else state
        for event in events:
            now = self.evolve(now, event)
        return now

    def stream(self, identity: str) -> str:
        """The stream's name, for example `request-0198…`."""
        return f"{self.category}-{identity}"
