"""What can be read of pledges: by everybody what is public, by the donor and the ISU the drafts."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.pledges.domain.terms import Treaty
from services.pledges.views.donor import PledgeDraft
from services.pledges.views.pledge import PledgeShown, Status
from services.pledges.views.run import Run, run_of
from shared.countries import Iso3
from shared.http.past import NoSuchDay, When
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.messages import NotFound
from shared.text import Identity
from shared.views import Page, View

RunName = Annotated[str, Query(min_length=1, max_length=300, description="What the pledges of the run have in common")]


def routes(pledges: View[PledgeShown], drafts: View[PledgeDraft]) -> APIRouter:
    """Lists and single pledges."""
    router = APIRouter(tags=["pledges"])

    @router.get("", responses=problems(NoSuchDay))
    async def pledges_found(
        read: Reader,
        when: When,
        donor: Identity | None = None,
        status: Status | None = None,
        request: Annotated[Identity | None, Query(description="Any of its targets is a line of this request")] = None,
        coalition: Identity | None = None,
        project: Identity | None = None,
        state: Iso3 | None = None,
        treaty: Treaty | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[PledgeShown]:
        """Public pledges; each filter narrows the list. As of an earlier day: as far as they had come then."""

        def wanted(pledge: PledgeShown) -> bool:
            return (
                (request is None or pledge.concerns(request))
                and coalition in (None, pledge.target.coalition)
                and project in (None, pledge.target.project)
                and state in (None, pledge.target.state)
                and treaty in (None, pledge.target.treaty)
            )

        return await pledges.find({"donor": donor, "status": status}, cursor, limit, read.after, wanted, when)

    @router.get("/drafts")
    async def drafts_found(
        read: Reader, donor: Identity | None = None, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[PledgeDraft]:
        """Drafts: a donor sees its own, the ISU all."""
        read.caller.must_be("donor", "isu")
        return await drafts.find(
            {"donor": donor}, cursor, limit, read.after, keep=lambda draft: read.caller.acts_as_donor(draft.donor)
        )

    @router.get("/runs")
    async def run_as_one_line(read: Reader, donor: Identity, run: RunName) -> Run:
        """A run of yearly pledges to the same thing, as one line with its years."""
        found: list[PledgeShown] = []
        cursor = None
        while True:
            page = await pledges.find({"donor": donor, "run": run}, cursor, 200, read.after)
            found += page.items
            if (cursor := page.next) is None:
                return run_of(donor, run, found)

    @router.get("/{id}", responses=problems(NoSuchDay))
    async def one_pledge(id: Identity, read: Reader, when: When) -> PledgeShown:
        """A public pledge with its ladder, its tranches and where its money stands."""
        return await pledges.get(id, after=read.after, on=when)

    @router.get("/{id}/draft")
    async def one_draft(id: Identity, read: Reader) -> PledgeDraft:
        """A draft, for its donor and the ISU."""
        draft = await drafts.peek(id, after=read.after)
        if draft is None or not read.caller.acts_as_donor(draft.donor):
            raise NotFound(f"There is no draft named {id!r} that you may see.")
        return draft

    return router
