"""Partnerships as reported, over HTTP: the baseline of COA-3."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.coalitions.domain.partnership import Called, Partnership, PartnershipRecorded, RecordPartnership
from services.coalitions.views.partnership import PartnershipPage
from shared.countries import Iso3
from shared.handling import Handler
from shared.http.past import NoSuchDay, When
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View


def routes(
    partnerships: Handler[RecordPartnership, PartnershipRecorded, Partnership], pages: View[PartnershipPage]
) -> APIRouter:
    """Everything about partnerships that sources report."""
    router = APIRouter(prefix="/partnerships", tags=["partnerships"])

    @router.get("", responses=problems(NoSuchDay))
    async def all_partnerships(
        read: Reader,
        when: When,
        state: Annotated[Iso3 | None, Query(description="The affected State")] = None,
        called: Annotated[Called | None, Query(description="What the source calls it")] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[PartnershipPage]:
        """Partnerships, all or of one State or kind; as far as their sources had spoken by the day asked about."""
        return await pages.find({"state": state, "called": called}, cursor, limit, read.after, on=when)

    @router.get("/{id}")
    async def one(id: Identity, read: Reader) -> PartnershipPage:
        """One partnership, with everything that was said about it."""
        return await pages.get(id, after=read.after)

    @router.post("/{id}/statements", status_code=201)
    async def record(id: Identity, body: RecordPartnership, write: Write) -> Receipt:
        """Record what a source says; for the ISU and coordinators."""
        write.caller.must_be("isu", "coordinator")
        return await write.send(partnerships, id, body)

    return router
