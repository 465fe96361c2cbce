"""States: the list, and each on one page."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.insights.answers import Answers
from services.insights.api.asking import On, OutOfRange, Treaty
from services.insights.facts.obligation import Obligation
from services.insights.near.assess import Case
from services.insights.near.board import Board
from services.insights.near.known import Lens
from services.insights.near.membership import membership
from services.insights.near.settings import Options
from services.insights.profile.page import StateProfile, profile
from services.insights.record import Record
from shared.countries import Iso3, country_in_text, country_name
from shared.http.problems import problems
from shared.messages import NotFound, Value

State = Annotated[Iso3, Path(description="ISO 3166-1 alpha-3")]


class StateLine(Value):
    """A State Party on the day: the treaties that bind it, and where its best open obligation stands."""

    state: str
    name: str
    treaties: tuple[str, ...]
    open_obligations: tuple[str, ...]
    group: int | None
    place: int | None
    deadline_in_force: date | None


class States(Value):
    """States Parties as known on the day, by name."""

    as_of: date
    states: tuple[StateLine, ...]


def routes(answers: Answers) -> APIRouter:
    """The routes of States: the list, and one by its ISO 3166-1 code; 404 where nothing is known of it."""
    router = APIRouter(prefix="/states", tags=["states"])

    @router.get("", responses=problems(OutOfRange), response_model=States)
    async def states(
        on: On, treaty: Annotated[Treaty | None, Query(description="One treaty; both where blank")] = None
    ) -> Response:
        """States Parties known on the day, each with its open obligations."""
        options = Options(treaties=(treaty,) if treaty else ())
        # Written once and kept: it is asked for with every first page.
        written = await answers.ask_ranked(
            ("states", treaty),
            on,
            options,
            lambda record, lens, board: _states(record, lens, board, treaty or "").model_dump_json().encode(),
        )
        return Response(written, media_type="application/json")

    @router.get("/{iso3}", responses=problems(NotFound, OutOfRange))
    async def one(iso3: State, on: On) -> StateProfile:
        """Everything published about a State, from every source, as known on the day."""
        found = await answers.ask_ranked(
            ("state", iso3),
            on,
            Options(),
            lambda record, lens, board: profile(record, iso3, lens, Options(), board.rows_of(iso3)),
            state=iso3,
        )
        if found is None:
            raise NotFound(f"Nothing is known here of {country_in_text(iso3)} on that day.", field="iso3", found=iso3)
        return found

    return router


def _states(record: Record, lens: Lens, board: Board, treaty: str) -> States:
    picture = record.picture
    bound: dict[str, list[str]] = {}
    keys = set(picture.party_by_state) | set(picture.reporting_by_state)
    duties: dict[tuple[str, str], list[Obligation]] = {}
    for duty in picture.obligations:
        duties.setdefault((duty.treaty, duty.state), []).append(duty)
    keys |= set(duties)
    for named, state in sorted(keys):
        if treaty in ("", named):
            of_state = duties.get((named, state), [])
            key = (named, state)
            if membership(picture.party_by_state.get(key), of_state, picture.reporting_by_state.get(key), lens):
                bound.setdefault(state, []).append(named)
    standings = board.standings()
    return States(
        as_of=lens.on,
        states=tuple(
            _line(state, tuple(treaties), *standings.get(state, (None, ())))
            for state, treaties in sorted(bound.items(), key=lambda pair: country_name(pair[0]))
        ),
    )


def _line(state: str, treaties: tuple[str, ...], place: int | None, cases: tuple[Case, ...]) -> StateLine:
    best = cases[0] if cases else None
    return StateLine(
        state=state,
        name=country_name(state),
        treaties=treaties,
        open_obligations=tuple(one.duty.id for one in cases),
        group=best.group if best else None,
        place=place,
        deadline_in_force=best.deadline if best else None,
    )
