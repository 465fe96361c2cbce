"""Looking around: what changed lately, search over everything published, the sources quoted."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.insights.answers import Answers
from services.insights.api.asking import On, OutOfRange
from services.insights.changes import Changes, Entries, changes, entries
from services.insights.cited_sources import Sources, sources
from services.insights.finding import Hits, find
from shared.countries import Iso3
from shared.http.problems import problems


def routes(answers: Answers) -> APIRouter:
    """The routes that look over all facts alike, each as of a day."""
    router = APIRouter(tags=["looking around"])

    @router.get("/changes", responses=problems(OutOfRange))
    async def changed(
        on: On,
        days: Annotated[int, Query(ge=1, le=366, description="So many days back")] = 7,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most, newest first")] = 50,
        state: Annotated[Iso3 | None, Query(description="One State, ISO 3166-1 alpha-3")] = None,
    ) -> Changes:
        """What became known, or was recorded by people, in the days up to the day asked about."""
        asked = ("changes", days, limit, state)
        return await answers.ask(
            asked, on, lambda record, lens: changes(record, lens, days, limit, state or ""), state=state
        )

    @router.get("/entries", responses=problems(OutOfRange))
    async def known(
        on: On,
        state: Annotated[Iso3 | None, Query(description="One State, ISO 3166-1 alpha-3")] = None,
        event: Annotated[list[str] | None, Query(max_length=40, description="Names of events; all where blank")] = None,
        history: Annotated[
            list[str] | None, Query(max_length=40, description="Histories, as links begin: `requests/request-x`")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 50,
        offset: Annotated[int, Query(ge=0, le=10**6, description="Begin after so many")] = 0,
    ) -> Entries:
        """Everything that counts on the day, newest first: of all States or one, of all histories or some."""
        asked = (state, tuple(event or ()), tuple(history or ()), offset, limit)
        return await answers.ask(
            ("entries", asked),
            on,
            lambda record, lens: entries(record, lens, asked[0] or "", asked[1], offset, limit, asked[2]),
            state=state,
        )

    @router.get("/search", responses=problems(OutOfRange))
    async def search(
        on: On, q: Annotated[str, Query(max_length=100, description="Words, all of which must stand")]
    ) -> Hits:
        """States, requests, pledges, donors, coalitions, meetings, needs and sources in which the words stand."""
        return await answers.ask(("search", q), on, lambda record, lens: find(record, lens, q))

    @router.get("/sources", responses=problems(OutOfRange))
    async def quoted(on: On) -> Sources:
        """Every source that is quoted, with how much it said and when last."""
        return await answers.ask("sources", on, lambda record, lens: sources(record, lens))

    return router
