"""Who is near completion and needs small help? The one function behind every surface.

`rank` is pure: the same documents, day and options give the same answer, in whatever order the
documents come. The current answer is the answer as of today.

Rule: "The score inside a group" in docs/near-completion.md.
"""

from datetime import date

from services.insights.near.ask import Question, questions
from services.insights.near.assess import cases
from services.insights.near.chosen import wanted
from services.insights.near.estimate import costs
from services.insights.near.firmness import firmness
from services.insights.near.groups import NAMES
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.near.row import Row
from services.insights.near.settings import Options
from services.insights.near.shown import row_of
from shared.messages import Value


class GroupCount(Value):
    """A group with the number of States that stand in it with their best obligation."""

    group: int
    name: str
    states: int


class Ranking(Value):
    """The answer on a day. `rows`: each State at its best obligation, with its others beneath.

    `options` carries every number that was used; `supposed` is True where a what-if added facts.
    """

    on: date
    as_recorded: bool
    options: Options
    groups: tuple[GroupCount, ...]
    rows: tuple[Row, ...]
    ask: tuple[Question, ...]
    supposed: bool = False

    def every(self) -> tuple[Row, ...]:
        """All obligations in order, as if each stood for itself."""
        flat = [one for row in self.rows for one in (row.model_copy(update={"others": ()}), *row.others)]
        return tuple(sorted(flat, key=order_of))

    def find(self, obligation: str) -> Row | None:
        """The row of this obligation, wherever it stands."""
        for row in self.rows:
            for one in (row, *row.others):
                if one.id == obligation:
                    return one
        return None

    def in_group(self, group: int) -> tuple[Row, ...]:
        """The States of a group, in order."""
        return tuple(row for row in self.rows if row.group == group)


def order_of(row: Row) -> tuple[int, float, float, date, str, str]:
    """Group, score, lower end of the range, deadline, ISO code; then the duty's name."""
    score = -1.0 if row.score is None else row.score
    return (row.group, -score, -row.range[0], row.deadline_in_force or date.max, row.state, row.id)


def rank(picture: Picture, on: date, options: Options | None = None) -> Ranking:
    """The ranking as known on this day (or, with `as_recorded`, as told to this system by then)."""
    options = options or Options()
    lens = Lens(on, options.as_recorded)
    everything = cases(picture, lens, options)
    known_costs = costs(((one.duty, one.standing.work) for one in everything), picture, lens, options.settings)
    chosen = sorted((one for one in everything if wanted(one, options)), key=lambda one: one.order)
    firm = firmness(chosen, options.settings.weights)
    by_state: dict[str, list[Row]] = {}
    for case in chosen:
        row = row_of(case, picture, lens, options, known_costs)
        row = row.model_copy(update={"group_name": NAMES[row.group]})
        by_state.setdefault(row.state, []).append(row)
    rows = tuple(
        mine[0].model_copy(update={"place": place, "firmness": firm[state], "others": tuple(mine[1:])})
        for place, (state, mine) in enumerate(by_state.items(), start=1)
    )
    counts = {number: sum(row.group == number for row in rows) for number in NAMES}
    return Ranking(
        on=on,
        as_recorded=options.as_recorded,
        options=options,
        groups=tuple(GroupCount(group=number, name=name, states=counts[number]) for number, name in NAMES.items()),
        rows=rows,
        ask=questions(chosen, rows, options.settings.weights),
    )
