"""The ranking as it is answered: groups, rows in order, and what to ask next.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from datetime import date

from services.insights.near.ask import Question
from services.insights.near.row import Row
from services.insights.near.settings import Options
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
