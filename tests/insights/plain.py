"""The ranking as its definition reads, without anything kept: what the quick way is held against.

Every place is counted, every weighting sorts all cases again, every question is asked of all rows.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from statistics import median

from services.insights.near.ask import Question, question_told, unknowns
from services.insights.near.assess import Case, cases
from services.insights.near.chosen import wanted
from services.insights.near.estimate import Costs, cost_of
from services.insights.near.groups import NAMES as GROUPS
from services.insights.near.known import Lens
from services.insights.near.parts import NAMES
from services.insights.near.picture import Picture
from services.insights.near.ranked import GroupCount, Ranking
from services.insights.near.row import Firmness, Row
from services.insights.near.score import score_in
from services.insights.near.settings import Options, Weights
from services.insights.near.shown import row_of
from services.insights.near.words import ordinal
from shared.countries import country_name


def rank_plainly(picture: Picture, on: date, options: Options | None = None) -> Ranking:
    """The same answer as `rank`, the long way round."""
    options = options or Options()
    lens = Lens(on, options.as_recorded)
    everything = cases(picture, lens, options)
    costs: dict[tuple[str, str], list[tuple[str, Decimal]]] = {}
    known: dict[tuple[str, str], Costs] = {}
    for case in everything:
        if cost := cost_of(case, picture, lens, options.settings):
            costs.setdefault((case.duty.treaty, case.duty.article), []).append((cost.state, cost.each))
    for key in costs:
        of_key = [one for one in everything if (one.duty.treaty, one.duty.article) == key]
        stated = [cost for one in of_key if (cost := cost_of(one, picture, lens, options.settings))]
        known[key] = Costs(stated)
    chosen = sorted((one for one in everything if wanted(one, options)), key=lambda one: one.order)
    first = _heads(chosen)
    rows: list[Row] = []
    for place, head in enumerate(first, start=1):
        mine = [one for one in chosen if one.duty.state == head.duty.state]
        each = [row_of(one, picture, lens, options, known.get((one.duty.treaty, one.duty.article))) for one in mine]
        for row in each:
            _must_be_the_median(row, costs)
        firm = _firmness(head, chosen, options.settings.weights)
        rows.append(each[0].model_copy(update={"place": place, "firmness": firm, "others": tuple(each[1:])}))
    return Ranking(
        on=on,
        as_recorded=options.as_recorded,
        options=options,
        groups=tuple(
            GroupCount(group=number, name=name, states=sum(row.group == number for row in rows))
            for number, name in GROUPS.items()
        ),
        rows=tuple(rows),
        ask=_questions(chosen, options.settings.weights),
    )


def _must_be_the_median(row: Row, costs: dict[tuple[str, str], list[tuple[str, Decimal]]]) -> None:
    if row.estimate is not None:
        others = [each for state, each in costs[(row.treaty, row.article)] if state != row.state]
        assert row.estimate.cost_each == round(median(others), 2)
        assert row.estimate.of_states == len(others)


def _heads(found: Sequence[Case]) -> list[Case]:
    best: dict[str, Case] = {}
    for case in sorted(found, key=lambda one: one.order):
        best.setdefault(case.duty.state, case)
    return list(best.values())


def _place(state: str, heads: Sequence[Case]) -> int:
    return next(place for place, one in enumerate(heads, start=1) if one.duty.state == state)


def _firmness(head: Case, found: Sequence[Case], weights: Weights) -> Firmness:
    first = _heads(found)
    state = head.duty.state
    places = [_place(state, first)]
    for name in NAMES:
        weight = getattr(weights, name)
        for changed in (weight / 2, weight * 2):
            other = weights.model_copy(update={name: changed})
            again = [replace(one, score=score_in(one.group, one.parts, other)) for one in found]
            places.append(_place(state, _heads(again)))
    group = [one for one in first if one.group == head.group and one is not head]
    own = _score(head)
    best, worst = min(places), max(places)
    return Firmness(
        best=best,
        worst=worst,
        words=ordinal(best) if best == worst else f"{ordinal(best)} to {ordinal(worst)}",
        passes=sum(own <= _score(one) < head.score.high and one.order < head.order for one in group),
        passed_by=sum(own >= _score(one) > head.score.low and one.order > head.order for one in group),
    )


def _score(case: Case) -> float:
    return -1.0 if case.score.score is None else case.score.score


def _questions(found: Sequence[Case], weights: Weights) -> tuple[Question, ...]:
    first = _heads(found)
    asked = []
    for place, head in enumerate(first, start=1):
        for one in unknowns(head, weights):
            could = 1 + sum(other.order < one.best for other in first if other is not head)
            if could < place:
                question = Question(
                    state=head.duty.state,
                    obligation=head.duty.id,
                    fact=one.missing.fact,
                    part=one.missing.part,
                    whom=one.missing.whom,
                    place=place,
                    could_be=could,
                    text=f"{country_name(head.duty.state)}, {head.duty.treaty} Article {head.duty.article}: "
                    f"{one.missing.fact} could bring it from {ordinal(place)} to {ordinal(could)}.",
                    told=question_told(head.duty, one.missing, place, could),
                    whom_told=one.missing.whom_told,
                )
                asked.append((could - place, could, head.duty.id, one.missing.part, question))
    asked.sort(key=lambda one: one[:4])
    return tuple(one[4] for one in asked[:50])
