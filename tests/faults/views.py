"""Every view against a fresh fold of the stores: the proof that a view is nothing but its events."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from shared.commits import Commit
from shared.eventstore import EventStore
from shared.handling import Handler
from shared.kit import Kit, Service
from shared.projection import Projection
from shared.rebuilding.alias import live_generation


class Looked(Protocol):
    """A system to look into: its services, and the stores of all of them."""

    @property
    def services(self) -> Mapping[str, Service]: ...

    @property
    def stores(self) -> Mapping[str, EventStore]: ...

    @property
    def handlers(self) -> Mapping[str, Handler[Any, Any, Any]]: ...


async def views_equal_fresh_fold(system: Looked, raised: int = 0) -> list[str]:
    """Where a live document differs from what its stream folds to, in words; empty when all agree.

    The system must be settled. A stream that is parked for a projection is compared as far as that
    projection took it. `raised`: compare the documents of so many versions later.
    """
    wrong: list[str] = []
    topics = {name: await _by_category(store) for name, store in system.stores.items()}
    for service in system.services.values():
        kit = service.kit
        for projection in kit.projections:
            streams = topics[projection.topic or kit.name].get(projection.category, {})
            wrong += await _compared(kit, replace(projection, version=projection.version + raised), streams)
    return wrong


async def _by_category(store: EventStore) -> dict[str, dict[str, list[Commit]]]:
    categories: dict[str, dict[str, list[Commit]]] = {}
    after = 0
    while page := await store.scan(after, 10_000):
        for commit in page:
            categories.setdefault(commit.category, {}).setdefault(commit.stream, []).append(commit)
        after = page[-1].position
    return categories


async def _compared(kit: Kit, projection: Projection[Any], streams: dict[str, list[Commit]]) -> list[str]:
    stored = await _stored(kit, projection)
    follower = projection.follower(await live_generation(kit.documents, projection))
    wrong = []
    for stream, commits in streams.items():
        parked = kit.parking.from_seq(follower, stream)
        seen = [commit for commit in commits if parked is None or commit.seq < parked]
        document = projection.folded(None, seen, projection.topic or kit.name)
        fresh = {"v": len(seen), "doc": _read(projection, document and document.model_dump(mode="json"))}
        found = stored.pop(stream.partition("-")[2], {"v": 0, "doc": None})
        if found != fresh:
            wrong.append(_difference(f"{kit.name}: {projection.collection.name} of {stream}", found, fresh))
    wrong += [f"{kit.name}: {projection.collection.name} has {id_}, of which no event tells" for id_ in stored]
    return wrong


async def _stored(kit: Kit, projection: Projection[Any]) -> dict[str, dict[str, Any]]:
    collection = projection.generation(await live_generation(kit.documents, projection))
    await kit.documents.declare(collection)
    found: dict[str, dict[str, Any]] = {}
    after = ""
    while page := await kit.documents.find(collection.name, after=after, limit=1_000):
        found.update({one.id: {"v": one.body["v"], "doc": _read(projection, one.body["doc"])} for one in page})
        after = page[-1].id
    return found


def _read(projection: Projection[Any], raw: Any) -> Any:
    """As a model, not as JSON: sets are written in another order by each process."""
    return None if raw is None else projection.document.model_validate(raw)


def _difference(name: str, found: dict[str, Any], fresh: dict[str, Any]) -> str:
    if found["v"] != fresh["v"]:
        return f"{name}: has seen {found['v']} commits of {fresh['v']}"
    was, should = dict(found["doc"] or {}), dict(fresh["doc"] or {})
    fields = sorted(field for field in {*was, *should} if was.get(field) != should.get(field))
    return f"{name}: differs in {', '.join(fields) or 'whether there is anything'}"
