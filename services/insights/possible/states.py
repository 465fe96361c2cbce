"""States near completion with their open needs, in the order of the ranking."""

from collections.abc import Iterable, Iterator

from services.insights.near.assess import Case
from services.insights.near.board import Board
from services.insights.near.known import Lens
from services.insights.near.need import Line
from services.insights.near.picture import Picture
from services.insights.near.regions import region_of
from services.insights.possible.suggestions import NearDuty, NeedNamed, OpenNeed, StateNearCompletion
from shared.countries import country_name

NEAR_GROUPS = (1, 2, 3)
"""Groups of the ranking whose States are near completion, whatever help it takes (`near/groups.py`)."""
_OVER = ("concluded", "abandoned")


def states_near(picture: Picture, lens: Lens, board: Board) -> Iterator[StateNearCompletion]:
    """Every State that stands near completion with an obligation; what else it needs is not looked at."""
    for state, (_, cases) in board.standings().items():
        near = [case for case in cases if case.group in NEAR_GROUPS]
        if near:
            yield StateNearCompletion(
                state=state,
                name=country_name(state),
                obligations=tuple(_duty(case, lens) for case in near),
                needs=tuple(_needs(near, lens)),
                region=region_of(state),
                in_coalition=in_coalition(state, picture, lens),
            )


def in_coalition(state: str, picture: Picture, lens: Lens) -> bool:
    """Whether a coalition for the State is proposed, consented, active or suspended on the day."""
    return any(
        lens.known(one.proposals) and not any(turn.how in _OVER for turn in lens.known(one.turns))
        for one in picture.coalitions_by_state.get(state, ())
    )


def _duty(case: Case, lens: Lens) -> NearDuty:
    duty, act = case.duty, case.standing.act
    due = act.due if act else None
    return NearDuty(
        id=duty.id,
        treaty=duty.treaty,
        article=duty.article,
        clock=duty.clock,
        group=case.group,
        deadline_in_force=case.deadline,
        deadline_passed=due < lens.on if due else case.standing.deadlines.passed(lens.on),
    )


def _needs(cases: Iterable[Case], lens: Lens) -> Iterator[OpenNeed]:
    """The open lines; a line that belongs to several duties is one need, of the duty placed best."""
    seen: set[tuple[str, str]] = set()
    for case in cases:
        for line in case.standing.need.open_lines:
            if line.request and (line.request, line.name) in seen:
                continue
            seen.add((line.request, line.name))
            yield OpenNeed(
                named=NeedNamed(
                    request=line.request,
                    line=line.name,
                    kind=line.kind,
                    what=line.what,
                    treaty=case.duty.treaty,
                    link=line.origin.link,
                ),
                lacking_usd=line.usd_open,
                years=_years(line, lens),
                at_least=line.at_least,
            )


def _years(line: Line, lens: Lens) -> int:
    """Years of the line that still lie ahead, the running one included; 1 where the last is not said."""
    return max(1, line.year_to - max(line.year, lens.on.year) + 1) if line.year_to else 1
