"""What a row of the ranking carries. Unknown is None or a word, never zero.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from datetime import date
from decimal import Decimal

from services.insights.near.told import Told
from shared.messages import Value
from shared.money import Money, Rate


class Reason(Value):
    """One sentence with its figure, date and source; `link` names the event it rests on.

    `text` is English; `told` is the same apart from its values, for other languages.
    """

    text: str
    link: str = ""
    source: str = ""
    told: Told | None = None


class PartShown(Value):
    """A part of the score: 0 to 1 or None, its weight, how much of it is known, and why.

    `applies` False: this duty has no such part; it is left out, as with weight zero. `told` is `why` apart from
    its values, None where it has none.
    """

    name: str
    label: str
    value: float | None
    weight: float
    known: float
    why: str
    applies: bool = True
    told: Told | None = None


class Condition(Value):
    """True, False or None (unknown), with why and the event. `told` is `why` apart from its values, if any."""

    name: str
    value: bool | None
    why: str
    link: str = ""
    told: Told | None = None


class Figure(Value):
    """A figure beside the one in use, with its date and source."""

    value: Decimal
    unit: str
    period: str
    source: str
    link: str
    words: str = ""


class HelpAsked(Value):
    """One line of the help asked for, or said to be needed; `usd_open` None where it is not known.

    `basis`: request (published here), asked (recorded as asked by the State), stated (said of it by a source).
    `said`: asked for, said to need, or recommended. `asked_on`: when that was said. `asked`: the sum named.
    `answered`: known to be answered; False is no proof that nobody did.
    """

    kind: str
    what: str
    asked: Money | None
    open: Money | None
    usd_open: Decimal | None
    rate: Rate | None
    covered: bool
    answered: bool
    basis: str
    said: str
    asked_on: date
    source: str
    link: str


class Missing(Value):
    """A fact that is missing, what it would decide, and whom to ask.

    `told` and `whom_told` are `fact` and `whom` apart from their values, None where they have none.
    """

    fact: str
    part: str
    whom: str
    told: Told | None = None
    whom_told: Told | None = None


class Estimate(Value):
    """What the work might cost, from other States' stated costs; never added to a sum.

    `usd` = median cost for one `per` × what is left; `low` and `high` with the least and greatest cost.
    `of_states` counts the other States that it is made of; of many only those nearest to the median are named.
    """

    usd: Decimal
    low: Decimal
    high: Decimal
    per: str
    cost_each: Decimal
    of_states: int
    states: tuple[str, ...]
    links: tuple[str, ...]
    words: str
    told: Told | None = None


class Firmness(Value):
    """The places that the row takes when each weight is halved and doubled in turn.

    `passes`: rows of its group it would pass at the upper end of its range; `passed_by`: rows that would
    pass it at the lower end.
    """

    best: int
    worst: int
    words: str
    passes: int
    passed_by: int


class Promise(Value):
    """What a donor has already promised to this State."""

    pledge: str
    amount: Money | None
    in_kind: str
    link: str


class Row(Value):
    """One open obligation on a day. `place` counts States, from 1; rows beneath another have none.

    `deadline_in_force` is the first day that it can mean; `deadline_passed`: its last one lies behind.
    `remaining` in `unit` as of `remaining_on`, the last day of `remaining_period`, which is no more exact than
    its source; so with `baseline`, what the work is measured against. `at_least`, `at_most` say that the source
    gives only a bound. `score`, `range` and `confidence` are 0 to 100; `score` None: too little is known for one.
    `years_left` is remaining ÷ pace; `released` holds the reported years that the pace is made of, newest
    first. `one_declaration_away`: the work is finished and not declared. Each `…_link` names the event,
    blank where no event gives the figure. `remaining_told` is `remaining_formula` apart from a year in it.
    """

    id: str
    state: str
    state_name: str
    treaty: str
    article: str
    clock: str
    duty: str
    family: str
    one_declaration_away: bool
    entry_into_force: date | None
    original_deadline: date | None
    deadline_in_force: date | None
    deadline_passed: bool
    deadline_source: str
    deadline_link: str
    extended: bool
    request_pending: bool
    lodging_day: date | None
    lodging_meeting: str
    lodging_link: str
    status: str
    status_on: str
    status_source: str
    status_link: str
    remaining: Decimal | None
    remaining_on: date | None
    remaining_formula: str
    remaining_source: str
    remaining_link: str
    remaining_period: str
    at_least: bool
    at_most: bool
    baseline: Decimal | None
    baseline_on: date | None
    baseline_period: str
    baseline_source: str
    baseline_link: str
    unit: str
    others_say: tuple[Figure, ...]
    found_since: tuple[Figure, ...]
    pace_per_year: float | None
    pace_years: tuple[int, ...]
    released: tuple[Figure, ...]
    years_left: float | None
    help: tuple[HelpAsked, ...]
    usd_open: Decimal | None
    answered: bool | None
    group: int
    group_name: str
    to_be_confirmed: bool
    score: float | None
    range: tuple[float, float]
    confidence: float
    parts: tuple[PartShown, ...]
    conditions: tuple[Condition, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    estimate: Estimate | None
    kinds: tuple[str, ...]
    region: str
    promised: tuple[Promise, ...] = ()
    remaining_told: Told | None = None
    place: int | None = None
    firmness: Firmness | None = None
    others: tuple["Row", ...] = ()
