"""The oracle: what is in the stores against what was acknowledged and what was read."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from deploy.embedded import EmbeddedSystem
from shared.commits import Commit, broken_links
from shared.decider import Decider
from shared.verifying import verify_store
from tests.faults.told import Told
from tests.faults.views import Looked, views_equal_fresh_fold
from tests.requests.allocation_world import Side, World

_NAMES_A_REMINDER = ("kind", "period_year", "due_on", "step_days")
TROUBLES = ("lost", "doubled", "torn", "wrong")


@dataclass
class Found:
    """What is amiss, in words. Lost: acknowledged and not there. Doubled: one command, two effects.
    Torn: half a commit, or a broken chain. Wrong: books, views, reads or answers that do not agree."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """Everything, each with its kind."""
        return [f"{kind}: {words}" for kind in TROUBLES for words in getattr(self, kind)]


Stores = dict[str, list[Commit]]


async def check(folder: Path, told: Told, raised: int = 0, views: bool = True) -> Found:
    """Hold the folder against what was told. Beside a running server, which must be settled for `views`."""
    system = EmbeddedSystem(folder, read_only=True)
    await system.start()
    try:
        return await examined(system, told, raised, views)
    finally:
        await system.stop()


async def examined(system: Looked, told: Told, raised: int = 0, views: bool = True, thorough: bool = True) -> Found:
    """Hold a settled system against what was told, however it runs.

    Not `thorough`: the chains as one scan of each store shows them, and not each commit by every way of reading.
    """
    found = Found()
    stores: Stores = {name: list(await store.scan(0, 10_000_000)) for name, store in system.stores.items()}
    for name, store in system.stores.items():
        found.torn += (await verify_store(name, store)).wrong if thorough else _broken_chains(stores[name])
    _commands_once(stores, found)
    _receipts_are_kept(stores, told, found)
    _reminders_once(stores, found)
    _reads_were_fresh(stores, told, found)
    found.wrong += told.strange
    # A history that is not whole need not fold at all.
    if views and not (found.torn or found.lost):
        found.wrong += await views_equal_fresh_fold(system, raised)
        found.wrong += _books(system, stores)
        parked = [p for service in system.services.values() for p in service.kit.parking.all()]
        found.wrong += [f"{one.follower} parked {one.stream}: {one.error}" for one in parked]
    return found


def _broken_chains(commits: list[Commit]) -> list[str]:
    streams: dict[str, list[Commit]] = {}
    for commit in commits:
        streams.setdefault(commit.stream, []).append(commit)
    return [fault for stream in streams.values() for fault in broken_links(stream)]


def _commands_once(stores: Stores, found: Found) -> None:
    ids = Counter(commit.command_id for commits in stores.values() for commit in commits)
    found.doubled += [f"command {id_} has {times} commits" for id_, times in ids.items() if times > 1]


def _receipts_are_kept(stores: Stores, told: Told, found: Found) -> None:
    by_place = {(name, one.stream, one.seq): one for name, commits in stores.items() for one in commits}
    by_command = {one.command_id: one for commits in stores.values() for one in commits}
    for key, receipts in told.receipts.items():
        sent = told.sent[key]
        for receipt in receipts:
            if not receipt.events:
                continue
            kept = by_place.get((sent.service, receipt.stream, receipt.seq))
            name = f"{key} {sent.path} -> {receipt.stream}@{receipt.seq}"
            if kept is None or kept.command_id != sent.command_id:
                found.lost.append(f"{name} was acknowledged, there is {kept and kept.command_id}")
            elif tuple(event.type for event in kept.events) != receipt.events:
                found.torn.append(f"{name} told {receipt.events}, kept {[event.type for event in kept.events]}")
        if len({(receipt.stream, receipt.seq) for receipt in receipts if receipt.events}) > 1:
            found.doubled.append(f"{key} has {len(receipts)} different receipts")
    for key, status in told.refused.items():
        if key not in told.receipts and told.sent[key].command_id in by_command:
            found.wrong.append(f"{key} was refused with {status}, and is in the store")


def _reminders_once(stores: Stores, found: Found) -> None:
    told = Counter(
        (commit.stream, event.type, *(str(event.data.get(part)) for part in _NAMES_A_REMINDER))
        for commit in stores["deadlines"]
        for event in commit.events
        if event.type.endswith("ReminderIssued")
    )
    found.doubled += [f"{reminder} went out {times} times" for reminder, times in told.items() if times > 1]


def _reads_were_fresh(stores: Stores, told: Told, found: Found) -> None:
    """Requests show the mark of their newest revision; what was paid on a pledge only grows."""
    marks: dict[str, dict[str, int]] = {}
    paid: dict[tuple[str, int], Decimal] = {}
    for commit in stores["requests"]:
        for event in commit.events:
            if event.type in ("RequestSubmitted", "RequestRevised"):
                marks.setdefault(commit.stream, {})[event.data["content"]["obstacle"]] = commit.seq
    sums: dict[str, Decimal] = {}
    for commit in stores["pledges"]:
        for event in commit.events:
            if event.type == "Disbursed":
                sums[commit.stream] = sums.get(commit.stream, Decimal()) + Decimal(event.data["amount"]["amount"])
        paid[(commit.stream, commit.seq)] = sums.get(commit.stream, Decimal())
    for read in told.reads:
        if read.stream.startswith("request-"):
            known = marks.get(read.stream, {})
            least = max((seq for seq in known.values() if seq <= read.seq), default=0)
            stale = known.get(read.shown, 0) < least
        else:
            stale = Decimal(read.shown) < paid.get((read.stream, read.seq), Decimal())
        if stale:
            found.wrong.append(f"{read.stream} was read after {read.seq} and showed {read.shown!r}")


def _books(system: Looked, stores: Stores) -> list[str]:
    """What requests hold of pledges is what the pledges' own books say, and so do the pages."""
    world = World()
    for side, category in ((world.requests, "request"), (world.pledges, "pledge")):
        _fill(side, system.handlers[category].decider, stores[side.topic])
    try:
        world.must_hold()
        world.must_agree()
        world.pages_must_show_it()
    except AssertionError as error:
        return [f"the books do not agree: {error}"]
    return []


def _fill(side: Side, decider: Decider[Any, Any, Any], commits: list[Commit]) -> None:
    kinds = {kind.__name__: kind for kind in decider.events}
    for commit in commits:
        if commit.category != decider.category:
            continue
        identity = commit.stream.partition("-")[2]
        events = tuple(kinds[record.type].model_validate(record.data) for record in commit.events)
        side.log.setdefault(identity, []).append(events)
        side.states[identity] = decider.fold(events, side.state(identity))
