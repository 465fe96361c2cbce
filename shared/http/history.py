"""The history of any stream of a service, and what waits for an operator."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from shared.commits import Commit
from shared.http.reading import Limit, Reader
from shared.http.writing import Write
from shared.kit import Kit
from shared.messages import Event, NotFound
from shared.parking import Parked
from shared.receipts import seen

StreamName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}-[A-Za-z0-9._~-]{1,160}$", description="`category-id`")]


class HistoryEvent(BaseModel):
    """One thing that happened. `link` names it; `at` is when it was recorded here (UTC)."""

    link: str
    type: str
    schema_version: int
    at: datetime
    actor: str
    data: dict[str, Any]


class History(BaseModel):
    """A stream's events, oldest first; `next_after` continues it."""

    stream: str
    events: list[HistoryEvent]
    next_after: int | None


def routes(kit: Kit) -> APIRouter:
    """History for everybody (published events), parked streams for the ISU."""
    router = APIRouter(tags=["history"])

    @router.get("/history/{stream}")
    async def history(
        stream: StreamName, read: Reader, limit: Limit = 100, from_commit: Annotated[int, Query(ge=0, le=10**9)] = 0
    ) -> History:
        """Every event of a stream that the caller may see, in the order in which it was recorded."""
        # Read from the store itself, so it is always fresh; a token that is none is refused all the same.
        list(seen(read.after))
        category = stream.partition("-")[0]
        handler = kit.handlers.get(category)
        commits = await kit.store.read(stream, from_commit) if handler else []
        # What is not known to be published is not shown: a type that has left the code was perhaps a draft.
        published = {kind.__name__ for kind in handler.codec.types if not _is_hidden(kind)} if handler else set()
        everything = read.caller.role == "isu"
        events = [
            HistoryEvent(
                link=f"{kit.name}/{stream}@{commit.seq}.{n}",
                type=record.type,
                schema_version=record.schema,
                at=commit.at,
                actor=commit.actor if everything else _without_subject(commit.actor),
                data=dict(record.data),
            )
            for commit in commits[:limit]
            for n, record in enumerate(commit.events, start=1)
            if everything or record.type in published
        ]

        def is_shown(commit: Commit) -> bool:
            return any(everything or record.type in published for record in commit.events)

        whole = commits if from_commit == 0 or any(map(is_shown, commits)) else await kit.store.read(stream, 0)
        # Wherever one begins to read: an unpublished draft is not told from nothing at all.
        if not handler or not any(map(is_shown, whole)):
            raise NotFound(f"There is no history of {stream!r} here.")
        return History(
            stream=stream, events=events, next_after=commits[limit - 1].seq if len(commits) > limit else None
        )

    @router.get("/parked")
    async def parked(read: Reader) -> list[Parked]:
        """Streams that a follower could not deal with; for the ISU."""
        read.caller.must_be("isu")
        return kit.parking.all()

    @router.post("/parked/{follower}/{stream}/retry")
    async def retry(follower: Annotated[str, Path(max_length=100)], stream: StreamName, write: Write) -> Parked:
        """Try a parked stream again, from where it failed; for the ISU."""
        write.caller.must_be("isu")
        return await kit.retry(follower, stream)

    return router


def _without_subject(actor: str) -> str:
    """Role and scope of `state:LAO:desk-1`, which the public may know; who it was is for the ISU."""
    role, *rest = actor.split(":")
    if role == "system":
        return actor
    return ":".join((role, *rest[:1])) if role in ("state", "donor") else role


def _is_hidden(kind: type[Any]) -> bool:
    return issubclass(kind, Event) and not kind.published
