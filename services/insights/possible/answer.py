"""Possible coalitions as they are answered: States in the order of the ranking, each with who could help."""

from datetime import date

from services.insights.near.board import Board
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.possible.stances import stances
from services.insights.possible.states import states_near
from services.insights.possible.suggestions import Suggestion, suggest
from shared.messages import Value


class PossibleCoalitions(Value):
    """The suggestions of a day, the State that stands best first; `total` counts all, whatever part is shown.

    A donor's stated capacity is shared out once over all of them, to the State that stands best first.
    """

    as_of: date
    as_recorded: bool
    total: int
    suggestions: tuple[Suggestion, ...]


def possible_coalitions(picture: Picture, lens: Lens, board: Board) -> PossibleCoalitions:
    """What somebody could propose, as known on the day, to the States on this board that are near completion."""
    found = suggest(states_near(picture, lens, board), stances(picture, lens))
    return PossibleCoalitions(as_of=lens.on, as_recorded=lens.as_recorded, total=len(found), suggestions=found)
