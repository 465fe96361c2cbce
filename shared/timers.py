"""Durable timers: planned from state, kept as documents, fired once, caught up with after downtime.

A timer is only a nudge: the command it sends is decided like any other, so a timer that no longer
holds does nothing. Its command id derives from the timer, so firing twice has one effect.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import structlog

from shared import metrics
from shared.auth.caller import system
from shared.clock import Clock
from shared.codec import Codec
from shared.commits import Commit
from shared.documents import Collection, Documents, Put, Stored
from shared.failpoints import failpoint
from shared.handling import Contended, Handler
from shared.heard import Heard
from shared.ids import derived_id
from shared.messages import Command, Refused
from shared.money import STORED
from shared.parking import Parking, passes_by_itself

_TIMERS = Collection("timers", fields=("next_due",))
_NEVER = "9999"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """At `due`, send the command to the stream `to`. `key` names the timer within its owner.

    `due` is a moment with a time zone, or a day: its first moment in UTC. ValueError without a zone.
    """

    key: str
    due: datetime | date
    to: str
    command: Command

    @property
    def moment(self) -> datetime:
        """When it is due, in UTC."""
        if not isinstance(self.due, datetime):
            return datetime.combine(self.due, time(), UTC)
        if self.due.tzinfo is None:
            raise ValueError(f"timer {self.key!r}: {self.due} has no time zone")
        return self.due.astimezone(UTC)


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
                "due": timer.moment.isoformat(),
                "to": timer.to,
                "type": type(timer.command).__name__,
                "command": timer.command.model_dump(mode="json"),
            }
            for timer in sorted(agenda.timers, key=lambda timer: (timer.moment, timer.key))
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
        due, after = [], ""
        while page := await self._documents.find(_TIMERS.name, after=after, limit=1_000):
            due += [(stored.body["next_due"], stored.id) for stored in page if stored.body["next_due"] != _NEVER]
            after = page[-1].id
        return [(datetime.fromisoformat(moment), id_) for moment, id_ in sorted(due)[:limit]]

    async def sweep(self) -> int:
        """Fire what is due by the clock, however long ago; how many fired.

        One that cannot be fired now stays for the next sweep, and holds up no other.
        """
        now = self._clock.now().astimezone(UTC).isoformat()
        fired, after = 0, ""
        while page := await self._documents.find(_TIMERS.name, after=after, at_most={"next_due": now}, limit=500):
            for stored in page:
                fired += await self._fire_due(stored, now)
            after = page[-1].id
        metrics.TIMERS_FIRED.labels(self._service).inc(fired)
        return fired

    async def _fire_due(self, stored: Stored, now: str) -> int:
        name = stored.body["agenda"]
        target = self._targets.get(name)
        if target is None:
            return 0
        left, fired = [], 0
        for timer in stored.body["timers"]:
            if timer["due"] <= now and await self._fire(name, target, stored.id, timer):
                fired += 1
            else:
                left.append(timer)
        if fired:
            failpoint("timer-fired")
            # Lost races are harmless: whoever was first planned anew, and firing again has no effect.
            await self._documents.write([Put(_TIMERS.name, stored.id, _body(name, left), stored.revision)])
        return fired

    async def _fire(self, name: str, target: Target, owner: str, timer: dict[str, Any]) -> bool:
        """Whether it is over with: done, or refused for good."""
        command_id = derived_id("timer", self._service, owner, timer["key"], timer["due"])
        try:
            command = target.commands[timer["type"]].model_validate(timer["command"], context=STORED)
            await target.handler.handle(timer["to"], command, system(name), command_id)
        except Contended:
            return False
        except Refused as refusal:
            log.info("timer_refused", agenda=name, owner=owner, key=timer["key"], refusal=type(refusal).__name__)
        except Exception:
            log.exception("timer_not_fired", agenda=name, owner=owner, key=timer["key"])
            return False
        return True


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
        newest: dict[str, tuple[int, Heard[Any]]] = {}
        unreadable: dict[str, tuple[int, Exception]] = {}
        for commit in commits:
            if self._parking.is_parked(self.name, commit.stream) or commit.stream in unreadable:
                continue
            try:
                for heard in self._codec.heard(commit, self._topic):
                    newest[commit.stream] = (commit.seq, heard)
            except Exception as error:
                unreadable[commit.stream] = (commit.seq, error)
        for seq, heard in newest.values():
            try:
                for agenda in await self._plan(heard):
                    await self._book.replace(self.name, agenda)
            except Exception as error:
                if passes_by_itself(error):
                    raise
                await self._parking.park(self.name, self._topic, heard.stream, seq, error)
        for stream, (seq, fault) in unreadable.items():
            await self._parking.park(self.name, self._topic, stream, seq, fault)
