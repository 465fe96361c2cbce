"""What is asked of a pledge, what happens to it, and why it may refuse."""

from datetime import date
from typing import Literal

from pydantic import Field

from services.pledges.domain.books import Taken
from services.pledges.domain.terms import Day, Earmarking, PledgeTerms, Target, Tranche, Year
from shared.messages import Command, Event, NotFound, Refused, Unacceptable
from shared.money import Money
from shared.text import Identity, Prose, Words

InKindAnswer = Literal["accepted", "declined", "released"]


class DraftPledge(Command):
    """Keep a draft, in place of an earlier one. AlreadyAnnounced once it is public."""

    terms: PledgeTerms


class AnnouncePledge(Command):
    """Make the pledge public: the terms given, else the draft. A promise that binds nobody yet."""

    terms: PledgeTerms | None = None
    announced_on: Day


class ConfirmPledge(Command):
    """Commit firmly and in writing (IATI transaction type 2). No amount: all that stands unconfirmed."""

    confirmed_on: Day
    reference: Words = ""
    amount: Money | None = None


class Disburse(Command):
    """Money was placed at the recipient's disposal (IATI type 3). Never more than is confirmed."""

    disbursement: Identity
    amount: Money
    disbursed_on: Day
    tranche: Identity | None = None


class FulfilPledge(Command):
    """Everything that stands has been given. NotAllDisbursed where money that stands is not yet paid."""

    fulfilled_on: Day


class ReducePledge(Command):
    """Take so much off the pledge: what is free first, then from the latest. MoreThanStands for all of it or more."""

    amount: Money
    reason: Prose = Field(min_length=1)


class RedirectPledge(Command):
    """Put so much of the pledge behind another target: what is free first, then from the latest."""

    target: Target
    amount: Money
    reason: Prose = Field(min_length=1)


class CancelPledge(Command):
    """Take back all that has not been disbursed. MoreThanStands where nothing is left to take."""

    reason: Prose = Field(min_length=1)


class RecordAllocation(Command):
    """A request took so much. `answer` names what was heard, so that it counts once."""

    attempt: int
    request: Identity
    line: Identity
    amount: Money
    answer: Identity


class RecordSurplus(Command):
    """A request did not take so much, and why."""

    attempt: int
    request: Identity
    line: Identity
    amount: Money
    reason: Words
    answer: Identity


class RecordRelease(Command):
    """A request gave back so much of what it had taken, and why."""

    attempt: int
    request: Identity
    line: Identity
    amount: Money
    reason: Words
    answer: Identity


class RecordInKindAnswer(Command):
    """A request accepted, declined or gave back help in kind."""

    attempt: int
    request: Identity
    line: Identity
    said: InKindAnswer
    reason: Words = ""
    answer: Identity


class PledgeDrafted(Event):
    """A draft was kept; its donor and the ISU alone see it."""

    published = False
    terms: PledgeTerms


class PledgeAnnounced(Event):
    """The donor promised it in public. It binds nobody and is no funding yet (IATI type 12)."""

    donor: Identity
    target: Target
    amount: Money | None = None
    in_kind: Prose = ""
    tranches: tuple[Tranche, ...] = ()
    earmarking: Earmarking
    conditions: Prose = ""
    run: Words = ""
    year: Year | None = None
    announced_on: date


class PledgeOffered(Event):
    """A request is asked to take this for a need line; its answer is awaited.

    At the announcement (attempt 1) and for each redirection, once the money is back.
    """

    donor: Identity
    attempt: int
    request: Identity
    line: Identity
    amount: Money | None = None
    in_kind: Prose = ""


class OfferLowered(Event):
    """The donor puts no more than `standing` behind an earlier offer; the rest is to be given back."""

    attempt: int
    request: Identity
    line: Identity
    standing: Money


class InKindRecalled(Event):
    """The donor takes its help in kind back from a need line."""

    attempt: int
    request: Identity
    line: Identity


