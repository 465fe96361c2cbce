"""Makes the documents of a view anew beside the live ones, while these go on being followed and read."""

import asyncio
import hashlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import structlog

from shared.clock import Clock
from shared.documents import Delete, Documents
from shared.ending import ended
from shared.failpoints import failpoint
from shared.ids import new_id
from shared.log import EventLog
from shared.messages import NotFound, Refused, Value
from shared.parking import Parking
from shared.projection import Projection
from shared.rebuilding.agreeing import Agreeing, Agreement
from shared.rebuilding.alias import Alias, Aliases, Beside, Placed
from shared.rebuilding.filling import Filler
from shared.rebuilding.generations import FOLLOWS_WITHIN, LOOKS_EVERY, Generations

Progress = Callable[[int, int], None]
"""Called now and then with the commits taken into a view and the commits there are."""

_NOTICED_WITHIN = 5 * LOOKS_EVERY
_TAKEN_FOR_DEAD = timedelta(seconds=60)
_TELLS_EVERY = 0.1
_CLOSES_WITHIN = 5.0
"""Seconds that one who is told to stop has for closing its connections."""
_DROPPED_AT_ONCE = 200
log = structlog.get_logger(__name__)

Stage = Literal["live", "filling", "comparing", "differs", "stopped", "failed"]
"""`live`: nothing is being made. `differs`: it waits for an operator. `stopped`: it goes on when it is asked for."""


class Rebuild(Value):
    """How a view stands. `generation` is read, `since` when and made by whom.

    `beside` is the generation that is being made, `done` of `total` commits are in it. `agreement` is
    how it compares with the live one, once it was compared. `failing` says what keeps it. `kept` are
    older generations that were not dropped yet.
    """

    view: str
    generation: int
    since: datetime | None
    by: str
    stage: Stage
    beside: int | None = None
    done: int = 0
    total: int = 0
    agreement: Agreement | None = None
    failing: str = ""
    kept: tuple[int, ...] = ()


class BeingRebuilt(Refused):
    """This view is being made anew already: ask how far it is, or stop it first."""


class NothingBeside(Refused):
    """Nothing waits beside this view: have it made anew first."""


@dataclass
class _Run:
    """One attempt in this process."""

    stage: Stage = "filling"
    filler: Filler[Any] | None = None
    agreement: Agreement | None = None
    failing: str = ""
    task: "asyncio.Task[None] | None" = None


