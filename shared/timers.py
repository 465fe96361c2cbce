"""Durable timers: planned from state, kept as documents, fired once, caught up with after downtime.

A timer is only a nudge: the command it sends is decided like any other, so a timer that no longer
holds does nothing. Its command id derives from the timer, so firing twice has one effect.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from shared import metrics
from shared.auth.caller import system
from shared.clock import Clock
from shared.codec import Codec
from shared.commits import Commit
from shared.documents import Collection, Documents, Put
from shared.handling import Handler
from shared.heard import Heard
from shared.ids import derived_id
from shared.messages import Command, Refused
from shared.parking import Parking

_TIMERS = Collection("timers", fields=("next_due",))
_NEVER = "9999"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """At `due` (UTC), send the command to the stream `to`. `key` names the timer within its owner."""

    key: str
    due: datetime
    to: str
    command: Command


@dataclass(frozen=True, slots=True)
class Agenda:
    """All timers of one owner: they replace whatever the owner had before."""

    owner: str
    timers: Sequence[Timer]


Plan = Callable[[Heard[Any]], Awaitable[Iterable[Agenda]]]


@dataclass(frozen=True)
class Target:
    """Whom an agenda's timers speak to, and which commands they may send."""

    handler: Handler[Any, Any, Any]
    commands: dict[str, type[Command]]


class TimerBook:
    """One service's timers."""

    def __init__(self, service: str, documents: Documents, clock: Clock) -> None:
        self._service = service
        self._documents = documents
        self._clock = clock
        self._targets: dict[str, Target] = {}

    def register(self, name: str, handler: Handler[Any, Any, Any], commands: Iterable[type[Command]]) -> None:
        """Say where the timers of the agenda `name` go."""
        self._targets[name] = Target(handler, {command.__name__: command for command in commands})

    async def declare(self) -> None:
        """Make sure that there is a place for them."""
        await self._documents.declare(_TIMERS)

    async def replace(self, name: str, agenda: Agenda) -> None:
        """Keep these timers for the owner in place of the earlier ones."""
        id_ = f"{name}|{agenda.owner}"
        timers = [
            {
                "key": timer.key,
                "due": timer.due.isoformat(),
                "to": timer.to,
                "type": type(timer.command).__name__,
                "command": timer.command.model_dump(mode="json"),
            }
            for timer in sorted(agenda.timers, key=lambda timer: (timer.due, timer.key))
        ]
        while True:
            stored = (await self._documents.get(_TIMERS.name, [id_])).get(id_)
            if stored is None and not timers:
                return
            if stored is not None and stored.body["timers"] == timers:
                return
            put = Put(_TIMERS.name, id_, _body(name, timers), stored.revision if stored else 0)
            if (await self._documents.write([put]))[0]:
                return

    async def waiting(self, limit: int = 1_000) -> list[tuple[datetime, str]]:
        """When each owner's next timer is due, soonest first."""
        found = await self._documents.find(_TIMERS.name, limit=limit)
        due = [(stored.body["next_due"], stored.id) for stored in found if stored.body["next_due"] != _NEVER]
        return [(datetime.fromisoformat(moment), id_) for moment, id_ in sorted(due)]

    async def sweep(self) -> int:
        """Fire what is due by the clock, however long ago; how many fired."""
        now = self._clock.now().isoformat()
        fired = 0
        for stored in await self._documents.find(_TIMERS.name, at_most={"next_due": now}, limit=1_000):
            name = stored.body["agenda"]
            target = self._targets.get(name)
            if target is None:
                continue
            later = []
            for timer in stored.body["timers"]:
                if timer["due"] > now:
                    later.append(timer)
                    continue
                await self._fire(name, target, stored.id, timer)
                fired += 1
            # Lost races are harmless: whoever was first planned anew, and firing again has no effect.
            await self._documents.write([Put(_TIMERS.name, stored.id, _body(name, later), stored.revision)])
        metrics.TIMERS_FIRED.labels(self._service).inc(fired)
        return fired

    async def _fire(self, name: str, target: Target, owner: str, timer: dict[str, Any]) -> None:
        command = target.commands[timer["type"]].model_validate(timer["command"])
        command_id = derived_id("timer", self._service, owner, timer["key"], timer["due"])
        try:
            await target.handler.handle(timer["to"], command, system(name), command_id)
        except Refused as refusal:
            log.info("timer_refused", agenda=name, owner=owner, key=timer["key"], refusal=type(refusal).__name__)


def _body(name: str, timers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"agenda": name, "next_due": timers[0]["due"] if timers else _NEVER, "timers": timers}


class Planner:
    """Plans an agenda anew when events of a topic touch it."""

    def __init__(self, name: str, topic: str, codec: Codec, plan: Plan, book: TimerBook, parking: Parking) -> None:
        self.name = name
        self._topic = topic
        self._codec = codec
        self._plan = plan
        self._book = book
        self._parking = parking

    async def take(self, commits: Sequence[Commit]) -> None:
        """Plan once for each stream that these commits touch, by its newest event."""
        newest: dict[str, tuple[Commit, Heard[Any]]] = {}
        for commit in commits:
            if not self._parking.is_parked(self.name, commit.stream):
                for heard in self._codec.heard(commit, self._topic):
                    newest[commit.stream] = (commit, heard)
        for commit, heard in newest.values():
            try:
                for agenda in await self._plan(heard):
                    await self._book.replace(self.name, agenda)
            except Exception as error:
                await self._parking.park(self.name, self._topic, commit.stream, commit.seq, error)
