"""What became of each pledge to a coalition: a contribution is worth what still stands of it."""

from services.coalitions.readings import (
    PLEDGES,
    Disbursed,
    PledgeAnnounced,
    PledgeCancelled,
    PledgeConfirmed,
    PledgeFulfilled,
    PledgeRedirected,
    PledgeReduced,
    Taken,
)
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money
from shared.projection import Projection

Told = (
    PledgeAnnounced | PledgeRedirected | PledgeReduced | PledgeCancelled | PledgeConfirmed | Disbursed | PledgeFulfilled
)


FIRST = 1
"""The attempt for which a pledge was announced; redirections count on from there."""


class Contribution(Value):
    """A pledge that names a coalition. `standing` is what is still promised or paid of what was announced."""

    pledge: str
    coalition: str
    donor: str
    announced: Money | None
    standing: Money | None
    disbursed: Money | None = None
    in_kind: str = ""
    confirmed: bool = False
    fulfilled: bool = False
    cancelled: bool = False
    link: str


def fold(contribution: Contribution | None, heard: Heard[Told]) -> Contribution | None:
    """The contribution after an event of its pledge; None while the pledge is for something else."""
    event = heard.event
    if isinstance(event, PledgeAnnounced):
        if event.target.kind != "coalition" or not event.target.coalition:
            return None
        return Contribution(
            pledge=heard.identity,
            coalition=event.target.coalition,
            donor=event.donor,
            announced=event.amount,
            standing=event.amount,
            in_kind=event.in_kind,
            link=heard.link,
        )
    if contribution is None:
        return None
    return contribution.model_copy(update={**changes(contribution, event), "link": heard.link})


def changes(contribution: Contribution, event: Told) -> dict[str, object]:
    """The fields that an event changes."""
    match event:
        case PledgeReduced(taken=taken) | PledgeRedirected(taken=taken):
            return {"standing": less(contribution.standing, taken)}
        case PledgeCancelled(taken=taken):
            # What was paid stays paid: only the rest is taken back (IATI: a disbursement is not undone).
            return {"cancelled": True, "standing": less(contribution.standing, taken)}
        case Disbursed(amount=amount):
            before = contribution.disbursed
            return {"disbursed": amount if before is None else before + amount}
        case PledgeConfirmed():
            return {"confirmed": True}
        case PledgeFulfilled():
            return {"fulfilled": True}
        case _:
            return {}


def less(standing: Money | None, taken: tuple[Taken, ...]) -> Money | None:
    """What is left for the coalition: only what was taken from the pledge's first target concerns it."""
    for part in taken:
        if standing is not None and part.attempt == FIRST:
            standing -= part.amount
    return standing


CONTRIBUTIONS = Projection(
    "coalition_contributions",
    version=1,
    category="pledge",
    events=(
        PledgeAnnounced,
        PledgeRedirected,
        PledgeReduced,
        PledgeCancelled,
        PledgeConfirmed,
        Disbursed,
        PledgeFulfilled,
    ),
    document=Contribution,
    fold=fold,
    fields=("coalition",),
    topic=PLEDGES,
)
