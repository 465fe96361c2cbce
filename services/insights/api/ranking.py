"""Who is near completion and needs small help: the ranking, its settings, and what to ask next."""

from datetime import date
from typing import Annotated, get_args

from fastapi import APIRouter, Query, Response
from pydantic import Field, field_validator

from services.insights.answers import Answers
from services.insights.api.asking import Article, NoSuchRegion, On, OutOfRange, Treaty, Which
from services.insights.api.tables import ranking_csv
from services.insights.facts.donor import Donor
from services.insights.near.ask import Question
from services.insights.near.backtest import Backtest, backtest
from services.insights.near.groups import NAMES
from services.insights.near.parts import LABELS
from services.insights.near.ranked import Ranking
from services.insights.near.regions import NAMES as REGIONS
from services.insights.near.settings import Settings
from services.insights.near.what_if import SupposedReport, Supposition
from shared.http.problems import problems
from shared.messages import NotFound, Value
from shared.views import View

Group = Annotated[list[Annotated[int, Query(ge=1, le=5)]] | None, Query(max_length=5, description="Groups, 1 to 5")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many States at most")]
_REFUSALS = problems(OutOfRange, NoSuchRegion, NotFound)


class Questions(Value):
    """What to ask next, the greatest move first."""

    on: date
    as_recorded: bool
    ask: tuple[Question, ...]


class Suppositions(Value):
    """Supposed facts, in order, of States and duties of the two treaties."""

    suppositions: tuple[Annotated[Supposition, Field(discriminator="kind")], ...] = Field(max_length=20)

    @field_validator("suppositions")
    @classmethod
    def _of_the_treaties(cls, suppositions: tuple[Supposition, ...]) -> tuple[Supposition, ...]:
        for one in suppositions:
            if one.treaty not in get_args(Treaty):
                raise ValueError(f"{one.treaty!r} is not a treaty here: CCM or APMBC")
            if not isinstance(one, SupposedReport) and one.article not in get_args(Article):
                raise ValueError(f"{one.article!r} is not an article with a duty: {', '.join(get_args(Article))}")
        return suppositions


class GroupName(Value):
    """A group of the ranking."""

    group: int
    name: str


class PartLabel(Value):
    """A part of the score and its label."""

    part: str
    label: str


class SettingsPage(Value):
    """Every number that the ranking uses, and its words; `today` is the day on which it stands now (UTC)."""

    today: date
    settings: Settings
    groups: tuple[GroupName, ...]
    parts: tuple[PartLabel, ...]
    regions: tuple[str, ...]


def routes(answers: Answers, donors: View[Donor]) -> APIRouter:
    """The ranking and what goes with it."""
    router = APIRouter(tags=["near completion"])

    @router.get("/near-completion", responses=_REFUSALS, response_model=Ranking)
    async def near_completion(on: On, which: Which, group: Group = None, limit: Limit = 500) -> Response:
        """Each State at its best obligation, in order, with reasons; `groups` count all States whatever is shown."""
        options = await which.options(donors, on.lens(answers.today()))
        # Put together from rows that are written already: of most of them nothing has changed.
        written = await answers.ranking_written(on, options, group, limit)
        return Response(written, media_type="application/json")

    @router.get(
        "/near-completion.csv",
        responses={**_REFUSALS, 200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
        response_class=Response,
    )
    async def near_completion_csv(on: On, which: Which, group: Group = None, limit: Limit = 500) -> Response:
        """The same list as a table, one row for each obligation, UTF-8."""
        options = await which.options(donors, on.lens(answers.today()))
        ranking = await answers.ranking(on, options, group, limit)
        name = f"near-completion-{ranking.on.isoformat()}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(ranking_csv(ranking), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get("/ask-next", responses=_REFUSALS)
    async def ask_next(on: On, which: Which, limit: Annotated[int, Query(ge=1, le=50)] = 50) -> Questions:
        """The missing facts that could move a State most, and whom to ask."""
        options = await which.options(donors, on.lens(answers.today()))
        ranking = await answers.ranking(on, options, limit=0)
        return Questions(on=ranking.on, as_recorded=ranking.as_recorded, ask=ranking.ask[:limit])

    @router.get("/backtest", responses=_REFUSALS)
    async def how_good(on: On, which: Which) -> Backtest:
        """For the last day of every year: the first rows against what came to an end, beside two plain rivals."""
        options = await which.options(donors, on.lens(answers.today()))
        return await answers.ask(
            ("backtest", options.model_dump_json()),
            on,
            lambda record, lens: backtest(
                record.picture, lens.on, options.model_copy(update={"as_recorded": lens.as_recorded})
            ),
        )

    @router.post("/what-if", responses=_REFUSALS)
    async def if_it_were_so(body: Suppositions, on: On, which: Which, limit: Limit = 500) -> Ranking:
        """The ranking if these pledges, extensions, reports or declarations were made. Nothing is stored."""
        options = await which.options(donors, on.lens(answers.today()))
        return await answers.what_if(on, options, body.suppositions, limit)

    @router.get("/settings")
    async def settings() -> SettingsPage:
        """Weights, thresholds and every other number of the ranking, with the names of groups and parts."""
        return SettingsPage(
            today=answers.today(),
            settings=Settings(),
            groups=tuple(GroupName(group=number, name=name) for number, name in NAMES.items()),
            parts=tuple(PartLabel(part=part, label=label) for part, label in LABELS.items()),
            regions=REGIONS,
        )

    return router
