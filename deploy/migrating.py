"""A history and its people's keys from one kind of installation to another, to the letter; nothing is changed.

Views, timers, parked streams and consumers' places are not copied: all of them are made from the events, and
a command that was done before is known by its id, so that hearing everything again has no second effect.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from deploy.migrating_keys import KeyringsDiffer, Keys, compare_keys, copy_keys
from shared.commits import Chain, Commit
from shared.eventstore import Adopting, CommandDone, SeqTaken
from shared.fictional import names_fictional_state
from shared.heads import Head, Heads
from shared.privacy import Keyring

Progress = Callable[[int, int | None], None]
"""Told the number done, and the number there is where that is known."""
Phase = Callable[[str], AbstractContextManager[Progress]]
"""Begins a part of the work, in words for whoever waits."""


class CannotMigrate(Exception):
    """Why it is not done, and what to do about it."""


@dataclass(frozen=True)
class Side:
    """Where it comes from or goes to, in the words of `name`: each service's store and keyring. `page`: how many
    commits are read at once."""

    name: str
    stores: Mapping[str, Adopting]
    keyrings: Mapping[str, Keyring]
    page: int = 2_000


@dataclass
class Told:
    """What one service's store holds. `fictional`: a fictional State is named in it."""

    commits: int = 0
    heads: dict[str, Head] = field(default_factory=dict)
    fictional: bool = False


@dataclass(frozen=True)
class Plan:
    """What is on both sides before anything is written, by service: the target holds a part of the source."""

    source: Mapping[str, Told]
    target: Mapping[str, Told]
    keys: Mapping[str, Keys]

    @property
    def commits(self) -> int:
        """That the source has."""
        return sum(one.commits for one in self.source.values())

    @property
    def missing(self) -> int:
        """Commits that the target does not have yet."""
        return self.commits - sum(one.commits for one in self.target.values())

    @property
    def heads(self) -> Heads:
        """The newest commit of every stream of the source, by service."""
        return heads_of(self.source)

    @property
    def fictional(self) -> bool:
        """Whether fictional States are named, as only an exercise does."""
        return any(one.fictional for one in self.source.values())


def heads_of(told: Mapping[str, Told]) -> Heads:
    """Of all services."""
    return Heads({name: one.heads for name, one in told.items()})


async def planned(source: Side, target: Side, phase: Phase) -> Plan:
    """Read both. CannotMigrate where the source is empty or broken, or the target holds something else."""
    with phase("Reading") as progress:
        there = await _read(target, progress, {})
        here = await _read(source, progress, there)
    keys = {name: await compare_keys(source.keyrings[name], target.keyrings[name]) for name in source.stores}
    plan = Plan(here, there, keys)
    if not plan.commits:
        raise CannotMigrate(f"nothing was ever recorded in {source.name}: is that its name?")
    if strangers := [f"{name}/{subject}" for name, one in keys.items() for subject in one.foreign]:
        raise CannotMigrate(
            f"{target.name} holds keys of people that {source.name} does not know ({strangers[0]}): it holds "
            "something else. Name one that is empty"
        )
    return plan


async def migrated(source: Side, target: Side, plan: Plan, phase: Phase) -> Mapping[str, Told]:
    """Copy what is missing, then hold both sides against each other; what the target holds now.

    Stopped at any moment, it can be begun again with a new plan: it goes on where it was. CannotMigrate
    where the source was written meanwhile, or another commit is met at a place: behind it nothing is written.
    """
    if any(one.living or one.gone for one in plan.keys.values()):
        # Before the events: whoever is named in one can then be read, or was forgotten.
        with phase("Copying keys") as progress:
            await _copy_keys(source, target, plan, progress)
    with phase("Copying") as progress:
        done = 0
        progress(done, plan.missing)
        for name in source.stores:
            done = await _copy(name, source, target, plan, progress, done)
    with phase("Comparing") as progress:
        after = await _read(source, lambda done, _: progress(done, 2 * plan.commits), {})
        there = await _read(target, lambda done, _: progress(plan.commits + done, 2 * plan.commits), {})
    _must_have_rested(source, plan.source, after)
    _must_be_the_same(target, plan.source, there)
    for name in source.stores:
        keys = await compare_keys(source.keyrings[name], target.keyrings[name])
        if keys.missing or keys.foreign:
            raise CannotMigrate(f"keys of people of {name} came or went meanwhile: {_AGAIN}")
    return there


