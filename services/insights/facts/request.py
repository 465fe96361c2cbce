"""A State's published request. Stream `request-<id>`. Drafts never reach this document."""

from services.insights.facts.origin import Document, Fact, done
from services.insights.readings import requests as told
from shared.dates import PartialDate
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money


class Duty(Value):
    """The obligation that a request or coalition is for."""

    treaty: str
    article: str
    clock: str = ""


class NeedLine(Value):
    """One line of a request; treaty and article where the line says them itself."""

    line: str
    kind: str
    description: str
    amount: Money | None
    quantity: str
    year_from: int | None
    year_to: int | None
    treaty: str
    article: str


class Version(Fact):
    """The request as it read from a day on. The newest known one counts."""

    obligations: tuple[Duty, ...]
    needs: tuple[NeedLine, ...]
    obstacle: str
    obstacle_size: str
    authority: str
    local_partner: str
    completion_plan: str
    completion_planned_on: PartialDate | None
    development_benefit: str
    sdgs: tuple[int, ...]
    multi_year: bool | None
    places: tuple[str, ...]
    channels: tuple[str, ...]
    reason: str


class Allocation(Fact):
    """Part of a pledge that covers a line, or (`released`) no longer does."""

    pledge: str
    line: str
    amount: Money
    released: bool = False
    reason: str = ""


class Surplus(Fact):
    """What was offered beyond the open need."""

    pledge: str
    line: str
    amount: Money
    reason: str


class InKind(Fact):
    """Help in kind accepted for a line, or (`released`) no longer counted for it."""

    pledge: str
    line: str
    description: str
    released: bool = False


class Ending(Fact):
    """The request ended: `how` is withdrawn or closed."""

    how: str
    words: str
    experience: str = ""


class Request(Document):
    """All that is published of a request."""

    state: str = ""
    versions: tuple[Version, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    surpluses: tuple[Surplus, ...] = ()
    in_kind: tuple[InKind, ...] = ()
    endings: tuple[Ending, ...] = ()


RequestHeard = (
    told.RequestSubmitted
    | told.RequestRevised
    | told.PledgeAllocated
    | told.SurplusReturned
    | told.AllocationReleased
    | told.InKindAccepted
    | told.InKindReleased
    | told.RequestWithdrawn
    | told.RequestClosed
)


def fold(request: Request | None, heard: Heard[RequestHeard]) -> Request | None:
    """The request after one event."""
    request = request or Request(id=heard.identity)
    event = heard.event
    match event:
        case told.RequestSubmitted():
            return _version(request, heard, event.content, "")
        case told.RequestRevised():
            return _version(request, heard, event.content, event.reason)
        case told.PledgeAllocated():
            return request.plus(
                "allocations",
                Allocation(origin=done(heard), pledge=event.pledge, line=event.line, amount=event.amount),
            )
        case told.AllocationReleased():
            return request.plus(
                "allocations",
                Allocation(
                    origin=done(heard),
                    pledge=event.pledge,
                    line=event.line,
                    amount=event.amount,
                    released=True,
                    reason=event.reason,
                ),
            )
        case told.SurplusReturned():
            return request.plus(
                "surpluses",
                Surplus(
                    origin=done(heard), pledge=event.pledge, line=event.line, amount=event.amount, reason=event.reason
                ),
            )
        case told.InKindAccepted():
            return request.plus(
                "in_kind",
                InKind(origin=done(heard), pledge=event.pledge, line=event.line, description=event.description),
            )
        case told.InKindReleased():
            return request.plus(
                "in_kind",
                InKind(
                    origin=done(heard),
                    pledge=event.pledge,
                    line=event.line,
                    description=event.reason,
                    released=True,
                ),
            )
        case told.RequestWithdrawn():
            return request.plus("endings", Ending(origin=done(heard), how="withdrawn", words=event.reason))
        case told.RequestClosed():
            return request.plus(
                "endings",
                Ending(origin=done(heard), how="closed", words=event.outcome, experience=event.experience),
            )


def _version(request: Request, heard: Heard[RequestHeard], content: told.RequestContent, reason: str) -> Request:
    version = Version(
        origin=done(heard),
        obligations=tuple(Duty(treaty=d.treaty, article=d.article, clock=d.clock) for d in content.obligations),
        needs=tuple(
            NeedLine(
                line=need.line,
                kind=need.kind,
                description=need.description,
                amount=need.amount,
                quantity=need.quantity,
                year_from=need.year_from,
                year_to=need.year_to,
                treaty=need.treaty or "",
                article=need.article or "",
            )
            for need in content.needs
        ),
        obstacle=content.obstacle or "",
        obstacle_size=content.obstacle_size or "unknown",
        authority=content.authority or "",
        local_partner=content.local_partner or "",
        completion_plan=content.completion_plan or "",
        completion_planned_on=content.completion_planned_on,
        development_benefit=content.development_benefit or "",
        sdgs=content.sdgs,
        multi_year=content.multi_year,
        places=content.places,
        channels=content.channels,
        reason=reason,
    )
    return request.model_copy(update={"state": content.state, "versions": (*request.versions, version)})
