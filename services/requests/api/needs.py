"""Needs read in sources: recorded by the ISU, read by everybody."""

from fastapi import APIRouter

from services.requests.domain.content import Article
from services.requests.domain.need import Basis, Need, NeedRecorded, RecordNeed, name_of
from services.requests.views.need import NeedShown
from shared.countries import Iso3
from shared.handling import Handler
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View


def routes(needs: Handler[RecordNeed, NeedRecorded, Need], shown: View[NeedShown]) -> APIRouter:
    """Below `/needs`, so these come before the routes that take a request's name."""
    router = APIRouter(prefix="/needs", tags=["needs"])

    @router.post("", status_code=201)
    async def record(body: RecordNeed, write: Write) -> Receipt:
        """Keep a need with its source; the same statement twice is kept once."""
        write.caller.must_be("isu")
        return await write.send(needs, name_of(body), body)

    @router.get("")
    async def needs_found(
        read: Reader,
        state: Iso3 | None = None,
        treaty: str | None = None,
        article: Article | None = None,
        basis: Basis | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[NeedShown]:
        """Needs as sources give them; a plan and its parts both stand there: never add them."""
        where = {"state": state, "treaty": treaty, "article": article, "basis": basis}
        return await shown.find(where, cursor, limit, read.after)

    @router.get("/{id}")
    async def one_need(id: Identity, read: Reader) -> NeedShown:
        """One recorded need."""
        return await shown.get(id, after=read.after)

    return router
