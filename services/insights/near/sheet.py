"""One State's part of the ranking on a day: its open duties in order, and their rows once somebody looks.

What is kept here depends on the State's own documents only, but for the estimate: it is made anew where
other States' costs have changed (docs/near-completion.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.insights.near.ask import Unknown, unknowns
from services.insights.near.assess import Case, Order, cases
from services.insights.near.chosen import wanted
from services.insights.near.estimate import Cost, Costs, cost_of
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.near.row import Row
from services.insights.near.score import orders_in
from services.insights.near.settings import Options
from services.insights.near.shown import row_of, wants_estimate

Article = tuple[str, str]
"""Treaty and article."""
BENEATH = frozenset({"place", "firmness", "others"})
"""What a row gets from the list it stands in; the last of its fields, so that they can be written behind it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a board looks at every State: the day, the options, and the weightings that tell how firm a place is."""

    lens: Lens
    options: Options
    weightings: Sequence[Mapping[str, float]]


class Sheet:
    """A State's cases in order (those asked for), the costs it stated, and its order under each weighting."""

    __slots__ = ("_estimated", "_picture", "_rows", "_unknowns", "_written", "cases", "costs", "orders")

    def __init__(self, picture: Picture, look: Look) -> None:
        every = cases(picture, look.lens, look.options)
        self._picture = picture
        self.costs: dict[Article, tuple[Cost, ...]] = _costs(every, picture, look)
        self.cases: tuple[Case, ...] = tuple(
            sorted((one for one in every if wanted(one, look.options)), key=lambda one: one.order)
        )
        self.orders: tuple[Order, ...] = _orders(self.cases, look)
        self._unknowns: tuple[Unknown, ...] | None = None
        self._estimated = [(one.duty.treaty, one.duty.article) if wants_estimate(one) else None for one in self.cases]
        self._rows: list[tuple[Costs | None, Row] | None] = [None] * len(self.cases)
        self._written: list[tuple[Costs | None, bytes] | None] = [None] * len(self.cases)

    def unknowns(self, look: Look) -> tuple[Unknown, ...]:
        """What is not known of the State's best row and could move it."""
        if self._unknowns is None:
            self._unknowns = unknowns(self.cases[0], look.options.settings.weights)
        return self._unknowns

    def rows(self, look: Look, costs: Mapping[Article, Costs]) -> list[Row]:
        """The rows of its cases, without their places."""
        return [self._row(number, look, costs) for number in range(len(self.cases))]

    def written(self, look: Look, costs: Mapping[Article, Costs]) -> list[bytes]:
        """The rows as JSON, each open at its end: what the list says of it follows."""
        found = []
        for number, article in enumerate(self._estimated):
            known = costs.get(article) if article else None
            kept = self._written[number]
            if kept is None or kept[0] is not known:
                text = self._row(number, look, costs).model_dump_json(exclude=set(BENEATH))
                kept = self._written[number] = (known, text.removesuffix("}").encode())
            found.append(kept[1])
        return found

    def _row(self, number: int, look: Look, costs: Mapping[Article, Costs]) -> Row:
        article = self._estimated[number]
        known = costs.get(article) if article else None
        kept = self._rows[number]
        if kept is None or kept[0] is not known:
            row = row_of(self.cases[number], self._picture, look.lens, look.options, known)
            kept = self._rows[number] = (known, row)
        return kept[1]


def _costs(every: Sequence[Case], picture: Picture, look: Look) -> dict[Article, tuple[Cost, ...]]:
    found: dict[Article, tuple[Cost, ...]] = {}
    for one in every:
        if cost := cost_of(one, picture, look.lens, look.options.settings):
            key = (one.duty.treaty, one.duty.article)
            found[key] = (*found.get(key, ()), cost)
    return found


def _orders(found: Sequence[Case], look: Look) -> tuple[Order, ...]:
    if not found:
        return ()
    each = [
        [one.order_under(score, low) for score, low in orders_in(one.group, one.parts, look.weightings)]
        for one in found
    ]
    return tuple(min(under) for under in zip(*each, strict=True))
