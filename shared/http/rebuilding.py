"""For operators: how each view stands, and having one made anew beside the live one. See docs/adr/0008."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from shared.http.calling import SignedIn
from shared.kit import Kit
from shared.rebuilding import Rebuild

ViewName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="As the list of views has it")]


class Begin(BaseModel):
    """`accept`: read the new documents although they differ. `afresh`: do not go on with what is half filled."""

    model_config = ConfigDict(extra="forbid")
    accept: bool = False
    afresh: bool = False


class Dropped(BaseModel):
    """The generations whose documents were removed."""

    dropped: tuple[int, ...]


def routes(kit: Kit) -> APIRouter:
    """The views of one service, for the ISU."""
    router = APIRouter(prefix="/operations/views", tags=["operations"])

    @router.get("")
    async def views(caller: SignedIn) -> list[Rebuild]:
        """Every view of this service: which generation is read, and what is being made; for the ISU."""
        caller.must_be("isu")
        return [await kit.rebuilds.told(one.name) for one in kit.projections]

    @router.get("/{view}/rebuild")
    async def progress(view: ViewName, caller: SignedIn) -> Rebuild:
        """How far a view is in being made anew; for the ISU."""
        caller.must_be("isu")
        return await kit.rebuilds.told(view)

    @router.post("/{view}/rebuild", status_code=202)
    async def rebuild(view: ViewName, caller: SignedIn, body: Begin | None = None) -> Rebuild:
        """Make a view anew beside the live one, or go on where that was; for the ISU.

        Queries are switched by itself where both say the same. Else it waits with stage `differs`.
        """
        caller.must_be("isu")
        wanted = body or Begin()
        await kit.rebuilds.start(view, caller.name, wanted.accept, wanted.afresh)
        return await kit.rebuilds.told(view)

    @router.delete("/{view}/rebuild")
    async def cancel(view: ViewName, caller: SignedIn) -> Rebuild:
        """Stop making a view anew; the live one stays, and a later call goes on from here; for the ISU."""
        caller.must_be("isu")
        await kit.rebuilds.cancel(view)
        return await kit.rebuilds.told(view)

    @router.post("/{view}/switch", status_code=202)
    async def switch(view: ViewName, caller: SignedIn) -> Rebuild:
        """Accept the differences: the new documents are compared once more and then read; for the ISU."""
        caller.must_be("isu")
        await kit.rebuilds.switch(view, caller.name)
        return await kit.rebuilds.told(view)

    @router.delete("/{view}/old")
    async def drop(view: ViewName, caller: SignedIn) -> Dropped:
        """Remove older generations of a view, and one that is half filled; for the ISU."""
        caller.must_be("isu")
        return Dropped(dropped=await kit.rebuilds.drop(view))

    return router
