"""The five groups, in the order in which every surface shows them.

| near | needs help | small help | group |
| true | true | true | 1 |
| two of the three true, the third unknown | | | 1, to be confirmed |
| true | false | any | 2 |
| true | true or unknown | false | 3 |
| true | unknown | unknown | 3, to be confirmed: near, and nobody says that it manages alone or with little |
| false | any | any | 4 |
| unknown | not (true and true) | | 5 |

"Near, on track alone" is said only where a source says so: the last row of the near ones would
otherwise turn silence into good news.

Rule: "Groups" in docs/near-completion.md.
"""

from services.insights.near.conditions import Answer
from services.insights.near.told import marked

TOO_LITTLE_KNOWN = 5
NAMES = {
    1: marked("near completion, small help"),
    2: marked("near, on track alone"),
    3: marked("near, larger help"),
    4: marked("further away"),
    5: marked("too little known to say"),
}


def group_of(near: Answer, needs_help: Answer, small_help: Answer) -> tuple[int, bool]:
    """The group, and whether it is still to be confirmed."""
    answers = (near.value, needs_help.value, small_help.value)
    if False not in answers and answers.count(True) >= 2:
        return 1, None in answers
    if near.value is False:
        return 4, False
    if near.value is None:
        return 5, False
    if needs_help.value is False:
        return 2, False
    return 3, needs_help.value is None
