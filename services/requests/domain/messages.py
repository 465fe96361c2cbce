"""What is asked of a request (CCM 6, APMBC 6), what happens to it, and why it may refuse."""

from typing import ClassVar, Literal

from pydantic import Field

from services.requests.domain.content import RequestContent
from shared.messages import Command, Event, NotFound, Refused, Unacceptable
from shared.money import Money
from shared.privacy.messages import ForgetPerson, Person, PersonForgotten, SealedPerson
from shared.text import Identity, Prose

SurplusReason = Literal[
    "exceeds_need",
    "other_currency",
    "unknown_line",
    "no_amount_stated",
    "not_submitted",
    "request_closed",
    "request_withdrawn",
    "lowered_by_donor",
]
"""Why money that was offered was not taken."""
ReleaseReason = Literal["lowered_by_donor", "need_revised", "request_withdrawn"]
"""Why money that had been taken is given back."""
Attempt = int
"""Which offer of a pledge it is: 1 at the announcement, one more for each redirection."""


class DraftRequest(Command):
    """Keep a draft, in place of an earlier one. AlreadySubmitted once it is public."""

    content: RequestContent


class SubmitRequest(Command):
    """Make the request public: the content given, else the draft as it stands.

    NothingAsked without a need or an obligation; AlreadySubmitted where it is public.
    """

    content: RequestContent | None = None


class ReviseRequest(Command):
    """Change what is asked. Lines keep their names; what no longer fits is given back, latest first."""

    content: RequestContent
    reason: Prose = Field(min_length=1)


class NameContact(Command):
    """Whom to write to about this request: name, e-mail, telephone, sealed. Never published."""

    person: SealedPerson


class WithdrawRequest(Command):
    """Take the request back. Every allocation returns to its donor."""

    reason: Prose = Field(min_length=1)


class CloseRequest(Command):
    """End the request and say how it went; what was allocated stays so."""

    outcome: Prose = Field(min_length=1)
    experience: Prose = ""


class AllocatePledge(Command):
    """Cover a need line as far as it is open; return the rest. Never refused: a donor waits."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    amount: Money


class ReleaseAllocation(Command):
    """The donor puts no more than `standing` behind this offer from now on.

    It names a level, not a difference: levels only fall, so hearing one twice, late, or before the
    offer itself comes to the same.
    """

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    standing: Money


class AcceptInKind(Command):
    """Note help in kind for a line. Never refused: a donor waits."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    description: Prose


class ReleaseInKind(Command):
    """The donor takes its help in kind back, perhaps before the offer was heard of."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity


class RequestDrafted(Event):
    """A draft was kept; its State and the ISU alone see it."""

    published = False
    content: RequestContent


class RequestSubmitted(Event):
    """The request became public, as it then read (CCM-8)."""

    content: RequestContent


class RequestRevised(Event):
    """What is asked changed; the whole new content, and why."""

    content: RequestContent
    reason: Prose


class ContactNamed(Event):
    """Whom to write to; never leaves this service. Schema 1 held the details in the clear (`earlier.py`)."""

    schema_version: ClassVar[int] = 2
    published = False
    person: Person


class PledgeAllocated(Event):
    """So much of an offer covers a need line from now on."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    amount: Money


class SurplusReturned(Event):
    """So much of an offer was not taken. It never counted as allocated."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    amount: Money
    reason: SurplusReason


class AllocationReleased(Event):
    """So much of what was allocated is given back; the line is open by it again."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    amount: Money
    reason: ReleaseReason


class OfferLoweredEarly(Event):
    """The donor lowered an offer that had not been answered here yet: kept for when it comes."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    standing: Money


class InKindAccepted(Event):
    """Help in kind was noted for a line; it is not reckoned as a sum."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    description: Prose


class InKindDeclined(Event):
    """Help in kind found no open line, and why."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    reason: SurplusReason


class InKindReleased(Event):
    """Help in kind no longer counts for the line (or never will, if the offer is still to come)."""

    pledge: Identity
    attempt: Attempt = 1
    line: Identity
    reason: ReleaseReason


class RequestWithdrawn(Event):
    """The State took the request back; what had been allocated is released beside this."""

    reason: Prose


class RequestClosed(Event):
    """The request ended, with its outcome and what others can learn from it."""

    outcome: Prose
    experience: Prose = ""


class NoSuchRequest(NotFound):
    """There is no request of that name."""


class NothingAsked(Unacceptable):
    """A submitted request names at least one obligation and at least one need."""


class AlreadySubmitted(Refused):
    """The request is public: revise it instead."""


class NotSubmitted(Refused):
    """The request is not public yet: submit it first."""


class RequestEnded(Refused):
    """The request was withdrawn or closed: make a new one."""


class StateFixed(Unacceptable):
    """A request stays with the State that made it."""


RequestCommand = (
    DraftRequest
    | SubmitRequest
    | ReviseRequest
    | NameContact
    | ForgetPerson
    | WithdrawRequest
    | CloseRequest
    | AllocatePledge
    | ReleaseAllocation
    | AcceptInKind
    | ReleaseInKind
)
RequestEvent = (
    RequestDrafted
    | RequestSubmitted
    | RequestRevised
    | ContactNamed
    | PersonForgotten
    | PledgeAllocated
    | SurplusReturned
    | AllocationReleased
    | OfferLoweredEarly
    | InKindAccepted
    | InKindDeclined
    | InKindReleased
    | RequestWithdrawn
    | RequestClosed
)
