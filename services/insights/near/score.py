"""The score, its range and its confidence (docs/near-completion.md).

score = weighted mean of the known parts · range = the score with all that is unknown at 0 and at 1, and
later finds added at the lower end · confidence = weight of what is known × freshness. A part that does not
apply is left out of all three. All in 0 to 100, rounded to one decimal: rows are ordered by what is printed,
so that the order can be checked by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.insights.near.groups import TOO_LITTLE_KNOWN
from services.insights.near.parts import Part
from services.insights.near.settings import Settings, Weights


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100 each. `score` None: no part with any weight is known, or too little to show one (`score_in`)."""

    score: float | None
    low: float
    high: float
    known_weight: float


def weight_of(weights: Weights, part: Part) -> float:
    """The weight of this part, as set; only its proportion to the others matters."""
    return float(getattr(weights, part.name))


def score_of(parts: Sequence[Part], weights: Weights) -> Score:
    """The score of these parts under these weights; only the proportions of the weights matter."""
    total = got = known = lowest = 0.0
    for part in parts:
        if not part.applies:
            continue
        weight = weight_of(weights, part)
        total += weight
        if part.value is None:
            continue
        known += weight * part.known
        got += weight * part.known * part.value
        lowest += weight * part.known * (part.value if part.low is None else part.low)
    if not total:
        return Score(None, 0.0, 100.0, 0.0)
    return Score(
        score=_percent(got / known) if known else None,
        low=_percent(lowest / total),
        high=_percent((got + total - known) / total),
        known_weight=known / total,
    )


def orders_in(
    group: int, parts: Sequence[Part], several: Sequence[Mapping[str, float]]
) -> list[tuple[float | None, float]]:
    """Score and lower end as `score_in` has them, under each of several weights (by the names of the parts).

    How firm a place is takes eleven of them for every case: here nothing is built but the numbers.
    """
    terms = [
        (part.name, part.known, part.value, part.value if part.low is None else part.low)
        for part in parts
        if part.applies
    ]
    shown = group != TOO_LITTLE_KNOWN or _is_telling(parts)
    found: list[tuple[float | None, float]] = []
    for weights in several:
        total = got = known = lowest = 0.0
        for name, share, value, low in terms:
            weight = weights[name]
            total += weight
            if value is not None and low is not None:
                weight *= share
                known += weight
                got += weight * value
                lowest += weight * low
        score = _percent(got / known) if known and total and shown else None
        found.append((score, _percent(lowest / total) if total else 0.0))
    return found


def score_in(group: int, parts: Sequence[Part], weights: Weights) -> Score:
    """The score that is shown in this group.

    Where it is not known whether the duty is near, a score from time alone would look like knowledge:
    without the work left or the help needed there is none, only the range.
    """
    score = score_of(parts, weights)
    return score if group != TOO_LITTLE_KNOWN or _is_telling(parts) else replace(score, score=None)


def _is_telling(parts: Sequence[Part]) -> bool:
    return any(part.value is not None for part in parts if part.name in ("work_left", "small_help"))


def _percent(share: float) -> float:
    # Twice: what a sum of floats leaves behind the ninth decimal must not tip a rounding.
    return round(round(100 * share, 9), 1)


def freshness(years: float, settings: Settings) -> float:
    """1 up to `fresh_years`, falling to `stale_freshness` at `stale_years` and no further."""
    if years <= settings.fresh_years:
        return 1.0
    over = min(1.0, (years - settings.fresh_years) / (settings.stale_years - settings.fresh_years))
    return 1 - over * (1 - settings.stale_freshness)


def confidence(score: Score, years: float, settings: Settings) -> float:
    """Known weight × freshness, 0 to 100."""
    return _percent(score.known_weight * freshness(years, settings))
