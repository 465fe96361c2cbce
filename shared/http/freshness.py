"""How far what is read here lags behind what was recorded: for pages and programs that say so."""

from fastapi import APIRouter
from pydantic import BaseModel

from shared.documents import DocumentsUnavailable
from shared.eventstore import StoreUnavailable
from shared.kit import Kit
from shared.log import LogUnavailable


class Freshness(BaseModel):
    """`waiting`: commits that are recorded and not yet shown. `behind_seconds`: how long the oldest of them has
    waited, at most; 0 where nothing waits. None where it cannot be told at the moment."""

    waiting: int | None
    behind_seconds: float | None


def routes(kit: Kit) -> APIRouter:
    """How fresh a service's answers are, for everybody."""
    router = APIRouter(prefix="/operations", tags=["operations"])

    @router.get("/freshness")
    async def freshness() -> Freshness:
        """How far the answers of this service lag behind what was recorded, over all that it follows."""
        try:
            behind = await kit.behind()
        except (LogUnavailable, StoreUnavailable, DocumentsUnavailable):
            behind = None
        if behind is None:
            return Freshness(waiting=None, behind_seconds=None)
        waiting, seconds = behind
        return Freshness(waiting=waiting, behind_seconds=None if seconds is None else round(seconds, 1))

    return router
