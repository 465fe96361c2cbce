"""A second small service for the kit's own tests: it repeats what tallies count, and rings when it is time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, assert_never, get_args

from fastapi import APIRouter

from shared.decider import Decider
from shared.heard import Heard
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.ids import derived_id
from shared.kit import Kit, Service
from shared.messages import Command, Event, Reading, Value
from shared.policy import Issue
from shared.projection import Projection
from shared.receipts import Receipt
from shared.text import Identity, Prose
from shared.timers import Agenda, Timer
from shared.views import Page


class Added(Reading):
    """The part that is used here of what tallies tell."""

    amount: int


class Repeat(Command):
    amount: int
    source: str


class Ring(Command):
    key: str


class Whisper(Command):
    words: Prose


class Repeated(Event):
    amount: int
    source: str


class Rung(Event):
    key: str


class Whispered(Event):
    published = False

    words: str


EchoCommand = Repeat | Ring | Whisper
EchoEvent = Repeated | Rung | Whispered


@dataclass(frozen=True)
class Echo:
    amounts: tuple[int, ...] = ()
    rung: frozenset[str] = frozenset()


def decide(command: EchoCommand, echo: Echo) -> tuple[EchoEvent, ...]:
    match command:
        case Repeat(amount=amount, source=source):
            return (Repeated(amount=amount, source=source),)
        case Ring(key=key):
            return () if key in echo.rung else (Rung(key=key),)
        case Whisper(words=words):
            return (Whispered(words=words),)
        case _:
            assert_never(command)


def evolve(echo: Echo, event: EchoEvent) -> Echo:
    match event:
        case Repeated(amount=amount):
            return replace(echo, amounts=(*echo.amounts, amount))
        case Rung(key=key):
            return replace(echo, rung=echo.rung | {key})
        case Whispered():
            return echo
        case _:
            assert_never(event)


ECHO = Decider("echo", Echo(), decide, evolve, events=get_args(EchoEvent), snapshot_every=3)


class Sum(Value):
    """What a tally has come to, as this service heard it."""

    name: str
    parity: str
    total: int
    amounts: tuple[int, ...]


def fold(doc: Sum | None, heard: Heard[Added]) -> Sum:
    total = (doc.total if doc else 0) + heard.event.amount
    parity = "odd" if total % 2 else "even"
    amounts = (*doc.amounts, heard.event.amount) if doc else (heard.event.amount,)
    return Sum(name=heard.identity, parity=parity, total=total, amounts=amounts)


def nothing(_: Heard[Any]) -> None:
    """No fault."""


@dataclass
class Faults:
    """What a test lets go wrong, by raising."""

    repeating: Callable[[Heard[Added]], None] = field(default=nothing)
    planning: Callable[[Heard[Added]], None] = field(default=nothing)
    folding: Callable[[Heard[Added]], None] = field(default=nothing)


def build(kit: Kit, faults: Faults | None = None) -> Service:
    """Echoes: hears tallies, repeats each addition once, and rings a day after the newest one."""
    faults = faults or Faults()
    echoes = kit.handler(ECHO)

    def guarded_fold(doc: Sum | None, heard: Heard[Added]) -> Sum:
        faults.folding(heard)
        return fold(doc, heard)

    sums = kit.view(Projection("sums", 1, "tally", (Added,), Sum, guarded_fold, fields=("parity",), topic="tallies"))

    def repeat(heard: Heard[Added]) -> list[Issue]:
        faults.repeating(heard)
        command = Repeat(amount=heard.event.amount, source=heard.link)
        return [Issue(heard.identity, command, derived_id("repeat", heard.stream, heard.seq, heard.n))]

    async def ring_later(heard: Heard[Added]) -> list[Agenda]:
        faults.planning(heard)
        key = f"ring-{heard.seq}"
        due = heard.at + timedelta(days=1)
        return [Agenda(heard.identity, [Timer(key, due, heard.identity, Ring(key=key))])]

    kit.listen("tallies", Added, repeat, to=echoes, name="repeat")
    kit.agenda("tallies", Added, ring_later, to=echoes, commands=(Ring, Repeat), name="ring-later")
    router = APIRouter()

    @router.post("/{id}/whispers", status_code=201)
    async def whisper(id: Identity, body: Whisper, write: Write) -> Receipt:
        return await write.send(echoes, id, body)

    @router.post("/{id}/double-whispers", status_code=201)
    async def twice(id: Identity, body: Whisper, write: Write) -> Receipt:
        await write.send(echoes, id, body)
        return await write.send(echoes, id, Whisper(words=body.words + " again"))

    @router.get("/sums")
    async def found(read: Reader, parity: str | None = None, cursor: Cursor = None, limit: Limit = 50) -> Page[Sum]:
        return await sums.find({"parity": parity}, cursor, limit, read.after)

    @router.get("/sums/{id}")
    async def one(id: Identity, read: Reader) -> Sum:
        return await sums.get(id, after=read.after)

    return Service(kit.name, "echoes", [router], kit)