class Rebuilds:
    """One service's views, made anew on demand, one attempt a view at a time."""

    def __init__(
        self,
        service: str,
        views: Mapping[str, Generations[Any]],
        documents: Documents,
        aliases: Aliases,
        log: EventLog,
        parking: Parking,
        clock: Clock,
        exclusive: bool,
    ) -> None:
        self._service = service
        self._views = views
        self._documents = documents
        self._aliases = aliases
        self._log = log
        self._parking = parking
        self._clock = clock
        self._exclusive = exclusive
        self._runner = new_id()
        self._runs: dict[str, _Run] = {}

    # for operators

    async def start(self, view: str, by: str = "operator", accept: bool = False, afresh: bool = False) -> None:
        """Begin, or go on where it was. Queries are switched by itself where nothing differs from the live one.

        `accept`: switch although something differs. `afresh`: do not go on with what is half filled.
        NotFound; BeingRebuilt.
        """
        one = self._named(view)
        self._must_rest(view)
        run = self._runs[view] = _Run()
        try:
            placed = await self._begun(one, by, afresh)
        except BaseException:
            del self._runs[view]
            raise
        run.task = asyncio.create_task(self._run(one, run, placed, by, accept), name=f"{self._service} remakes {view}")

    async def switch(self, view: str, by: str = "operator") -> None:
        """Read the new generation although it differs: compared once more, then switched. NothingBeside."""
        one = self._named(view)
        self._must_rest(view)
        if (await one.look()).alias.beside is None:
            raise NothingBeside()
        await self.start(view, by, accept=True)

    async def cancel(self, view: str) -> None:
        """Stop it; the live documents stay as they are, and `start` goes on where it was. NothingBeside."""
        self._named(view)
        run = self._runs.get(view)
        if run is None or run.task is None or run.task.done():
            raise NothingBeside("This view is not being made anew here.")
        await ended(run.task, _CLOSES_WITHIN)
        run.stage = "stopped"

    async def told(self, view: str) -> Rebuild:
        """How the view stands. NotFound."""
        one = self._named(view)
        alias = (await one.look()).alias
        run, beside = self._runs.get(view), alias.beside
        stage: Stage = "live" if beside is None else "stopped"
        if run is not None and (beside is not None or run.stage == "failed"):
            stage = run.stage
        elif beside is not None and self._alive_elsewhere(beside):
            stage = "filling"
        filler = run.filler if run else None
        done = filler.done if filler else beside.done if beside else 0
        return Rebuild(
            view=view,
            generation=alias.generation,
            since=alias.since,
            by=alias.by,
            stage=stage,
            beside=beside.generation if beside else None,
            done=done,
            total=max(done, filler.total) if filler else done,
            agreement=run.agreement if run else None,
            failing=(filler.failing if filler else "") or (run.failing if run else ""),
            kept=alias.kept,
        )

    async def wait(self, view: str, progress: Progress | None = None) -> Rebuild:
        """Until this attempt has come to an end, however it ended."""
        run = self._runs.get(self._named(view).projection.name)
        while run is not None and run.task is not None and not run.task.done():
            if progress is not None and run.filler is not None:
                progress(run.filler.done, run.filler.total)
            await asyncio.wait([run.task], timeout=_TELLS_EVERY)
        if progress is not None and run is not None and run.filler is not None:
            progress(run.filler.done, run.filler.total)
        return await self.told(view)

    async def drop(self, view: str) -> tuple[int, ...]:
        """Remove what is not read: older generations, and one that is half filled; their numbers. BeingRebuilt."""
        one = self._named(view)
        self._must_rest(view)
        placed = await one.look()
        self._must_be_nobodys(placed.alias)
        return await self._dropped(one, placed, (*placed.alias.kept, *_beside(placed.alias)))

    # for the kit

    async def tidy(self) -> None:
        """What was parked for generations that are no longer followed waits for nobody."""
        for view in self._views.values():
            name, followed = view.projection.name, {one.name for one in view.projectors}
            placed = await view.look()
            followed |= {view.projection.follower(number) for number in _beside(placed.alias)}
            for parked in self._parking.all():
                own = parked.follower == name or re.fullmatch(rf"{name}_v\d+_g\d+", parked.follower)
                if own and parked.follower not in followed:
                    await self._parking.forget(parked.follower, parked.stream)

    async def stop(self) -> None:
        """Let go of whatever is being made; it goes on when it is asked for again."""
        for run in self._runs.values():
            await ended(run.task, _CLOSES_WITHIN)

    # one attempt

    async def _run(self, one: Generations[Any], run: _Run, placed: Placed, by: str, accept: bool) -> None:
        view = one.projection.name
        try:
            await self._remake(one, run, placed, by, accept)
        except Exception as error:
            run.stage, run.failing = "failed", f"{type(error).__name__}: {error}"
            log.exception("view_not_made_anew", service=self._service, view=view)

    async def _remake(self, one: Generations[Any], run: _Run, placed: Placed, by: str, accept: bool) -> None:
        assert placed.alias.beside is not None  # noqa: S101 - _begun() saw to it
        view, number, was = one.projection.name, placed.alias.beside.generation, placed.alias.generation
        generation = one.made(number)
        await generation.shelf.declare()
        await generation.shelf.expect_nothing()
        group = f"{self._service}.{generation.shelf.collection.name}"
        if not self._exclusive:
            # Of a group that a dead process still holds its streams in, only a part would come here.
            group = ""
        done = placed.alias.beside.done if self._exclusive else 0
        filler = run.filler = Filler(one, generation, group, self._log, done)

        async def beat() -> None:
            nonlocal placed
            placed = await self._changed(one, placed, done=filler.done)

        await filler.fill(beat)
        failpoint("filled")
        placed = await self._changed(one, placed, done=filler.done, following=True)
        failpoint("announced")
        if not self._exclusive:
            await asyncio.sleep(2 * FOLLOWS_WITHIN)
        # What came before everybody knew; from here on it misses nothing.
        await filler.fill(beat)
        failpoint("followed")
        run.stage = "comparing"
        agreeing = Agreeing(one.projection, one.topic, self._documents, self._log, self._parking, was, number)
        run.agreement = await agreeing.compare()
        failpoint("compared")
        if run.agreement.differ and not accept:
            run.stage = "differs"
            log.warning("view_differs_anew", service=self._service, view=view, differ=run.agreement.differ)
            return
        kept = (*placed.alias.kept, was)
        switched = placed.alias.model_copy(
            update={"generation": number, "since": self._clock.now(), "by": by, "beside": None, "kept": kept}
        )
        failpoint("before-switch")
        await one.take_over(await self._aliases.change(one.alias_name, placed, switched))
        failpoint("switched")
        run.stage = "live"
        log.info("view_switched", service=self._service, view=view, generation=number, by=by)
        await self.tidy()

    async def _begun(self, one: Generations[Any], by: str, afresh: bool) -> Placed:
        """The alias with a generation beside the live one, which this process fills."""
        await self._documents.declare(one.live.shelf.collection)
        placed = await one.look()
        alias, beside, now = placed.alias, placed.alias.beside, self._clock.now()
        self._must_be_nobodys(alias)
        meaning = meaning_of(one.projection)
        if beside is not None and (afresh or beside.meaning != meaning):
            await self._dropped(one, placed, (*alias.kept, beside.generation))
            placed = await one.look()
        elif alias.kept:
            await self._dropped(one, placed, alias.kept)
            placed = await one.look()
        alias, beside = placed.alias, placed.alias.beside
        if beside is None:
            number = alias.newest + 1
            beside = Beside(generation=number, meaning=meaning, begun=now, by=by, runner=self._runner, beat=now)
            alias = alias.model_copy(update={"newest": number, "beside": beside})
        else:
            alias = alias.model_copy(
                update={"beside": beside.model_copy(update={"runner": self._runner, "beat": now, "by": by})}
            )
        placed = await self._aliases.change(one.alias_name, placed, alias)
        await one.take_over(placed)
        failpoint("rebuild-begun")
        return placed

    async def _changed(self, one: Generations[Any], placed: Placed, **news: Any) -> Placed:
        """The alias with these news of what is beside; AliasMoved where it was taken from this process."""
        assert placed.alias.beside is not None  # noqa: S101 - there is one until it is switched to
        beside = placed.alias.beside.model_copy(update={"beat": self._clock.now(), **news})
        alias = placed.alias.model_copy(update={"beside": beside})
        placed = await self._aliases.change(one.alias_name, placed, alias)
        await one.take_over(placed)
        return placed

    # dropping

    async def _dropped(self, one: Generations[Any], placed: Placed, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Out of the alias first, so that nobody goes on with them; then the documents, page by page."""
        if not numbers:
            return ()
        beside = placed.alias.beside
        if beside is not None and beside.generation in numbers:
            alias = placed.alias.model_copy(update={"beside": None, "kept": numbers})
            placed = await self._aliases.change(one.alias_name, placed, alias)
            await one.take_over(placed)
        await self._until_others_have_noticed(placed.alias)
        for number in numbers:
            one.forget(number)
            await self._emptied(one.projection, number)
        left = tuple(number for number in placed.alias.kept if number not in numbers)
        await one.take_over(
            await self._aliases.change(one.alias_name, placed, placed.alias.model_copy(update={"kept": left}))
        )
        await self.tidy()
        return numbers

    async def _emptied(self, projection: Projection[Any], number: int) -> None:
        collection = projection.generation(number)
        await self._documents.declare(collection)
        while page := await self._documents.find(collection.name, None, "", _DROPPED_AT_ONCE):
            await self._documents.write([Delete(collection.name, one.id, one.revision) for one in page])
            failpoint("dropping")
            await asyncio.sleep(0)

    async def _until_others_have_noticed(self, alias: Alias) -> None:
        """Readers beside this process look now and then which documents are live: theirs must not vanish before."""
        if alias.since is not None:
            since = (self._clock.now() - alias.since).total_seconds()
            await asyncio.sleep(min(max(_NOTICED_WITHIN - since, 0.0), _NOTICED_WITHIN))

    # guards

    def _named(self, view: str) -> Generations[Any]:
        if view not in self._views:
            raise NotFound(f"{self._service} has no view {view}. It has {', '.join(sorted(self._views))}.")
        return self._views[view]

    def _must_rest(self, view: str) -> None:
        run = self._runs.get(view)
        if run is not None and (run.task is None or not run.task.done()):
            raise BeingRebuilt()

    def _must_be_nobodys(self, alias: Alias) -> None:
        if alias.beside is not None and self._alive_elsewhere(alias.beside):
            raise BeingRebuilt("Another process of this service is making this view anew: stop it there.")

    def _alive_elsewhere(self, beside: Beside) -> bool:
        if self._exclusive or beside.runner == self._runner:
            return False
        return self._clock.now() - beside.beat < _TAKEN_FOR_DEAD


def meaning_of(projection: Projection[Any]) -> str:
    """A digest of the files in which a projection's fold and document are written.

    What another meaning has half filled is not gone on with. What those files import is not looked at.
    """
    content = hashlib.sha256()
    for name in sorted({projection.fold.__module__, projection.document.__module__}):
        file = getattr(sys.modules.get(name), "__file__", None)
        if file:
            content.update(Path(file).read_bytes())
    return content.hexdigest()


def _beside(alias: Alias) -> tuple[int, ...]:
    return () if alias.beside is None else (alias.beside.generation,)
