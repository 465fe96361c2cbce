"""A donor's pledge from announcement to the last payment. Stream `pledge-<id>`. Drafts never reach it."""

from datetime import date

from services.insights.facts.origin import Document, Fact, done
from services.insights.readings import pledges as told
from shared.dates import PartialDate
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money


class Target(Value):
    """What the pledge is for; blank where it does not say."""

    kind: str
    request: str = ""
    line: str = ""
    state: str = ""
    treaty: str = ""
    article: str = ""
    coalition: str = ""
    project: str = ""


class Tranche(Value):
    """A part with the day it is expected."""

    tranche: str
    amount: Money | None
    expected_on: PartialDate | None


class Announcement(Fact):
    """What was announced: an intention that binds nobody."""

    target: Target
    amount: Money | None
    in_kind: str
    tranches: tuple[Tranche, ...]
    earmarking: str
    conditions: str
    announced_on: date


class Share(Fact):
    """What a request did with the pledge. `how`: allocated, surplus or returned."""

    how: str
    request: str
    line: str
    amount: Money


class Step(Fact):
    """A step of the pledge's life. `how`: confirmed, fulfilled, reduced, redirected or cancelled."""

    how: str
    on: date
    amount: Money | None = None
    target: Target | None = None
    words: str = ""


class Payment(Fact):
    """Money that was paid."""

    disbursement: str
    amount: Money
    disbursed_on: date
    tranche: str


class Pledge(Document):
    """All that is published of a pledge."""

    donor: str = ""
    announcements: tuple[Announcement, ...] = ()
    shares: tuple[Share, ...] = ()
    steps: tuple[Step, ...] = ()
    payments: tuple[Payment, ...] = ()


PledgeHeard = (
    told.PledgeAnnounced
    | told.AllocationRecorded
    | told.SurplusRecorded
    | told.AllocationReturned
    | told.PledgeConfirmed
    | told.Disbursed
    | told.PledgeFulfilled
    | told.PledgeReduced
    | told.PledgeRedirected
    | told.PledgeCancelled
)


def fold(pledge: Pledge | None, heard: Heard[PledgeHeard]) -> Pledge | None:
    """The pledge after one event."""
    pledge = pledge or Pledge(id=heard.identity)
    event = heard.event
    match event:
        case told.PledgeAnnounced():
            announced = Announcement(
                origin=done(heard, event.announced_on),
                target=_target(event.target),
                amount=event.amount,
                in_kind=event.in_kind or "",
                tranches=tuple(
                    Tranche(tranche=part.tranche, amount=part.amount, expected_on=part.expected_on)
                    for part in event.tranches
                ),
                earmarking=event.earmarking or "",
                conditions=event.conditions or "",
                announced_on=event.announced_on,
            )
            return pledge.model_copy(update={"donor": event.donor}).plus("announcements", announced)
        case told.AllocationRecorded():
            return _shared(pledge, heard, "allocated", event)
        case told.SurplusRecorded():
            return _shared(pledge, heard, "surplus", event)
        case told.AllocationReturned():
            return _shared(pledge, heard, "returned", event)
        case told.PledgeConfirmed():
            return _step(pledge, heard, "confirmed", event.confirmed_on, words=event.reference or "")
        case told.Disbursed():
            return pledge.plus(
                "payments",
                Payment(
                    origin=done(heard, event.disbursed_on),
                    disbursement=event.disbursement,
                    amount=event.amount,
                    disbursed_on=event.disbursed_on,
                    tranche=event.tranche or "",
                ),
            )
        case told.PledgeFulfilled():
            return _step(pledge, heard, "fulfilled", event.fulfilled_on)
        case told.PledgeReduced():
            return _step(pledge, heard, "reduced", None, amount=event.amount, words=event.reason)
        case told.PledgeRedirected():
            return _step(
                pledge, heard, "redirected", None, amount=event.amount, target=_target(event.target), words=event.reason
            )
        case told.PledgeCancelled():
            return _step(pledge, heard, "cancelled", None, words=event.reason)


def _shared(
    pledge: Pledge,
    heard: Heard[PledgeHeard],
    how: str,
    event: told.AllocationRecorded | told.SurplusRecorded | told.AllocationReturned,
) -> Pledge:
    share = Share(origin=done(heard), how=how, request=event.request, line=event.line, amount=event.amount)
    return pledge.plus("shares", share)


def _step(
    pledge: Pledge,
    heard: Heard[PledgeHeard],
    how: str,
    on: date | None,
    *,
    amount: Money | None = None,
    target: Target | None = None,
    words: str = "",
) -> Pledge:
    step = Step(origin=done(heard, on), how=how, on=on or heard.at.date(), amount=amount, target=target, words=words)
    return pledge.plus("steps", step)


def _target(named: told.TargetNamed) -> Target:
    return Target(**{name: value or "" for name, value in named.model_dump().items()})
