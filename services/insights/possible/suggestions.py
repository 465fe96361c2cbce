"""Possible coalitions: States near completion whose open needs fit what donors say they can give, with reasons.

Pure: plain values in, suggestions out. Nothing is proposed by it; a coordinator reads it and decides.
Three cautions hold throughout:
* what a donor has not stated is a question to ask, never a fit (missing data is not good news);
* a donor's capacity is shared out once, to the State nearest completion first: the same dollar is not
  suggested twice, so all suggestions together never exceed what donors stated;
* what nobody covers is said line by line (CCM-16).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.insights.near.pieces import name, word, year
from services.insights.near.regions import lies_in
from services.insights.near.settings import TECHNICAL_KINDS
from services.insights.near.told import Piece, Told, in_english, marked, strung, tell
from shared.messages import Value

_AS_DONORS_SAY = {"technical": "technical_expertise", "victim_assistance": "victim_assistance_plan"}
"""Kinds of help as the record of sources has them, in the words in which donors state theirs."""


class NearDuty(Value):
    """An obligation that is near completion. `deadline_in_force`: the first day it can mean; None: not known."""

    id: str
    treaty: str
    article: str
    clock: str
    group: int
    deadline_in_force: date | None
    deadline_passed: bool


class NeedNamed(Value):
    """Which need is meant. `request` and `line` are blank where a source told of it; `link` names the event."""

    request: str
    line: str
    kind: str
    what: str
    treaty: str
    link: str


@dataclass(frozen=True)
class OpenNeed:
    """A need with something still open. `lacking_usd` None: no amount stated, or no rate for it."""

    named: NeedNamed
    lacking_usd: Decimal | None = None
    years: int = 1
    """How many years the help is wanted for; more than one asks for a multi-year donor (COA-4)."""
    at_least: bool = False
    """The sum is only a part of what is needed."""


@dataclass(frozen=True)
class StateNearCompletion:
    """An affected State with its open needs, as the ranking gives it. `region` blank: not known."""

    state: str
    name: str
    obligations: tuple[NearDuty, ...]
    needs: tuple[OpenNeed, ...]
    region: str = ""
    in_coalition: bool = False
    """A coalition for it is proposed, consented, active or suspended: nothing is suggested."""


@dataclass(frozen=True)
class DonorStance:
    """What a donor has stated. Blank tuples and None: it has not said."""

    donor: str
    name: str
    treaties: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    capacity_usd: Decimal | None = None
    """What it can still promise, in US dollars."""
    capacity_year: int | None = None
    """The year that it said this of."""
    multi_year: bool | None = None


class Share(Value):
    """What one partner could take of one need. `usd` None: help in kind."""

    need: NeedNamed
    usd: Decimal | None


class Partner(Value):
    """A donor that fits. `shares` may be empty: it fits, but how much it could give is not known.

    `reasons` rest on what the donor stated itself; `to_ask` is what it, or the State's record, does not say.
    `told` are the reasons apart from their values.
    """

    donor: str
    name: str
    shares: tuple[Share, ...]
    reasons: tuple[str, ...]
    to_ask: tuple[str, ...]
    told: tuple[Told, ...] = ()


class Uncovered(Value):
    """What nobody fits or can pay for. `usd` None: the amount is not known, so it cannot be covered on paper."""

    need: NeedNamed
    usd: Decimal | None
    why: str


class Suggestion(Value):
    """A coalition that somebody could propose, the affected State in the lead.

    `state`: ISO 3166-1 alpha-3. `obligations`: those near completion, the best placed first.
    """

    state: str
    state_name: str
    obligations: tuple[NearDuty, ...]
    partners: tuple[Partner, ...]
    uncovered: tuple[Uncovered, ...]


@dataclass
class _Offer:
    """A donor while its capacity is shared out to one State after another."""

    stance: DonorStance
    left: Decimal | None
    shares: list[Share] = field(default_factory=list)


def suggest(states: Iterable[StateNearCompletion], donors: Iterable[DonorStance]) -> tuple[Suggestion, ...]:
    """A suggestion for each State that has open needs, no coalition yet and at least one donor that fits.

    `states` come nearest to completion first; donors are taken by name, so the same question has the
    same answer.
    """
    by_name = sorted(donors, key=lambda donor: (donor.name, donor.donor))
    capacity = {donor.donor: donor.capacity_usd for donor in by_name}
    suggestions = []
    for state in states:
        if state.in_coalition or not state.needs:
            continue
        offers = [_Offer(donor, capacity[donor.donor]) for donor in by_name if fits(donor, state)]
        uncovered = [left for need in state.needs if (left := share_out(need, offers))]
        partners = tuple(partner(offer, state) for offer in offers if offer.shares or offer.left is None)
        if partners:
            suggestions.append(
                Suggestion(
                    state=state.state,
                    state_name=state.name,
                    obligations=state.obligations,
                    partners=partners,
                    uncovered=tuple(uncovered),
                )
            )
            capacity |= {offer.stance.donor: offer.left for offer in offers}
    return tuple(suggestions)


def fits(donor: DonorStance, state: StateNearCompletion) -> bool:
    """Whether nothing the donor stated speaks against this State, and it names a kind of help asked for."""
    # A State without a region, as in an exercise, is outside none.
    region_ok = not donor.regions or not state.region or lies_in(state.state, donor.regions)
    return region_ok and any(fits_need(donor, need) for need in state.needs)


def fits_need(donor: DonorStance, need: OpenNeed) -> bool:
    """Whether the donor says it gives this kind of help, and does not leave this treaty out."""
    named = need.named
    kind_ok = _AS_DONORS_SAY.get(named.kind, named.kind) in donor.kinds
    return kind_ok and (not donor.treaties or not named.treaty or named.treaty in donor.treaties)


def share_out(need: OpenNeed, offers: list[_Offer]) -> Uncovered | None:
    """Give the need to the offers that fit, each as far as its capacity goes; what is left over is said."""
    fitting = [offer for offer in offers if fits_need(offer.stance, need)]
    if not fitting:
        return Uncovered(need=need.named, usd=need.lacking_usd, why=marked("No donor has stated this kind of help."))
    if need.lacking_usd is None:
        if need.named.kind in TECHNICAL_KINDS:  # people give it rather than money
            fitting[0].shares.append(Share(need=need.named, usd=None))
            return None
        why = marked("The amount in US dollars is not known: ask the State.")
        return Uncovered(need=need.named, usd=None, why=why)
    lacking = need.lacking_usd
    for offer in fitting:
        if offer.left and lacking:
            taken = min(offer.left, lacking)
            offer.left -= taken
            lacking -= taken
            offer.shares.append(Share(need=need.named, usd=taken))
    if lacking:
        unknown = any(offer.left is None for offer in fitting)
        why = marked("More than the capacity stated.")
        if unknown:
            why = marked("A donor that fits has not stated its capacity: ask it.")
        return Uncovered(need=need.named, usd=lacking, why=why)
    if need.at_least:
        why = marked("The sum stated is a part of the need: ask for the rest.")
        return Uncovered(need=need.named, usd=None, why=why)
    return None


def partner(offer: _Offer, state: StateNearCompletion) -> Partner:
    """The donor with why it fits and what has to be asked first."""
    told = tuple(reasons(offer, state))
    return Partner(
        donor=offer.stance.donor,
        name=offer.stance.name,
        shares=tuple(offer.shares),
        reasons=tuple(in_english(one) for one in told),
        to_ask=tuple(to_ask(offer.stance, state)),
        told=told,
    )


def reasons(offer: _Offer, state: StateNearCompletion) -> Iterable[Told]:
    """Only what the donor stated itself."""
    stance = offer.stance
    wanted = {need.named.kind for need in state.needs if fits_need(stance, need)}
    yield tell("Gives %(kinds)s.", kinds=strung([word(words(kind)) for kind in sorted(wanted)]))
    if own := [region for region in stance.regions if lies_in(state.state, (region,))]:
        yield tell("Works in %(regions)s.", regions=strung([name(region) for region in own]))
    named = [treaty for treaty in stance.treaties if any(need.named.treaty == treaty for need in state.needs)]
    if named:
        treaties: Piece = name(named[0])
        for treaty in named[1:]:
            treaties = tell("%(one)s and the %(last)s", one=treaties, last=name(treaty))
        yield tell("Names the %(treaties)s.", treaties=treaties)
    if promised := sum((share.usd for share in offer.shares if share.usd is not None), Decimal(0)):
        usd: Piece = ("money", f"USD {promised:.0f}")
        if stance.capacity_year:
            of_year = year(stance.capacity_year)
            yield tell("Has stated capacity for %(usd)s of it in %(year)s.", usd=usd, year=of_year)
        else:
            yield tell("Has stated capacity for %(usd)s of it.", usd=usd)
    if stance.multi_year and any(need.years > 1 for need in state.needs):
        yield tell("Gives over several years, which is asked for.")
    yield from (tell("Its criterion: %(words)s.", words=name(criterion.rstrip("."))) for criterion in stance.criteria)


def to_ask(stance: DonorStance, state: StateNearCompletion) -> Iterable[str]:
    """What the donor, or the State's record, does not say."""
    if stance.capacity_usd is None:
        yield marked("How much it can give.")
    if not stance.regions:
        yield marked("Whether it works in this region.")
    elif not state.region and not lies_in(state.state, stance.regions):
        yield marked("Which region the State belongs to.")
    if not stance.treaties:
        yield marked("Whether it supports work under this treaty.")
    if any(need.years > 1 for need in state.needs) and not stance.multi_year:
        if stance.multi_year is False:
            yield marked("How help over several years could be given: it gives for one year at a time.")
        else:
            yield marked("How help over several years could be given.")


def words(kind: str) -> str:
    """A kind of help in words."""
    return kind.replace("_", " ")


def by_donor(suggestions: Iterable[Suggestion]) -> Mapping[str, Decimal]:
    """How much of each donor's capacity the suggestions use, in US dollars."""
    used: dict[str, Decimal] = {}
    for suggestion in suggestions:
        for one in suggestion.partners:
            for share in one.shares:
                used[one.donor] = used.get(one.donor, Decimal(0)) + (share.usd or Decimal(0))
    return used
