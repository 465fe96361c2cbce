"""What is wrong with a table, each mistake with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SHOWN = 50
"""So many mistakes are listed; the rest are counted."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`row` is the line of the file, the header being 1 (0: the file as a whole); `column` may be blank."""

    file: str
    row: int
    column: str
    why: str

    def __str__(self) -> str:
        place = [self.file, str(self.row) if self.row else "", self.column]
        return f"{':'.join(part for part in place if part)}: {self.why}"


class TablesRefused(Exception):
    """Something in the tables is wrong; nothing of any of them was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(f"{len(problems)} {'mistake' if len(problems) == 1 else 'mistakes'}; nothing was written")

    def lines(self) -> list[str]:
        """The first of them, one line each, and how many more there are."""
        shown = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        return [*shown, f"… and {more:,} more"] if more else shown