_AGAIN = "stop the services and run it again; it takes only the rest"


async def _read(side: Side, progress: Progress, expected: Mapping[str, Told]) -> dict[str, Told]:
    """What the side's stores hold, each chain checked. With `expected` heads, each must be met on the way."""
    told: dict[str, Told] = {}
    done = 0
    for name in side.stores:
        told[name] = one = Told()
        chains: dict[str, Chain] = {}
        unmet = dict(expected[name].heads) if name in expected else {}
        async for page in _pages(side, name):
            for commit in page:
                if wrong := chains.setdefault(commit.stream, Chain()).broken_by(commit):
                    raise CannotMigrate(f"the history in {side.name} is not sound: {name}/{wrong[0]}")
                one.fictional = one.fictional or _is_fictional(commit)
                head = unmet.get(commit.stream)
                if head is not None and head.seq == commit.seq:
                    if head.hash != commit.hash:
                        raise CannotMigrate(_stranger(name, commit.stream, head.seq))
                    del unmet[commit.stream]
            one.commits += len(page)
            done += len(page)
            progress(done, None)
        if unmet:
            stream, head = next(iter(sorted(unmet.items())))
            raise CannotMigrate(_stranger(name, stream, head.seq))
        one.heads = {stream: Head(chain.seq, chain.hash) for stream, chain in chains.items()}
    return told


async def _copy_keys(source: Side, target: Side, plan: Plan, progress: Progress) -> None:
    total = sum(one.missing for one in plan.keys.values())
    done = 0
    progress(done, total)
    for name in source.stores:
        try:
            async for _ in copy_keys(source.keyrings[name], target.keyrings[name]):
                done += 1
                progress(done, max(done, total))
        except KeyringsDiffer as differ:
            raise CannotMigrate(f"{target.name} holds something else: for {name} {differ}") from None


async def _copy(name: str, source: Side, target: Side, plan: Plan, progress: Progress, done: int) -> int:
    heads, there = plan.source[name].heads, plan.target[name].heads
    async for page in _pages(source, name):
        missing = [commit for commit in page if _is_missing(commit, heads, there)]
        if missing:
            try:
                await target.stores[name].adopt(missing)
            except SeqTaken as taken:
                raise CannotMigrate(_stranger(name, taken.stream, taken.seq)) from None
            except CommandDone as known:
                raise CannotMigrate(_stranger(name, known.commit.stream, known.commit.seq)) from None
            done += len(missing)
            progress(done, plan.missing)
    return done


def _is_missing(commit: Commit, heads: Mapping[str, Head], there: Mapping[str, Head]) -> bool:
    """Whether it belongs to what was planned, and the target does not have it: what comes later is left to the
    next run, so that both sides are held against one moment."""
    head, has = heads.get(commit.stream), there.get(commit.stream)
    return head is not None and (has.seq if has else 0) < commit.seq <= head.seq


async def _pages(side: Side, name: str) -> AsyncIterator[Sequence[Commit]]:
    after = 0
    while page := await side.stores[name].scan(after, side.page):
        yield page
        after = page[-1].position


def _must_have_rested(source: Side, before: Mapping[str, Told], after: Mapping[str, Told]) -> None:
    if heads_of(before) != heads_of(after):
        more = sum(one.commits for one in after.values()) - sum(one.commits for one in before.values())
        raise CannotMigrate(f"{more:,} commits were recorded in {source.name} meanwhile: {_AGAIN}")


def _must_be_the_same(target: Side, source: Mapping[str, Told], there: Mapping[str, Told]) -> None:
    for name, one in source.items():
        found = there[name]
        if found.heads != one.heads or found.commits != one.commits:
            streams = sorted(s for s in {*one.heads, *found.heads} if one.heads.get(s) != found.heads.get(s))
            raise CannotMigrate(
                f"{target.name} does not hold the same as the source: {name}/{streams[0] if streams else ''} differs. "
                "Is somebody writing there? Stop the services on it and begin again with an empty one"
            )


def _stranger(service: str, stream: str, seq: int) -> str:
    return (
        f"the target holds another commit than the source at {service}/{stream}@{seq}, so it holds something "
        "else. Nothing more is written: name a target that is empty, or holds an earlier migration of the same"
    )


def _is_fictional(commit: Commit) -> bool:
    return any(names_fictional_state(record.data) for record in commit.events)
