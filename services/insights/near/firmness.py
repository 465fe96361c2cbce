"""How firm a place is: what becomes of it when each weight is halved and doubled in turn.

All States are kept in order under each of these weights, so that a place is looked up and not counted.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from services.insights.near.assess import Order
from services.insights.near.parts import NAMES
from services.insights.near.row import Firmness
from services.insights.near.settings import Weights
from services.insights.near.words import ordinal


def weightings(weights: Weights) -> tuple[dict[str, float], ...]:
    """The weights as they are, then each of them halved and doubled in turn; those of zero stay as they are."""
    plain = {name: float(getattr(weights, name)) for name in NAMES}
    changed = [
        {**plain, name: weight} for name in NAMES if plain[name] for weight in (plain[name] / 2, plain[name] * 2)
    ]
    return (plain, *changed)


def firmness_of(own: Sequence[Order], orders: Sequence[Sequence[Order]], high: float) -> Firmness:
    """The State whose best rows are ordered by `own`, among all States in `orders`, under each of the weightings.

    `high` is the upper end of its range under the plain weights, which come first.
    """
    places = [bisect_left(every, mine) + 1 for mine, every in zip(own, orders, strict=True)]
    best, worst = min(places), max(places)
    plain, first, place = own[0], orders[0], places[0] - 1
    group, _, low = plain[:3]
    # Before it in its group, and behind whoever has at least the upper end; after it, and above its lower end.
    ahead = place - bisect_right(first, (group, -high, _LAST))
    behind = bisect_left(first, (group, low, _FIRST)) - place - 1
    return Firmness(
        best=best,
        worst=worst,
        words=ordinal(best) if best == worst else f"{ordinal(best)} to {ordinal(worst)}",
        passes=max(0, ahead),
        passed_by=max(0, behind),
    )


_FIRST, _LAST = float("-inf"), float("inf")
