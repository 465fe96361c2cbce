"""A decider for these tests: each command keeps several amounts, each an event of its own."""

from dataclasses import dataclass, replace

from shared.decider import Decider
from shared.messages import Command, Event


class Keep(Command):
    amounts: tuple[int, ...]


class Kept(Event):
    amount: int


@dataclass(frozen=True)
class Lot:
    amounts: tuple[int, ...] = ()


def decide(command: Keep, lot: Lot) -> tuple[Kept, ...]:
    return tuple(Kept(amount=amount) for amount in command.amounts)


def evolve(lot: Lot, event: Kept) -> Lot:
    return replace(lot, amounts=(*lot.amounts, event.amount))


LOTS = Decider("lot", Lot(), decide, evolve, events=(Kept,))
