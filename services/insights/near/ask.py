"""What to ask next: the missing facts, ordered by how far each could move a row, and whom to ask.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.insights.facts.obligation import Obligation
from services.insights.near.assess import Case, Order
from services.insights.near.conditions import Answer
from services.insights.near.groups import group_of
from services.insights.near.parts import Part
from services.insights.near.pieces import name, word
from services.insights.near.pieces import place as a_place
from services.insights.near.row import Missing
from services.insights.near.score import score_in
from services.insights.near.settings import Weights
from services.insights.near.shown import missing
from services.insights.near.told import Told, in_english, tell
from shared.countries import country_name
from shared.messages import Value

_BEST = Answer(True, "if it were so")


class Question(Value):
    """A missing fact. `place` now, `could_be` at best if the answer is good, both counting States.

    `told` and `whom_told` are `text` and `whom` apart from their values.
    """

    state: str
    obligation: str
    fact: str
    part: str
    whom: str
    place: int
    could_be: int
    text: str
    told: Told | None = None
    whom_told: Told | None = None


MOST = 50


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that is missing from a State's best row, and where the row would stand if it were good."""

    case: Case
    missing: Missing
    best: Order


def unknowns(case: Case, weights: Weights) -> tuple[Unknown, ...]:
    """What could move the row, if it were known."""
    found = []
    for one in missing(case):
        # Where nobody knows how much is left, that comes before every other question.
        if not getattr(weights, one.part) or (case.near.value is None and one.part != "work_left"):
            continue
        best = _if_known(case, one.part, weights).order
        if best < case.order:
            found.append(Unknown(case, one, best))
    return tuple(found)


def questions(heads: Sequence[Order], of: Callable[[str], Sequence[Unknown]], most: int = MOST) -> tuple[Question, ...]:
    """The questions that could move a State most, the greatest move first.

    `heads`: each State's best row, in order; `of`: what is unknown of that State's. Asked from the last place
    on, and no further than a move can still be as great as those already found.
    """
    found: list[tuple[int, int, str, str, int, Unknown]] = []
    least = 0
    for place in range(len(heads), 0, -1):
        if len(found) >= most and place - 1 < least:
            break
        own = heads[place - 1]
        # Who stands so far ahead that to pass less than up to there would be too small a move.
        ahead = heads[place - least - 1] if least else own
        for one in of(own[4]):
            if ahead < one.best:
                continue
            # Its own row, which leaves the list before it is placed anew, stands behind.
            could = bisect_left(heads, one.best, 0, place) + 1
            if could < place:
                found.append((could - place, could, own[5], one.missing.part, place, one))
        if len(found) >= 2 * most:
            found.sort(key=_greatest_move)
            del found[most:]
            least = -found[-1][0]
    found.sort(key=_greatest_move)
    return tuple(_question(one, place, could) for _, could, _, _, place, one in found[:most])


def _greatest_move(found: tuple[int, int, str, str, int, Unknown]) -> tuple[int, int, str, str]:
    return found[:4]


def _question(one: Unknown, place: int, could: int) -> Question:
    duty = one.case.duty
    told = question_told(duty, one.missing, place, could)
    return Question(
        state=duty.state,
        obligation=duty.id,
        fact=one.missing.fact,
        part=one.missing.part,
        whom=one.missing.whom,
        place=place,
        could_be=could,
        text=in_english(told),
        told=told,
        whom_told=one.missing.whom_told,
    )


def question_told(duty: Obligation, missing: Missing, place: int, could: int) -> Told:
    """What the answer could do, in a sentence."""
    return tell(
        "%(state)s, %(treaty)s Article %(article)s: %(fact)s could bring it from %(place)s to %(could_be)s.",
        state=name(country_name(duty.state)),
        treaty=name(duty.treaty),
        article=name(duty.article),
        fact=missing.told or word(missing.fact),
        place=a_place(place),
        could_be=a_place(could),
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
