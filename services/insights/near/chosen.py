"""Which part of the list is asked for: by treaty, article, State, region and kind of help.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from services.insights.near.assess import Case
from services.insights.near.regions import lies_in
from services.insights.near.settings import Options


def kinds_asked(case: Case) -> tuple[str, ...]:
    """The kinds of help that are asked for and open; empty where nobody has said which."""
    return tuple(dict.fromkeys(line.kind for line in case.standing.need.open_lines))


def wanted(case: Case, options: Options) -> bool:
    """Whether the case is in the part of the list that is asked for."""
    duty = case.duty
    return (
        (not options.treaties or duty.treaty in options.treaties)
        and (not options.articles or duty.article in options.articles)
        and (not options.states or duty.state in options.states)
        and (not options.regions or lies_in(duty.state, options.regions))
        and (not options.kinds or not (asked := kinds_asked(case)) or bool(set(options.kinds) & set(asked)))
    )