class AllocationRecorded(Event):
    """A request took so much of an offer, in the pledge's currency."""

    attempt: int
    request: Identity
    line: Identity
    amount: Money
    answer: Identity


class SurplusRecorded(Event):
    """So much of an offer came back untaken: it is free to be redirected."""

    attempt: int
    request: Identity
    line: Identity
    amount: Money
    reason: Words
    answer: Identity


class AllocationReturned(Event):
    """So much that a request had taken came back."""

    attempt: int
    request: Identity
    line: Identity
    amount: Money
    reason: Words
    answer: Identity


class InKindAnswered(Event):
    """What a request said to help in kind: accepted, declined or given back, and why."""

    attempt: int
    request: Identity
    line: Identity
    said: InKindAnswer
    reason: Words = ""
    answer: Identity


class PledgeConfirmed(Event):
    """A firm written commitment (IATI type 2); `amount`: what was committed this time, blank for help in kind."""

    confirmed_on: date
    reference: Words = ""
    amount: Money | None = None


class Disbursed(Event):
    """Money was placed at the recipient's disposal, on that day (IATI transaction type 3)."""

    disbursement: Identity
    amount: Money
    disbursed_on: date
    tranche: Identity | None = None


class PledgeFulfilled(Event):
    """Everything that stood has been given."""

    fulfilled_on: date


class PledgeReduced(Event):
    """So much was taken off, and from which attempts."""

    amount: Money
    reason: Prose
    taken: tuple[Taken, ...] = ()


class PledgeRedirected(Event):
    """So much goes to another target, and from which attempts it comes."""

    attempt: int
    target: Target
    amount: Money
    reason: Prose
    taken: tuple[Taken, ...] = ()


class PledgeCancelled(Event):
    """What had not been disbursed was taken back; `amount` is blank for help in kind."""

    reason: Prose
    amount: Money | None = None
    taken: tuple[Taken, ...] = ()


class NoSuchPledge(NotFound):
    """There is no pledge of that name."""


class AlreadyAnnounced(Refused):
    """The pledge is public: reduce, redirect or cancel it instead."""


class NotAnnounced(Refused):
    """The pledge is a draft: announce it first."""


class NothingPromised(Unacceptable):
    """There is no draft here: the terms must come with the announcement."""


class PledgeEnded(Refused):
    """The pledge is fulfilled or cancelled: make a new one."""


class DonorFixed(Unacceptable):
    """A pledge stays with the donor that made it."""


class InKindOnly(Refused):
    """The pledge is help in kind: it has no money to confirm in parts, reduce, redirect or disburse."""


class OtherCurrency(Unacceptable):
    """The amount must be in the currency of the pledge."""


class NothingMoved(Unacceptable):
    """The amount must be more than zero."""


class MoreThanStands(Refused):
    """Less than that is left of the pledge."""


class MoreThanConfirmed(Refused):
    """Less than that is confirmed and not disbursed yet: confirm first."""


class AlreadyConfirmed(Refused):
    """All that stands is confirmed already."""


class DisbursementDiffers(Refused):
    """A disbursement of that name is kept already, with another content."""


class UnknownTranche(Unacceptable):
    """The pledge has no such tranche."""


class NotAllDisbursed(Refused):
    """Some of what stands has not been disbursed: disburse it, or reduce the pledge."""


PledgeCommand = (
    DraftPledge
    | AnnouncePledge
    | ConfirmPledge
    | Disburse
    | FulfilPledge
    | ReducePledge
    | RedirectPledge
    | CancelPledge
    | RecordAllocation
    | RecordSurplus
    | RecordRelease
    | RecordInKindAnswer
)
PledgeEvent = (
    PledgeDrafted
    | PledgeAnnounced
    | PledgeOffered
    | OfferLowered
    | InKindRecalled
    | AllocationRecorded
    | SurplusRecorded
    | AllocationReturned
    | InKindAnswered
    | PledgeConfirmed
    | Disbursed
    | PledgeFulfilled
    | PledgeReduced
    | PledgeRedirected
    | PledgeCancelled
)
