"""A small service for the kit's own tests: a tally that counts up and is read back."""

from dataclasses import dataclass
from typing import get_args

from fastapi import APIRouter
from pydantic import Field

from shared.decider import Decider
from shared.heard import Heard
from shared.http.reading import Reader
from shared.http.writing import Write
from shared.kit import Kit, Service
from shared.messages import Command, Event, Refused, Value
from shared.projection import Projection
from shared.receipts import Receipt
from shared.text import Identity


class Add(Command):
    """Count some more."""

    amount: int = Field(ge=1, le=1000)


class Added(Event):
    amount: int


class TooMuch(Refused):
    """The tally is full at 10,000."""


@dataclass(frozen=True)
class Tally:
    total: int = 0


TallyEvent = Added


def decide(command: Add, tally: Tally) -> tuple[Added, ...]:
    if tally.total + command.amount > 10_000:
        raise TooMuch(field="amount", found=command.amount, allowed=f"at most {10_000 - tally.total}")
    return (Added(amount=command.amount),)


def evolve(tally: Tally, event: Added) -> Tally:
    return Tally(tally.total + event.amount)


TALLY = Decider("tally", Tally(), decide, evolve, events=get_args(TallyEvent) or (Added,))


class Shown(Value):
    name: str
    total: int
    additions: int


def fold(shown: Shown | None, heard: Heard[Added]) -> Shown:
    before = shown or Shown(name=heard.identity, total=0, additions=0)
    return Shown(name=before.name, total=before.total + heard.event.amount, additions=before.additions + 1)


SHOWN = Projection("tallies", 1, "tally", (Added,), Shown, fold, fields=("name",))


def build(kit: Kit) -> Service:
    tallies, shown = kit.handler(TALLY), kit.view(SHOWN)
    router = APIRouter()

    @router.post("/{id}/additions", status_code=201)
    async def add(id: Identity, body: Add, write: Write) -> Receipt:
        return await write.send(tallies, id, body)

    @router.get("/{id}")
    async def one(id: Identity, read: Reader) -> Shown:
        return await shown.get(id, after=read.after)

    return Service(kit.name, "tallies", [router], kit)
