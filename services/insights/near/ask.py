"""What to ask next: the missing facts, ordered by how far each could move a row, and whom to ask.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from services.insights.near.assess import Case
from services.insights.near.conditions import Answer
from services.insights.near.firmness import heads, ordinal
from services.insights.near.groups import group_of
from services.insights.near.parts import Part
from services.insights.near.row import Row
from services.insights.near.score import score_in
from services.insights.near.settings import Weights
from shared.countries import country_name
from shared.messages import Value

_BEST = Answer(True, "if it were so")


class Question(Value):
    """A missing fact. `place` now, `could_be` at best if the answer is good, both counting States."""

    state: str
    obligation: str
    fact: str
    part: str
    whom: str
    place: int
    could_be: int
    text: str


def questions(cases: Sequence[Case], rows: Sequence[Row], weights: Weights, most: int = 50) -> tuple[Question, ...]:
    """The questions that could move a row, the greatest move first."""
    first = heads(cases)
    places = {case.duty.state: place for place, case in enumerate(first, start=1)}
    orders = [case.order for case in first]
    by_id = {case.duty.id: case for case in cases}
    found = []
    for row in rows:
        case = by_id[row.id]
        place = places[row.state]
        for missing in row.missing:
            # Where nobody knows how much is left, that comes before every other question.
            if not getattr(weights, missing.part) or (case.near.value is None and missing.part != "work_left"):
                continue
            best = _if_known(case, missing.part, weights)
            # Its own head leaves the list before it is placed anew.
            ahead = bisect_left(orders, best.order) - (orders[place - 1] < best.order)
            could = min(ahead + 1, place)
            if could < place:
                found.append((place - could, row, missing.fact, missing.part, missing.whom, place, could))
    found.sort(key=lambda one: (-one[0], one[5], one[1].id, one[3]))
    return tuple(
        Question(
            state=row.state,
            obligation=row.id,
            fact=fact,
            part=part,
            whom=whom,
            place=place,
            could_be=could,
            text=f"{country_name(row.state)}, {row.treaty} Article {row.article}: {fact} could bring it "
            f"from {ordinal(place)} to {ordinal(could)}.",
        )
        for _, row, fact, part, whom, place, could in found[:most]
    )


def _if_known(case: Case, name: str, weights: Weights) -> Case:
    """The case if this part were known and as good as it can be."""
    parts = tuple(
        replace(part, value=_best(part), known=1.0, low=None) if part.name == name else part for part in case.parts
    )
    near, helped, small = case.near, case.needs_help, case.small_help
    if name == "work_left" and near.value is None:
        near = _BEST
    if name in ("small_help", "unanswered") and helped.value is None:
        helped = _BEST
    if name == "small_help" and small.value is None:
        small = _BEST
    group, to_be_confirmed = group_of(near, helped, small)
    return replace(
        case,
        near=near,
        needs_help=helped,
        small_help=small,
        group=group,
        to_be_confirmed=to_be_confirmed,
        parts=parts,
        score=score_in(group, parts, weights),
    )


def _best(part: Part) -> float:
    """What is known stays; what is unknown of the part is taken at 1."""
    return (part.value or 0.0) * part.known + (1 - part.known)
