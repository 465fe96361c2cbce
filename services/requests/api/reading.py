"""What can be read of requests: by everybody what is public, by its State and the ISU the rest."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.requests.domain.content import Article, NeedKind, ObstacleSize, Treaty
from services.requests.views.private import DraftShown
from services.requests.views.request import RequestShown, Status
from shared.countries import Iso3
from shared.http.past import NoSuchDay, When
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.messages import NotFound
from shared.text import Identity
from shared.views import Page, View

OpenOnly = Annotated[bool, Query(description="Only requests that still lack something")]


def routes(requests: View[RequestShown], drafts: View[DraftShown]) -> APIRouter:
    """Lists and single requests."""
    router = APIRouter(tags=["requests"])

    @router.get("", responses=problems(NoSuchDay))
    async def requests_found(
        read: Reader,
        when: When,
        state: Iso3 | None = None,
        status: Status | None = None,
        treaty: Treaty | None = None,
        article: Article | None = None,
        kind: NeedKind | None = None,
        obstacle_size: ObstacleSize | None = None,
        open_only: OpenOnly = False,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[RequestShown]:
        """Public requests; each filter narrows the list. Treaty and article must meet in one obligation.

        As of an earlier day: those that were public then, with their lines and their standing of then.
        """

        def wanted(request: RequestShown) -> bool:
            return (
                any(
                    treaty in (None, duty.treaty) and article in (None, duty.article)
                    for duty in request.content.obligations
                )
                and (kind is None or any(need.kind == kind for need in request.content.needs))
                and obstacle_size in (None, request.content.obstacle_size)
                and (not open_only or request.status in ("submitted", "partly_met"))
            )

        return await requests.find({"state": state, "status": status}, cursor, limit, read.after, wanted, when)

    @router.get("/drafts")
    async def drafts_found(
        read: Reader, state: Iso3 | None = None, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[DraftShown]:
        """Drafts: a State sees its own, the ISU all."""
        read.caller.must_be("state", "isu")
        return await drafts.find(
            {"state": state}, cursor, limit, read.after, keep=lambda draft: read.caller.acts_for(draft.state)
        )

    @router.get("/{id}", responses=problems(NoSuchDay))
    async def one_request(id: Identity, read: Reader, when: When) -> RequestShown:
        """A public request with its lines, allocations and what went back."""
        return await requests.get(id, after=read.after, on=when)

    @router.get("/{id}/draft")
    async def one_draft(id: Identity, read: Reader) -> DraftShown:
        """A draft, for its State and the ISU."""
        draft = await drafts.peek(id, after=read.after)
        if draft is None or not read.caller.acts_for(draft.state):
            raise NotFound(f"There is no draft named {id!r} that you may see.")
        return draft

    return router
