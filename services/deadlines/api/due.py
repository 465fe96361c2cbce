"""What falls due, over all obligations and reports, in the order of its days."""

import asyncio
from datetime import date
from typing import Annotated, get_args

from fastapi import APIRouter, Query

from services.deadlines.api.checking import AsOf
from services.deadlines.due import DueKind, DueLine, due_lines
from services.deadlines.policies import calendar_of
from services.deadlines.treaty_rules import Article, Treaty
from services.deadlines.views.meetings import MeetingDocument
from services.deadlines.views.obligations import ObligationDocument
from services.deadlines.views.reporting import ReportingDocument
from shared.clock import Clock, today
from shared.countries import Iso3
from shared.http.reading import Reader
from shared.messages import Value
from shared.views import View


class DueList(Value):
    """What is open and has a day, soonest first, as of the day `on`; `total` before `limit` and `offset`."""

    on: date
    total: int
    items: tuple[DueLine, ...]


def routes(
    obligations: View[ObligationDocument],
    reports: View[ReportingDocument],
    meetings: View[MeetingDocument],
    clock: Clock,
) -> APIRouter:
    """The list of due dates."""
    router = APIRouter(prefix="/due", tags=["due dates"])

    @router.get("")
    async def due_dates(
        read: Reader,
        state: Iso3 | None = None,
        treaty: Treaty | None = None,
        article: Article | None = None,
        kind: DueKind | None = None,
        status: Annotated[str | None, Query(max_length=40)] = None,
        due_after: Annotated[date | None, Query(description="Due on this day or later")] = None,
        due_before: Annotated[date | None, Query(description="Due on this day or earlier")] = None,
        late: Annotated[bool | None, Query(description="true: only what is past its day")] = None,
        on: AsOf = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> DueList:
        """Deadlines, last days to ask for more time, declarations and reports that are open."""
        day = on or today(clock)
        calendars = {one: await calendar_of(meetings, one) for one in get_args(Treaty)}
        duties, reporting = await obligations.all(after=read.after), await reports.all(after=read.after)

        def found() -> list[DueLine]:
            lines = due_lines(
                (one for one in duties if _is_of(one, state, treaty) and article in (None, one.article)),
                (one for one in reporting if _is_of(one, state, treaty) and article in (None, "7")),
                calendars,
                day,
            )
            return [
                one
                for one in lines
                if kind in (None, one.kind)
                and status in (None, one.status)
                and late in (None, one.late)
                and (due_after is None or one.due.end >= due_after)
                and (due_before is None or one.due.start <= due_before)
            ]

        # Every duty is reckoned anew: beside the event loop, so that nobody else waits for it.
        lines = await asyncio.to_thread(found)
        return DueList(on=day, total=len(lines), items=tuple(lines[offset : offset + limit]))

    return router


def _is_of(one: ObligationDocument | ReportingDocument, state: str | None, treaty: str | None) -> bool:
    return state in (None, one.state) and treaty in (None, one.treaty)
