"""Who is near completion and needs small help? The one function behind every surface.

`rank` is pure: the same documents, day and options give the same answer, in whatever order the
documents come. The current answer is the answer as of today. A service keeps the `Board` behind it
(`board.py`) and lets it follow its documents.

Rule: "The score inside a group" in docs/near-completion.md.
"""

from datetime import date

from services.insights.near.board import Board
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.near.ranked import GroupCount, Ranking, order_of
from services.insights.near.settings import Options
from services.insights.near.slices import SLICED, by_state

__all__ = ["GroupCount", "Ranking", "board_of", "order_of", "rank", "slices_of"]


def slices_of(picture: Picture) -> dict[str, Picture]:
    """The picture cut by States."""
    return by_state({kind: getattr(picture, kind) for kind in SLICED}, picture.rates)


def board_of(picture: Picture, on: date, options: Options | None = None) -> Board:
    """Everything that `rank` answers from."""
    options = options or Options()
    return Board(Lens(on, options.as_recorded), options).changed(slices_of(picture))


def rank(picture: Picture, on: date, options: Options | None = None) -> Ranking:
    """The ranking as known on this day (or, with `as_recorded`, as told to this system by then)."""
    return board_of(picture, on, options).ranking()
