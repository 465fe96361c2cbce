"""What a service is built from: a store, a log, documents and a clock, wired in plain calls."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter
from pydantic import BaseModel

from shared.clock import Clock
from shared.codec import Codec, Upcasts
from shared.commits import Commit
from shared.consumer import Consumer, Follower
from shared.decider import Decider
from shared.documents import Collection, Documents, Put
from shared.ending import ended
from shared.eventstore import EventStore
from shared.handling import Handler
from shared.log import EventLog
from shared.messages import Command, Event, NotFound
from shared.parking import Parked, Parking
from shared.past import CountsFrom, Past, recorded_on
from shared.policy import Policy, React
from shared.privacy import Keyring
from shared.privacy.people import NoKeyring, People
from shared.projection import Projection
from shared.rebuilding import Progress, Rebuild, Rebuilds
from shared.rebuilding.alias import Aliases
from shared.rebuilding.filling import Filler
from shared.rebuilding.generations import Generations
from shared.receipts import NotYetVisible, Seen, seen
from shared.snapshots import Snapshots
from shared.timers import Plan, Planner, TimerBook
from shared.views import View

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
S = TypeVar("S")
D = TypeVar("D", bound=BaseModel)

_BUILT = Collection("built")
_PATIENCE = 2.0
_ASKS_AGAIN = 0.05
_ASKS_SELDOM = 0.25
_ASKS_WHERE_ALONE = 1.0
_SWEEP_EVERY = 30.0
_LOOKS_AROUND_EVERY = 2.0
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
        keyring: Keyring | None = None,
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
        self.people = People(name, keyring or NoKeyring(), store, clock)
        self._exclusive = exclusive
        self._snapshots = Snapshots(documents)
        self._aliases = Aliases(documents)
        self._views: dict[str, Generations[Any]] = {}
        self.rebuilds = Rebuilds(name, self._views, documents, self._aliases, log, self.parking, clock, exclusive)
        self._projectors: dict[str, list[Generations[Any]]] = {}
        self._others: dict[str, list[Follower]] = {}
        self._consumers: dict[str, Consumer] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._looker: asyncio.Task[None] | None = None
        self._started = False

    # building

    def handler(self, decider: Decider[C, E, S]) -> Handler[C, E, S]:
        """The way for this decider's commands; its streams live in this service's store."""
        made = Handler(self.name, decider, self.store, self.clock, self._snapshots)
        self.handlers[decider.category] = made
        return made

    def view(self, projection: Projection[D], counts: CountsFrom = recorded_on) -> View[D]:
        """The documents of this projection, kept up to date with its topic.

        `counts` says from which day an event counts, for who asks how things stood on an earlier day.
        """
        topic = projection.topic or self.name
        generations = Generations(
            projection, topic, self.documents, self._aliases, self.log, self.parking, self._exclusive
        )
        self.projections.append(projection)
        self._views[projection.name] = generations
        self._projectors.setdefault(topic, []).append(generations)

        async def wait(tokens: str | None) -> list[str]:
            await self.wait(tokens, projection.name)
            concerned = (token for token in seen(tokens) if self._concerned(token, projection.name))
            named = ((token.stream.partition("-")[2], token.seq) for token in concerned)
            return [id_ for id_, seq in named if not generations.shows(id_, seq)]

        async def read(stream: str) -> Sequence[Commit]:
            return await (self.store.read(stream) if topic == self.name else self.log.read_stream(topic, stream, 0))

        return View(generations, wait, Past(projection, topic, read, counts))

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
            for view in self._views.values():
                view.share()
        await self._snapshots.declare()
        await self.timers.declare()
        await self.documents.declare(_BUILT)
        await self._aliases.declare()
        await self.parking.load()
        for view in self._views.values():
            await view.look()

    async def start(self, sweep_every: float = _SWEEP_EVERY) -> None:
        """Follow the topics and watch the timers."""
        self._started = True
        await self.open()
        await self.people.finish()
        await self.rebuilds.tidy()
        for view in self._views.values():
            await self._fill(view)
        topics = {*self._projectors, *self._others}
        for topic in sorted(topics):
            views, others = self._projectors.get(topic, ()), self._others.get(topic, ())
            # Whoever had the stream before may have set it aside: known before anything of it is taken.
            moved = None if self._exclusive else self.parking.refresh
            consumer = self._consumers[topic] = Consumer(self.name, topic, others, self.log, moved, views)
            for view in views:
                view.alone_since = consumer.alone_since
        for consumer in self._consumers.values():
            await consumer.start()
        self._sweeper = asyncio.create_task(self._sweep_now_and_then(sweep_every), name=f"{self.name} timers")
        if not self._exclusive:
            self._looker = asyncio.create_task(self._look_around_now_and_then(), name=f"{self.name} looks around")

    async def stop(self) -> None:
        """Let go of everything, also of the rest where letting go of one thing fails; what was acknowledged is
        on the disk."""
        async with contextlib.AsyncExitStack() as lastly:
            for one in (self.people.keyring, self.store, self.documents):
                lastly.push_async_callback(one.close)
            await self.stop_following()

    async def stop_following(self) -> None:
        """Take nothing more from the topics. Where several services share a process, all stop following
        before any closes: they read one another's stores."""
        for task in (self._looker, self._sweeper):
            await ended(task)
        self._looker = self._sweeper = None
        await self.rebuilds.stop()
        # All at once: where the broker is silent each needs some seconds to be sure of it.
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers.values()))

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
            if consumer is None or not self._exclusive:
                # Another process of this service may be the one that takes it.
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
            await self._give_back(parked)
            if not self.parking.is_parked(follower, stream):
                await self.parking.forget(follower, stream)
        return parked

    async def _give_back(self, parked: Parked) -> None:
        """Let the follower have everything of the stream from where it failed; it is lifted, and nothing flows."""
        try:
            commits = await self.log.read_stream(parked.topic, parked.stream, parked.from_seq - 1)
            projectors = (one for view in self._projectors.get(parked.topic, ()) for one in view.projectors)
            for candidate in (*projectors, *self._others.get(parked.topic, ())):
                if candidate.name == parked.follower:
                    await candidate.take(commits)
        except BaseException:
            self.parking.put_back(parked)
            raise

    async def _look_around(self) -> None:
        """What other processes of this service have set aside, and what they have dealt with since."""
        for parked in await self.parking.refresh():
            if (consumer := self._consumers.get(parked.topic)) is None:
                continue
            async with consumer.paused():
                if self.parking.lift(parked.follower, parked.stream) is not None:
                    await self._give_back(parked)
                    self.parking.taken(parked)

    async def _look_around_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_LOOKS_AROUND_EVERY)
            try:
                await self._look_around()
            except Exception as error:
                log.warning("others_not_looked_up", service=self.name, error=str(error))

    async def rebuild(
        self, view: str, progress: Progress | None = None, by: str = "operator", accept: bool = False
    ) -> Rebuild:
        """Make a view's documents anew beside the live ones, and read them once they are the same.

        Also in a kit that follows nothing. Stopped on the way, it goes on where it was when it is called
        again; the live documents stay. `accept`: read the new ones although they differ. NotFound.
        """
        if not self._started:
            await self.open()
        await self.rebuilds.start(view, by, accept)
        return await self.rebuilds.wait(view, progress)

    async def lags(self) -> Mapping[str, int]:
        """Commits not yet taken, by topic."""
        return {topic: await consumer.lag() for topic, consumer in self._consumers.items()}

    async def behind(self) -> tuple[int, float | None]:
        """Commits not yet taken, over all topics, and how many seconds the oldest has waited, at most; None:
        not known. LogUnavailable."""
        found = [await consumer.behind(self.clock.now()) for consumer in self._consumers.values()]
        seconds = [of_one for _waiting, of_one in found]
        known = [one for one in seconds if one is not None]
        return sum(waiting for waiting, _ in found), max(known, default=0.0) if len(known) == len(found) else None

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
            if self._views[projection.name].shows(identity, token.seq):
                continue
            held = (await self._views[projection.name].get([identity])).get(identity)
            if held is None or held.v < token.seq:
                return False
        return True

    async def _poll(self, token: Seen, concerned: Sequence[Projection[Any]], until: float) -> None:
        consumer = self._consumers.get(token.topic)
        pause = _ASKS_AGAIN
        while not await self._shown(token, concerned):
            if (left := until - asyncio.get_running_loop().time()) < 0:
                raise NotYetVisible(field="after", found=str(token))
            if consumer is None or consumer.has_taken(token.stream, token.seq):
                await asyncio.sleep(pause)
            else:
                # Taken here it is heard of at once; taken by another process it is found by asking.
                alone = consumer.alone_since() is not None
                await consumer.wait_for(token.stream, token.seq, min(left, _ASKS_WHERE_ALONE if alone else pause))
            # The later the less often: those who wait are many just when the database has the most to do.
            pause = min(pause * 1.5, _ASKS_SELDOM)

    async def _fill(self, view: Generations[Any]) -> None:
        """Bring a projection that is new here up to date before it is read."""
        name = view.projection.collection.name
        if view.live.number > 1 or await self.documents.get(_BUILT.name, [name]):
            return
        # A new version often is the answer to what an older one could not deal with.
        for parked in self.parking.all():
            if parked.follower == view.name:
                await self.parking.forget(parked.follower, parked.stream)
        await view.live.shelf.expect_nothing()
        # Where others fill it too, each from all of the topic: the guards make it the same documents.
        group = f"{self.name}.{name}" if self._exclusive else ""
        await Filler(view, view.live, group, self.log).fill()
        built = (await self.documents.get(_BUILT.name, [name])).get(name)
        await self.documents.write(
            [Put(_BUILT.name, name, {"at": self.clock.now().isoformat()}, built.revision if built else 0)]
        )

    async def _sweep_now_and_then(self, every: float) -> None:
        while True:
            try:
                await self.timers.sweep()
            except Exception:
                log.exception("timers_not_swept", service=self.name)
            await asyncio.sleep(every)


def _codec(events: type[BaseModel] | Iterable[type[BaseModel]], upcasts: Upcasts | None) -> Codec:
    return Codec([events] if isinstance(events, type) else events, upcasts)
