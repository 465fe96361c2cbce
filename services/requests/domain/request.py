"""A State's request and what pledges cover of it (CCM 6, APMBC 6). Stream `request-<id>`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never, get_args

from services.requests.domain import allocation, in_kind
from services.requests.domain.allocation import Allocation, offer_key
from services.requests.domain.content import RequestContent
from services.requests.domain.earlier import UPCASTS
from services.requests.domain.in_kind import HelpInKind
from services.requests.domain.messages import (
    AcceptInKind,
    AllocatePledge,
    AllocationReleased,
    AlreadySubmitted,
    CloseRequest,
    ContactNamed,
    DraftRequest,
    InKindAccepted,
    InKindDeclined,
    InKindReleased,
    NameContact,
    NoSuchRequest,
    NothingAsked,
    NotSubmitted,
    OfferLoweredEarly,
    PledgeAllocated,
    ReleaseAllocation,
    ReleaseInKind,
    RequestClosed,
    RequestCommand,
    RequestDrafted,
    RequestEnded,
    RequestEvent,
    RequestRevised,
    RequestSubmitted,
    RequestWithdrawn,
    ReviseRequest,
    StateFixed,
    SubmitRequest,
    SurplusReason,
    SurplusReturned,
    WithdrawRequest,
)
from shared.decider import Decider
from shared.messages import Refused
from shared.money import Money
from shared.privacy.messages import ForgetPerson, PersonForgotten

Life = Literal["none", "drafted", "submitted", "withdrawn", "closed"]


@dataclass(frozen=True)
class Request:
    """What must be known to decide. `allocations` stand in the order in which they were made."""

    life: Life = "none"
    content: RequestContent | None = None
    allocations: tuple[Allocation, ...] = ()
    answered: frozenset[str] = frozenset()
    lowered: Mapping[str, Money] = field(default_factory=dict)
    """Offers lowered before they came, by offer: the most that may be taken of each."""
    help_in_kind: tuple[HelpInKind, ...] = ()
    in_kind_answered: frozenset[str] = frozenset()

    @property
    def state(self) -> str | None:
        """The State whose request it is; None where there is none yet."""
        return self.content.state if self.content else None

    @property
    def not_open_because(self) -> SurplusReason | None:
        """Why nothing can be taken at all; None while the request is open."""
        match self.life:
            case "none" | "drafted":
                return "not_submitted"
            case "withdrawn":
                return "request_withdrawn"
            case "closed":
                return "request_closed"
            case "submitted":
                return None
            case _:
                assert_never(self.life)


def decide(command: RequestCommand, request: Request) -> tuple[RequestEvent, ...]:
    """What follows from the command. Offers and releases are never refused."""
    match command:
        case DraftRequest(content=content):
            _not_public_yet(request)
            _same_state(content, request)
            return (RequestDrafted(content=content),) if content != request.content else ()
        case SubmitRequest(content=content):
            return (RequestSubmitted(content=_ready(content or request.content, request)),)
        case ReviseRequest(content=content, reason=reason):
            return _revise(content, reason, request)
        case NameContact(person=person):
            if request.content is None:
                raise NoSuchRequest()
            return (ContactNamed(person=person),)
        case ForgetPerson(subject=subject, reason=reason):
            # A key that was made for a command which was then refused belongs to no request.
            return (PersonForgotten(subject=subject, reason=reason),) if request.content else ()
        case WithdrawRequest(reason=reason):
            _still_open(request)
            return (
                RequestWithdrawn(reason=reason),
                *allocation.release_all(request.allocations, "request_withdrawn"),
                *in_kind.release_all(request.help_in_kind, "request_withdrawn"),
            )
        case CloseRequest(outcome=outcome, experience=experience):
            _still_open(request)
            return (RequestClosed(outcome=outcome, experience=experience),)
        case AllocatePledge():
            return _allocate(command, request)
        case ReleaseAllocation():
            return _release(command, request)
        case AcceptInKind(line=line):
            if offer_key(command) in request.in_kind_answered:
                return ()
            return (in_kind.answer(command, request.not_open_because, _need_is_there(line, request)),)
        case ReleaseInKind(pledge=pledge, attempt=attempt, line=line):
            return in_kind.release(
                pledge,
                attempt,
                line,
                held=any(help.offer == offer_key(command) for help in request.help_in_kind),
                answered=offer_key(command) in request.in_kind_answered,
            )
        case _:
            assert_never(command)


def evolve(request: Request, event: RequestEvent) -> Request:
    """The request after the event."""
    match event:
        case RequestDrafted(content=content):
            return replace(request, life="drafted", content=content)
        case RequestSubmitted(content=content):
            return replace(request, life="submitted", content=content)
        case RequestRevised(content=content):
            return replace(request, content=content)
        case ContactNamed() | PersonForgotten():
            return request
        case PledgeAllocated(pledge=pledge, attempt=attempt, line=line, amount=amount):
            taken = Allocation(pledge, attempt, line, amount)
            return replace(
                request,
                allocations=(*request.allocations, taken),
                answered=request.answered | {taken.offer},
            )
        case SurplusReturned():
            return replace(request, answered=request.answered | {offer_key(event)})
        case AllocationReleased(amount=amount):
            return replace(request, allocations=allocation.lessen(request.allocations, offer_key(event), amount))
        case OfferLoweredEarly(standing=standing):
            return replace(request, lowered={**request.lowered, offer_key(event): standing})
        case InKindAccepted(pledge=pledge, attempt=attempt, line=line):
            given = HelpInKind(pledge, attempt, line)
            return replace(
                request,
                help_in_kind=(*request.help_in_kind, given),
                in_kind_answered=request.in_kind_answered | {given.offer},
            )
        case InKindDeclined():
            return replace(request, in_kind_answered=request.in_kind_answered | {offer_key(event)})
        case InKindReleased():
            key = offer_key(event)
            return replace(
                request,
                help_in_kind=tuple(help for help in request.help_in_kind if help.offer != key),
                in_kind_answered=request.in_kind_answered | {key},
            )
        case RequestWithdrawn():
            return replace(request, life="withdrawn")
        case RequestClosed():
            return replace(request, life="closed")
        case _:
            assert_never(event)


def _revise(content: RequestContent, reason: str, request: Request) -> tuple[RequestEvent, ...]:
    _still_open(request)
    _same_state(content, request)
    _asks_for_something(content)
    if content == request.content:
        return ()
    return (
        RequestRevised(content=content, reason=reason),
        *allocation.release_what_no_longer_fits(request.allocations, content),
        *in_kind.release_what_no_longer_fits(request.help_in_kind, content),
    )


def _allocate(offer: AllocatePledge, request: Request) -> tuple[RequestEvent, ...]:
    if offer_key(offer) in request.answered:
        return ()
    need = request.content.need(offer.line) if request.content else None
    return allocation.answer(
        offer,
        not_open_because=request.not_open_because,
        need=need,
        taken_by_others=request.allocations,
        at_most=request.lowered.get(offer_key(offer)),
    )


def _release(command: ReleaseAllocation, request: Request) -> tuple[RequestEvent, ...]:
    key = offer_key(command)
    if key not in request.answered:
        before = request.lowered.get(key)
        if before is not None and before <= command.standing:
            return ()
        return (
            OfferLoweredEarly(
                pledge=command.pledge, attempt=command.attempt, line=command.line, standing=command.standing
            ),
        )
    return allocation.release_above(command, request.allocations)


def _need_is_there(line: str, request: Request) -> bool:
    return request.content is not None and request.content.need(line) is not None


def _ready(content: RequestContent | None, request: Request) -> RequestContent:
    _not_public_yet(request)
    if content is None:
        raise NothingAsked(field="content", allowed="a draft, or the content with the submission")
    _same_state(content, request)
    _asks_for_something(content)
    return content


def _asks_for_something(content: RequestContent) -> None:
    if not content.needs:
        raise NothingAsked(field="content.needs", found=0, allowed="one or more need lines")
    if not content.obligations:
        raise NothingAsked(field="content.obligations", found=0, allowed="one or more obligations")


def _same_state(content: RequestContent, request: Request) -> None:
    if request.state is not None and content.state != request.state:
        raise StateFixed(field="content.state", found=content.state, allowed=request.state)


def _not_public_yet(request: Request) -> None:
    match request.life:
        case "none" | "drafted":
            return
        case "submitted":
            raise AlreadySubmitted()
        case "withdrawn" | "closed":
            raise RequestEnded()
        case _:
            assert_never(request.life)


def _still_open(request: Request) -> None:
    refusal: type[Refused]
    match request.life:
        case "submitted":
            return
        case "none":
            refusal = NoSuchRequest
        case "drafted":
            refusal = NotSubmitted
        case "withdrawn" | "closed":
            refusal = RequestEnded
        case _:
            assert_never(request.life)
    raise refusal()


REQUESTS: Decider[RequestCommand, RequestEvent, Request] = Decider(
    "request", Request(), decide, evolve, events=get_args(RequestEvent), upcasts=UPCASTS, snapshot_every=200
)
