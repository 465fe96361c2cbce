"""What a service is built from: a store, a log, documents and a clock, wired in plain calls."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter
from pydantic import BaseModel

from shared.clock import Clock
from shared.codec import Codec, Upcasts
from shared.consumer import Consumer, Follower
from shared.decider import Decider
from shared.documents import Collection, Delete, Documents, Put
from shared.eventstore import EventStore
from shared.handling import Handler
from shared.log import EventLog
from shared.messages import Command, Event, NotFound
from shared.parking import Parked, Parking
from shared.policy import Policy, React
from shared.projection import Projection, Projector, Shelf
from shared.receipts import NotYetVisible, Seen, seen
from shared.snapshots import Snapshots
from shared.timers import Plan, Planner, TimerBook
from shared.views import View

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
S = TypeVar("S")
D = TypeVar("D", bound=BaseModel)

Filling = Callable[[int, int], None]
"""Called now and then with the commits taken into a view and the commits there are."""

_BUILT = Collection("built")
_PATIENCE = 2.0
_SWEEP_EVERY = 30.0
log = structlog.get_logger(__name__)


class Service:
    """One bounded context as it is deployed: a name, its routes, its deciders."""

    def __init__(self, name: str, title: str, routers: Sequence[APIRouter], kit: "Kit") -> None:
        self.name = name
        self.title = title
        self.routers = routers
        self.kit = kit


class Kit:
    """One service's means. Everything is registered while building; `start` brings it to life."""

    def __init__(
        self,
        name: str,
        store: EventStore,
        log: EventLog,
        documents: Documents,
        clock: Clock,
        exclusive: bool = True,
    ) -> None:
        self.name = name
        self.store = store
        self.log = log
        self.documents = documents
        self.clock = clock
        self.handlers: dict[str, Handler[Any, Any, Any]] = {}
        self.projections: list[Projection[Any]] = []
        self.parking = Parking(name, documents, clock)
        self.timers = TimerBook(name, documents, clock)
        self._exclusive = exclusive
        self._snapshots = Snapshots(documents)
        self._shelves: dict[str, Shelf[Any]] = {}
        self._projectors: dict[str, list[Projector[Any]]] = {}
        self._others: dict[str, list[Follower]] = {}
        self._consumers: dict[str, Consumer] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._started = False

    # building

    def handler(self, decider: Decider[C, E, S]) -> Handler[C, E, S]:
        """The way for this decider's commands; its streams live in this service's store."""
        made = Handler(self.name, decider, self.store, self.clock, self._snapshots)
        self.handlers[decider.category] = made
        return made

    def view(self, projection: Projection[D]) -> View[D]:
        """The documents of this projection, kept up to date with its topic."""
        topic = projection.topic or self.name
        shelf = Shelf(projection, self.documents, self._exclusive)
        self.projections.append(projection)
        self._shelves[projection.name] = shelf
        projector = Projector(projection, topic, shelf, self.log, self.parking)
        self._projectors.setdefault(topic, []).append(projector)

        async def wait(tokens: str | None) -> None:
            await self.wait(tokens, projection.name)

        return View(shelf, wait)

    def listen(
        self,
        topic: str,
        events: type[BaseModel] | Iterable[type[BaseModel]],
        react: React,
        to: Handler[Any, Any, Any],
        name: str | None = None,
        upcasts: Upcasts | None = None,
    ) -> None:
        """Let `react` answer these events of a topic with commands for `to`."""
        followers = self._others.setdefault(topic, [])
        policy = Policy(
            name or react.__name__.replace("_", "-"), topic, _codec(events, upcasts), react, to, self.parking
        )
        followers.append(policy)

    def agenda(
        self,
        topic: str,
        events: type[BaseModel] | Iterable[type[BaseModel]],
        plan: Plan,
        to: Handler[Any, Any, Any],
        commands: Iterable[type[Command]],
        name: str | None = None,
        upcasts: Upcasts | None = None,
    ) -> None:
        """Let `plan` set timers when these events come; due timers send their commands to `to`."""
        label = name or plan.__name__.replace("_", "-")
        self.timers.register(label, to, commands)
        planner = Planner(label, topic, _codec(events, upcasts), plan, self.timers, self.parking)
        self._others.setdefault(topic, []).append(planner)

    # living

    async def open(self) -> None:
        """Make the documents readable, without following anything: for readers beside a running service."""
        if not self._started:
            for shelf in self._shelves.values():
                shelf.share()
        await self._snapshots.declare()
        await self.timers.declare()
        await self.documents.declare(_BUILT)
        await self.parking.load()
        for shelf in self._shelves.values():
            await shelf.declare()

    async def start(self, sweep_every: float = _SWEEP_EVERY) -> None:
        """Follow the topics and watch the timers."""
        self._started = True
        await self.open()
        topics = {*self._projectors, *self._others}
        for topic in sorted(topics):
            for projector in self._projectors.get(topic, ()):
                await self._fill(projector, topic)
            followers: list[Follower] = [*self._projectors.get(topic, ()), *self._others.get(topic, ())]
            self._consumers[topic] = Consumer(self.name, topic, followers, self.log)
        for consumer in self._consumers.values():
            await consumer.start()
        self._sweeper = asyncio.create_task(self._sweep_now_and_then(sweep_every), name=f"{self.name} timers")

    async def stop(self) -> None:
        """Let go of everything; what was acknowledged is on the disk."""
        await self.stop_following()
        await self.documents.close()
        await self.store.close()

    async def stop_following(self) -> None:
        """Take nothing more from the topics. Where several services share a process, all stop following
        before any closes: they read one another's stores."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
            self._sweeper = None
        for consumer in self._consumers.values():
            await consumer.stop()

    async def caught_up(self) -> bool:
        """Whether everything in the topics it follows has been taken."""
        return all([await consumer.caught_up() for consumer in self._consumers.values()])

    async def wait(self, tokens: str | None, projection: str | None = None) -> None:
        """Wait until the documents (of one projection, or of all) show what these tokens stand for.

        NotYetVisible after two seconds, for all tokens together, and at once where the stream is
        parked. Tokens of topics or kinds of streams that are not shown here are passed over.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE
        for token in list(seen(tokens)):
            concerned = self._concerned(token, projection)
            if not concerned or await self._shown(token, concerned):
                continue
            consumer = self._consumers.get(token.topic)
            if consumer is None:
                await self._poll(token, concerned, until)
            elif not await consumer.wait_for(token.stream, token.seq, until - loop.time()):
                raise NotYetVisible(field="after", found=str(token))
            elif not await self._shown(token, concerned):
                raise NotYetVisible("That was set aside for an operator; nothing is lost.", field="after")

    async def retry(self, follower: str, stream: str) -> Parked:
        """Give a parked stream back to its follower, from where it failed. NotFound if none is parked."""
        known = [parked for parked in self.parking.all() if (parked.follower, parked.stream) == (follower, stream)]
        consumer = self._consumers.get(known[0].topic) if known else None
        if consumer is None:
            raise NotFound(f"{follower} has no parked stream {stream}.")
        # Between two batches: a policy must not hear newer commits of the stream before these.
        async with consumer.paused():
            parked = self.parking.lift(follower, stream)
            if parked is None:
                raise NotFound(f"{follower} has no parked stream {stream}.")
            try:
                commits = await self.log.read_stream(parked.topic, stream, parked.from_seq - 1)
                for candidate in (*self._projectors.get(parked.topic, ()), *self._others.get(parked.topic, ())):
                    if candidate.name == follower:
                        await candidate.take(commits)
            except BaseException:
                self.parking.put_back(parked)
                raise
            if not self.parking.is_parked(follower, stream):
                await self.parking.forget(follower, stream)
        return parked

    async def rebuild(self, view: str, progress: Filling | None = None) -> None:
        """Make a view's documents anew from the events, in a kit that follows nothing.

        When it is stopped on the way it goes on where it was, by itself when the service starts.
        NotFound where there is no such view.
        """
        if self._started:
            raise RuntimeError("a view is made anew while nothing follows the events")
        found = [(topic, one) for topic, all_ in self._projectors.items() for one in all_ if one.name == view]
        if not found:
            raise NotFound(f"{self.name} has no view {view}.")
        await self.open()
        topic, projector = found[0]
        collection = self._shelves[view].projection.collection.name
        if built := await self.documents.get(_BUILT.name, [collection]):
            # All in one transaction: documents are there with the mark, or gone with it.
            gone = [Delete(_BUILT.name, collection, built[collection].revision)]
            after = ""
            while page := await self.documents.find(collection, None, after, 1_000):
                gone += [Delete(collection, stored.id, stored.revision) for stored in page]
                after = page[-1].id
            await self.documents.write(gone)
        await self._fill(projector, topic, progress)

    async def lags(self) -> Mapping[str, int]:
        """Commits not yet taken, by topic."""
        return {topic: await consumer.lag() for topic, consumer in self._consumers.items()}

    def failing(self) -> list[str]:
        """What keeps a batch from being taken, in words; empty when all is well."""
        return [f"{topic}: {c.failing}" for topic, c in self._consumers.items() if c.failing]

    def not_following(self) -> list[str]:
        """Topics that should be followed and are not; before `start`, all of them."""
        topics = {*self._projectors, *self._others}
        return sorted(t for t in topics if t not in self._consumers or not self._consumers[t].following)

    def _concerned(self, token: Seen, projection: str | None) -> list[Projection[Any]]:
        category = token.stream.partition("-")[0]
        return [
            one
            for one in self.projections
            if one.category == category and (one.topic or self.name) == token.topic and projection in (None, one.name)
        ]

    async def _shown(self, token: Seen, concerned: Iterable[Projection[Any]]) -> bool:
        identity = token.stream.partition("-")[2]
        for projection in concerned:
            held = (await self._shelves[projection.name].get([identity])).get(identity)
            if held is None or held.v < token.seq:
                return False
        return True

    async def _poll(self, token: Seen, concerned: Sequence[Projection[Any]], until: float) -> None:
        while not await self._shown(token, concerned):
            if asyncio.get_running_loop().time() > until:
                raise NotYetVisible(field="after", found=str(token))
            await asyncio.sleep(0.02)

    async def _fill(self, projector: Projector[Any], topic: str, progress: Filling | None = None) -> None:
        """Bring a projection that is new here up to date before it is read."""
        name = next(p.collection.name for p in self.projections if p.name == projector.name)
        if await self.documents.get(_BUILT.name, [name]):
            return
        # A new version often is the answer to what an older one could not deal with.
        for parked in self.parking.all():
            if parked.follower == projector.name:
                await self.parking.forget(parked.follower, parked.stream)
        subscription = await self.log.subscribe(topic, f"{self.name}.{name}")
        total, done = await subscription.lag(), 0
        while commits := await subscription.batch(500, wait=0):
            await projector.take(commits)
            done += len(commits)
            if progress is not None:
                progress(done, max(done, total))
        await subscription.close()
        await self.documents.write([Put(_BUILT.name, name, {"at": self.clock.now().isoformat()}, 0)])

    async def _sweep_now_and_then(self, every: float) -> None:
        while True:
            try:
                await self.timers.sweep()
            except Exception:
                log.exception("timers_not_swept", service=self.name)
            await asyncio.sleep(every)


def _codec(events: type[BaseModel] | Iterable[type[BaseModel]], upcasts: Upcasts | None) -> Codec:
    return Codec([events] if isinstance(events, type) else events, upcasts)
