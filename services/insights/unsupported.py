"""Who is unsupported, and where donors overlap (CCM-16: "ensure all states in need of assistance receive support")."""

from datetime import date
from itertools import combinations

from services.insights.bound import BoundDuty, bound_duties
from services.insights.near.known import Lens
from services.insights.near.need import Line, need_of
from services.insights.near.picture import Picture
from services.insights.near.settings import Settings
from services.insights.statistics.assisting import given_in
from shared.messages import Value
from shared.money import Money

YEARS_BACK = 3
"""Help of this many calendar years, the running one included, counts as help that goes on."""


class OpenNeed(Value):
    """One thing asked for or said to be needed that nothing covers; `amount` None where no sum is stated.

    `basis`: request (published here), asked (recorded as asked), stated (said by a source). `asked_on`: when.
    """

    kind: str
    what: str
    amount: Money | None
    basis: str
    asked_on: date
    source: str
    link: str


class Unsupported(Value):
    """A State with an open need to which no answer is known, with its deadline in force.

    `help_since`: who is recorded as helping since a recorded need began, with the year. Whether that answers
    the need no source says; where this is not empty the State stands under `not_known`.
    """

    state: str
    treaty: str
    article: str
    clock: str
    deadline_in_force: date | None
    needs: tuple[OpenNeed, ...]
    help_since: tuple[str, ...]
    helped_lately: tuple[str, ...]
    """Donors recorded as helping the State in these years with anything: it may not be quite alone."""


class Overlap(Value):
    """A State and the donors that help it in the same years."""

    state: str
    donors: tuple[str, ...]


class DonorPair(Value):
    """Two donors and the States that both help: whom to talk to before the next pledge."""

    donors: tuple[str, str]
    states: tuple[str, ...]


class WhoHelpsWhom(Value):
    """Unsupported States first; then those of which it is not known; then where donors meet, from `since` on."""

    as_of: date
    since: int
    unsupported: tuple[Unsupported, ...]
    not_known: tuple[Unsupported, ...]
    """Help is recorded since the need began; whether it answers the need is not known."""
    overlaps: tuple[Overlap, ...]
    pairs: tuple[DonorPair, ...]


def who_helps_whom(picture: Picture, lens: Lens, settings: Settings, treaty: str = "") -> WhoHelpsWhom:
    """Open needs without an answer, and donor overlap, as known on the day; of one treaty or both."""
    since = lens.on.year - YEARS_BACK + 1
    helpers = _helpers(picture, lens, since)
    found = [
        told
        for one in bound_duties(picture, lens, settings)
        if one.is_open
        and treaty in ("", one.duty.treaty)
        and (told := _unanswered(one, picture, lens, settings, helpers))
    ]
    found.sort(key=lambda one: (one.deadline_in_force or date.max, one.state, one.treaty, one.article))
    shared = {state: donors for state, donors in helpers.items() if len(donors) > 1}
    return WhoHelpsWhom(
        as_of=lens.on,
        since=since,
        unsupported=tuple(one for one in found if not one.help_since),
        not_known=tuple(one for one in found if one.help_since),
        overlaps=tuple(
            Overlap(state=state, donors=donors)
            for state, donors in sorted(shared.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ),
        pairs=_pairs(shared),
    )


def _unanswered(
    one: BoundDuty, picture: Picture, lens: Lens, settings: Settings, helpers: dict[str, tuple[str, ...]]
) -> Unsupported | None:
    need = need_of(one.duty, picture, lens, settings)
    if not need.open_lines or need.answered:
        return None
    return Unsupported(
        state=one.duty.state,
        treaty=one.duty.treaty,
        article=one.duty.article,
        clock=one.duty.clock,
        deadline_in_force=one.dates.in_force,
        needs=tuple(_open_need(line) for line in need.open_lines),
        help_since=tuple(need.helpers()),
        helped_lately=helpers.get(one.duty.state, ()),
    )


def _open_need(line: Line) -> OpenNeed:
    return OpenNeed(
        kind=line.kind,
        what=line.what,
        amount=line.open,
        basis=line.basis,
        asked_on=line.on,
        source=line.origin.source,
        link=line.origin.link,
    )


def _helpers(picture: Picture, lens: Lens, since: int) -> dict[str, tuple[str, ...]]:
    """Donors by the State they helped; donors without an ISO code by their name. Totals are not donors."""
    found: dict[str, set[str]] = {}
    for year in range(since, lens.on.year + 1):
        for treaty in ("CCM", "APMBC"):
            for help_ in given_in(picture, treaty, year, lens):
                donor = help_.donor or help_.donor_name
                if help_.recipient and donor and not donor.lower().startswith("all donors"):
                    found.setdefault(help_.recipient, set()).add(donor)
    return {state: tuple(sorted(donors)) for state, donors in found.items()}


def _pairs(shared: dict[str, tuple[str, ...]]) -> tuple[DonorPair, ...]:
    states: dict[tuple[str, str], list[str]] = {}
    for state, donors in sorted(shared.items()):
        for pair in combinations(donors, 2):
            states.setdefault(pair, []).append(state)
    pairs = [DonorPair(donors=pair, states=tuple(both)) for pair, both in states.items() if len(both) > 1]
    return tuple(sorted(pairs, key=lambda one: (-len(one.states), one.donors)))
