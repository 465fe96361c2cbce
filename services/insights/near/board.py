"""The ranking as it is kept: every State's sheet, and all States in order under each weighting.

A board never changes. `changed` makes the next one from it: only the States named are evaluated, taken out of
the order and put in again, all else is shared. Rows are made for what is shown. The answer is the same as
of a board made afresh.

Rule: "The score inside a group" in docs/near-completion.md.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator, Mapping, Sequence

from services.insights.near.ask import Question, questions
from services.insights.near.assess import Case, Order
from services.insights.near.estimate import Cost, Costs
from services.insights.near.firmness import firmness_of, weightings
from services.insights.near.groups import NAMES
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.near.ranked import GroupCount, Ranking
from services.insights.near.row import Firmness, Row
from services.insights.near.settings import Options
from services.insights.near.sheet import Article, Look, Sheet

_FEW = 50
"""So many States are put in one by one; of more it is quicker to sort all."""


class Board:
    """All States on a day, under these options; empty as it is made."""

    def __init__(self, lens: Lens, options: Options) -> None:
        self.size = 0
        """How many cases it holds."""
        self._look = Look(lens, options, weightings(options.settings.weights))
        self._sheets: dict[str, Sheet] = {}
        self._orders: tuple[list[Order], ...] = tuple([] for _ in self._look.weightings)
        self._cost_of: dict[Article, dict[str, tuple[Cost, ...]]] = {}
        self._costs: dict[Article, Costs] = {}
        self._ask: tuple[Question, ...] | None = None
        self._whole: Ranking | None = None

    def changed(self, pictures: Mapping[str, Picture]) -> "Board":
        """The board after these States' documents have changed; each picture is all that is held of its State."""
        look = self._look
        after = Board(look.lens, look.options)
        after._sheets = dict(self._sheets)
        after._cost_of = {article: dict(known) for article, known in self._cost_of.items()}
        after._costs = dict(self._costs)
        gone: list[Sheet] = []
        come: list[Sheet] = []
        moved: set[Article] = set()
        for state, picture in pictures.items():
            sheet = Sheet(picture, look)
            old = after._sheets.pop(state, None)
            if old is not None:
                gone.append(old)
            if sheet.cases or sheet.costs:
                after._sheets[state] = sheet
                come.append(sheet)
            moved |= after._note_costs(state, old.costs if old else {}, sheet.costs)
        after.size = self.size + sum(len(one.cases) for one in come) - sum(len(one.cases) for one in gone)
        for article in moved:
            after._costs[article] = Costs(one for known in after._cost_of[article].values() for one in known)
        after._orders = tuple(_reordered(every, number, gone, come) for number, every in enumerate(self._orders))
        return after

    def _note_costs(
        self, state: str, old: Mapping[Article, tuple[Cost, ...]], new: Mapping[Article, tuple[Cost, ...]]
    ) -> set[Article]:
        """The articles whose costs are others now."""
        moved = {article for article in {*old, *new} if old.get(article) != new.get(article)}
        for article in moved:
            known = self._cost_of.setdefault(article, {})
            known.pop(state, None)
            if article in new:
                known[state] = new[article]
        return moved

    # What is answered.

    def groups(self) -> tuple[GroupCount, ...]:
        """Every group with the number of its States."""
        return tuple(
            GroupCount(group=group, name=name, states=len(self._places((group,)))) for group, name in NAMES.items()
        )

    def ask(self) -> tuple[Question, ...]:
        """What to ask next, over all States."""
        if self._ask is None:
            self._ask = questions(self._orders[0], lambda state: self._sheets[state].unknowns(self._look))
        return self._ask

    def ranking(self, groups: Collection[int] | None = None, limit: int | None = None) -> Ranking:
        """The answer: all rows, or those of some groups, or the first so many. `groups` and `ask` stay whole."""
        if not groups and limit is None:
            if self._whole is None:
                self._whole = self._answer(self._places(None))
            return self._whole
        return self._answer(self._places(groups)[:limit])

    def written(self, groups: Collection[int] | None = None, limit: int | None = None) -> bytes:
        """The same as JSON, put together from the rows as they were written before."""
        frame = self._framed(()).model_dump_json().encode()
        rows = b",".join(self._written_rows(self._places(groups)[:limit]))
        # A quotation mark inside a text is escaped: this place is found nowhere else.
        before, place, after = frame.partition(b'"rows":[')
        return b"".join((before, place, rows, after))

    def rows_of(self, state: str) -> tuple[Row, ...]:
        """A State's rows in order, each for itself: without place."""
        sheet = self._sheets.get(state)
        return tuple(sheet.rows(self._look, self._costs)) if sheet else ()

    def standings(self) -> dict[str, tuple[int, tuple[Case, ...]]]:
        """Each State's place, from 1, and its open obligations, the best first."""
        return {order[4]: (place, self._sheets[order[4]].cases) for place, order in enumerate(self._orders[0], start=1)}

    def _places(self, groups: Collection[int] | None) -> Sequence[int]:
        """The places (from 0) of the States in these groups, in order; None or none: of all."""
        first = self._orders[0]
        if not groups:
            return range(len(first))
        ends = [(bisect_left(first, (group,)), bisect_left(first, (group + 1,))) for group in sorted(set(groups))]
        if len(ends) == 1:
            return range(*ends[0])
        return [place for start, end in ends for place in range(start, end)]

    def _answer(self, places: Sequence[int]) -> Ranking:
        return self._framed(tuple(self._placed(place) for place in places))

    def _framed(self, rows: tuple[Row, ...]) -> Ranking:
        return Ranking(
            on=self._look.lens.on,
            as_recorded=self._look.options.as_recorded,
            options=self._look.options,
            groups=self.groups(),
            rows=rows,
            ask=self.ask(),
        )

    def _placed(self, place: int) -> Row:
        sheet = self._sheets[self._orders[0][place][4]]
        head, *others = sheet.rows(self._look, self._costs)
        return head.model_copy(update={"place": place + 1, "firmness": self._firmness(sheet), "others": tuple(others)})

    def _written_rows(self, places: Sequence[int]) -> Iterator[bytes]:
        for place in places:
            sheet = self._sheets[self._orders[0][place][4]]
            head, *others = sheet.written(self._look, self._costs)
            firm = self._firmness(sheet).model_dump_json().encode()
            yield b'%b,"place":%d,"firmness":%b,"others":[%b]}' % (
                head,
                place + 1,
                firm,
                b",".join(one + b',"place":null,"firmness":null,"others":[]}' for one in others),
            )

    def _firmness(self, sheet: Sheet) -> Firmness:
        return firmness_of(sheet.orders, self._orders, sheet.cases[0].score.high)


def _reordered(every: list[Order], number: int, gone: Sequence[Sheet], come: Sequence[Sheet]) -> list[Order]:
    """The order under one weighting without those that went and with those that came."""
    if len(gone) + len(come) > _FEW:
        left = {sheet.orders[number] for sheet in gone if sheet.orders}
        kept = [one for one in every if one not in left] if left else list(every)
        kept.extend(sheet.orders[number] for sheet in come if sheet.orders)
        kept.sort()
        return kept
    after = list(every)
    for sheet in gone:
        if sheet.orders:
            del after[bisect_left(after, sheet.orders[number])]
    for sheet in come:
        if sheet.orders:
            insort(after, sheet.orders[number])
    return after
