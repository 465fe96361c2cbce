"""Do the live documents say what the events say? Each is held against a fresh fold. Reads only.

A document is folded anew up to the commit that it has seen, so a service may go on writing meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import BaseModel

from shared.commits import Commit
from shared.documents import Collection, Documents
from shared.eventstore import EventStore
from shared.projection import Projection
from shared.rebuilding.agreeing import fields_that_differ
from shared.rebuilding.alias import live_generation

_PAGE = 500
_MOST_NAMED = 100
_BUILT = Collection("built")
_PLACES = Collection("places")


@dataclass(frozen=True)
class ViewCompared:
    """What was found for one view. `behind` documents have commits to come, as is usual beside a writer.

    `made` False: its documents were never made here. `differences` in words (the first hundred).
    """

    view: str
    made: bool
    documents: int = 0
    behind: int = 0
    differences: tuple[str, ...] = ()


@dataclass
class _Fresh:
    """One document's fold on its way to what the document has seen."""

    v: int = 0
    document: BaseModel | None = None
    fault: str = ""
    must_reach: int = 0
    newest: int = 0
    stored: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """The last commit that the stored document has seen; 0 where there is none."""
        return int(self.stored.get("v", 0))


async def compare_view(
    service: str, projection: Projection[Any], documents: Documents, store: EventStore
) -> ViewCompared:
    """Hold every document of this view against its events; `store` is that of the view's topic."""
    live = await live_generation(documents, projection)
    collection = projection.generation(live)
    name = collection.name
    view, topic = f"{service}/{projection.name}", projection.topic or service
    for needed in (_BUILT, _PLACES, collection):
        await documents.declare(needed)
    if live == 1 and not await documents.get(_BUILT.name, [name]):
        return ViewCompared(view, made=False)
    # In this order: what was taken before is in the documents, what they have seen is in the store.
    place = (await documents.get(_PLACES.name, [f"{service}.{topic}"])).get(f"{service}.{topic}")
    taken = int(place.body["position"]) if place else 0
    fresh: dict[str, _Fresh] = {}
    after = ""
    while page := await documents.find(name, None, after, _PAGE):
        for one in page:
            fresh[one.id] = _Fresh(stored=one.body)
        after = page[-1].id
    count, position = len(fresh), 0
    while commits := await store.scan(position, _PAGE):
        for commit in commits:
            if commit.category == projection.category:
                identity = commit.stream.partition("-")[2]
                _take(projection, topic, fresh.setdefault(identity, _Fresh()), commit, taken)
        position = commits[-1].position
    found = [f"{view}/{id_}: {what}" for id_, one in sorted(fresh.items()) if (what := _difference(projection, one))]
    behind = sum(one.seen < one.newest for one in fresh.values())
    return ViewCompared(view, True, count, behind, tuple(found[:_MOST_NAMED]))


def _take(projection: Projection[Any], topic: str, fresh: _Fresh, commit: Commit, taken: int) -> None:
    fresh.newest = commit.seq
    if commit.position <= taken:
        fresh.must_reach = commit.seq
    if commit.seq > fresh.seen or fresh.fault:
        return
    try:
        fresh.document = projection.folded(fresh.document, [commit], topic)
    except Exception as error:
        fresh.fault = f"commit {commit.seq} cannot be folded ({type(error).__name__})"
    fresh.v = commit.seq


def _difference(projection: Projection[Any], fresh: _Fresh) -> str:
    if fresh.fault:
        return fresh.fault
    if fresh.seen > fresh.v:
        return f"has seen commit {fresh.seen}, the events end at {fresh.v}"
    if fresh.seen < fresh.must_reach:
        return f"was told up to commit {fresh.must_reach} and shows {fresh.seen}"
    if not fresh.stored:
        return ""
    expected = orjson.loads(orjson.dumps(projection.body(fresh.v, fresh.document)))
    if expected == fresh.stored:
        return ""
    return f"differs from its events in {fields_that_differ(fresh.stored, expected)}"
