"""Who could help whom together: possible coalitions, for whoever brings States and donors to one table."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.insights.answers import Answers
from services.insights.api.asking import NoSuchRegion, On, OutOfRange, Which
from services.insights.facts.donor import Donor
from services.insights.possible.answer import PossibleCoalitions, possible_coalitions
from shared.http.problems import problems
from shared.messages import NotFound
from shared.views import View


def routes(answers: Answers, donors: View[Donor]) -> APIRouter:
    """Possible coalitions, as of a day. All that they rest on is published: everybody may read them."""
    router = APIRouter(tags=["possible coalitions"])

    @router.get("/possible-coalitions", responses=problems(OutOfRange, NoSuchRegion, NotFound))
    async def possible(
        on: On,
        which: Which,
        limit: Annotated[int, Query(ge=1, le=200, description="How many States at most")] = 50,
        offset: Annotated[int, Query(ge=0, le=10**6, description="Begin after so many")] = 0,
    ) -> PossibleCoalitions:
        """States near completion without a coalition whose open needs fit what donors state, with the reasons.

        The States asked about are those of the ranking; among them each donor's capacity is shared out once.
        """
        options = await which.options(donors, on.lens(answers.today()))
        whole = await answers.ask_ranked(
            ("possible coalitions", options),
            on,
            options,
            lambda record, lens, board: possible_coalitions(record.picture, lens, board),
        )
        return whole.model_copy(update={"suggestions": whole.suggestions[offset : offset + limit]})

    return router
