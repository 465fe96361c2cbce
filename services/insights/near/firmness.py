"""How firm a place is: what becomes of it when each weight is halved and doubled in turn.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from collections.abc import Sequence

from services.insights.near.assess import Case, rescored
from services.insights.near.parts import NAMES
from services.insights.near.row import Firmness
from services.insights.near.score import score_in
from services.insights.near.settings import Weights


def heads(cases: Sequence[Case]) -> list[Case]:
    """Each State at its best obligation, in order."""
    best: dict[str, Case] = {}
    for case in sorted(cases, key=lambda one: one.order):
        best.setdefault(case.duty.state, case)
    return list(best.values())


def firmness(cases: Sequence[Case], weights: Weights) -> dict[str, Firmness]:
    """For each State's head row, by its State."""
    first = heads(cases)
    places: dict[str, list[int]] = {case.duty.state: [place] for place, case in enumerate(first, start=1)}
    for name in NAMES:
        weight = getattr(weights, name)
        if not weight:
            continue
        for changed in (weight / 2, weight * 2):
            other = weights.model_copy(update={name: changed})
            again = heads([rescored(case, score_in(case.group, case.parts, other)) for case in cases])
            for place, case in enumerate(again, start=1):
                places[case.duty.state].append(place)
    return {case.duty.state: _told(case, first, places[case.duty.state]) for case in first}


def _told(case: Case, first: list[Case], places: list[int]) -> Firmness:
    best, worst = min(places), max(places)
    group = [one for one in first if one.group == case.group and one is not case]
    own = _score(case)
    return Firmness(
        best=best,
        worst=worst,
        words=ordinal(best) if best == worst else f"{ordinal(best)} to {ordinal(worst)}",
        passes=sum(own <= _score(one) < case.score.high and one.order < case.order for one in group),
        passed_by=sum(own >= _score(one) > case.score.low and one.order > case.order for one in group),
    )


def _score(case: Case) -> float:
    return -1.0 if case.score.score is None else case.score.score


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th …"""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
