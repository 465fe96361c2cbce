"""Do two generations of a view say the same? Reads only, while both are written."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from shared.documents import Documents, Stored
from shared.log import EventLog
from shared.messages import Value
from shared.money import STORED
from shared.parking import Parking
from shared.projection import Projection

_PAGE = 100
_MOST_NAMED = 100


class Agreement(Value):
    """What came of it. `documents` there are in the new generation.

    `behind`: those of which the live one had seen less, without saying otherwise. `differ`: those that
    say otherwise, `differences` in words (the first hundred).
    """

    documents: int = 0
    behind: int = 0
    differ: int = 0
    differences: tuple[str, ...] = ()


class Agreeing:
    """Holds generation `anew` against generation `live`, which may be written by others meanwhile."""

    def __init__(
        self,
        projection: Projection[Any],
        topic: str,
        documents: Documents,
        log: EventLog,
        parking: Parking,
        live: int,
        anew: int,
    ) -> None:
        self._projection = projection
        self._topic = topic
        self._documents = documents
        self._log = log
        self._parking = parking
        self._live = projection.generation(live).name
        self._anew = projection.generation(anew).name
        self._follower = projection.follower(anew)

    async def compare(self) -> Agreement:
        """Every document of both, by the commits that it has seen: after the same ones it must say the same."""
        documents = behind = differ = 0
        differences: list[str] = []
        async for id_, was, now in self._pairs():
            documents += now is not None
            if was is not None and now is not None and was.body == now.body:
                continue
            verdict = await self._judged(id_)
            behind += verdict is None
            if verdict:
                differ += 1
                if len(differences) < _MOST_NAMED:
                    differences.append(f"{id_} {verdict}")
        return Agreement(documents=documents, behind=behind, differ=differ, differences=tuple(differences))

    async def _pairs(self) -> AsyncIterator[tuple[str, Stored | None, Stored | None]]:
        """Both collections side by side, by id."""
        all_was, all_now = self._stored(self._live), self._stored(self._anew)
        was, now = await anext(all_was, None), await anext(all_now, None)
        while was is not None or now is not None:
            id_ = min(one.id for one in (was, now) if one is not None)
            mine = was if was is not None and was.id == id_ else None
            other = now if now is not None and now.id == id_ else None
            yield id_, mine, other
            if mine is not None:
                was = await anext(all_was, None)
            if other is not None:
                now = await anext(all_now, None)

    async def _stored(self, collection: str) -> AsyncIterator[Stored]:
        after = ""
        while page := await self._documents.find(collection, None, after, _PAGE):
            for stored in page:
                yield stored
            after = page[-1].id
            await asyncio.sleep(0)

    async def _judged(self, id_: str) -> str | None:
        """How the two differ, in words; blank where they agree, None where the live one is merely behind."""
        # The live one first: what is written meanwhile is in the new one before it is in the live one.
        was = (await self._documents.get(self._live, [id_])).get(id_)
        now = (await self._documents.get(self._anew, [id_])).get(id_)
        was_body: Mapping[str, Any] = was.body if was else {"v": 0, "doc": None}
        now_body: Mapping[str, Any] = now.body if now else {"v": 0, "doc": None}
        seen, there = int(was_body["v"]), int(now_body["v"])
        if there < seen:
            stream = f"{self._projection.category}-{id_}"
            at = self._parking.from_seq(self._follower, stream)
            why = f", parked at commit {at}" if at else ""
            return f"has seen commit {seen}, made anew it has seen {there}{why}"
        if there == seen:
            return "" if self._same(was_body, now_body) else self._told(was_body, now_body)
        try:
            forward = await self._forward(id_, was_body, seen, there)
        except Exception as error:
            return f"cannot be folded on from commit {seen} ({type(error).__name__})"
        return None if self._same(forward, now_body) else self._told(forward, now_body)

    async def _forward(self, id_: str, body: Mapping[str, Any], seen: int, there: int) -> Mapping[str, Any]:
        """What the live document will say when it has seen as much."""
        commits = await self._log.read_stream(self._topic, f"{self._projection.category}-{id_}", seen)
        document = None if body["doc"] is None else self._document(body["doc"])
        later = [commit for commit in commits if commit.seq <= there]
        plain: Mapping[str, Any] = orjson.loads(
            orjson.dumps(self._projection.body(there, self._projection.folded(document, later, self._topic)))
        )
        return plain

    def _same(self, was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
        if was == now:
            return True
        if any(was.get(name) != now.get(name) for name in {*was, *now} - {"doc"}):
            return False
        try:
            # As models: a set is written in another order by each process.
            return (
                was["doc"] is not None
                and now["doc"] is not None
                and self._document(was["doc"]) == self._document(now["doc"])
            )
        except ValidationError:
            return False

    def _document(self, plain: Any) -> BaseModel:
        document: BaseModel = self._projection.document.model_validate(plain, context=STORED)
        return document

    def _told(self, was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
        return f"differs in {fields_that_differ(was, now)}"


def fields_that_differ(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The fields of two stored documents that do not say the same, by name."""
    one, other = was.get("doc") or {}, now.get("doc") or {}
    names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    return ", ".join(names) or "the fields it is found by"
