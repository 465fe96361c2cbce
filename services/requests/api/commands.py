"""What a State, or the ISU for it, does with its requests."""

from fastapi import APIRouter

from services.requests.domain.messages import (
    AlreadySubmitted,
    CloseRequest,
    DraftRequest,
    NoSuchRequest,
    NothingAsked,
    NotSubmitted,
    RequestCommand,
    RequestEnded,
    RequestEvent,
    ReviseRequest,
    StateFixed,
    SubmitRequest,
    WithdrawRequest,
)
from services.requests.domain.request import Request
from shared.auth.caller import Caller
from shared.handling import Handler
from shared.http.problems import problems
from shared.http.writing import Write
from shared.messages import Refused
from shared.receipts import Receipt
from shared.text import Identity


class NameTaken(Refused):
    """That name is in use: take another."""


Requests = Handler[RequestCommand, RequestEvent, Request]


def owned(request: Request, caller: Caller) -> bool:
    """Whether the caller acts for its State, which stays the same for ever (StateFixed)."""
    return request.state is not None and caller.acts_for(request.state)


async def must_own_in(requests: Requests, id: str, caller: Caller) -> None:
    """NoSuchRequest or Forbidden unless the caller may act for the State of this request."""
    request = (await requests.load(id, settled=lambda known: owned(known, caller))).state
    # Nobody else learns that there is a draft, nor whose it is.
    if request.state is None or (request.life == "drafted" and not caller.acts_for(request.state)):
        raise NoSuchRequest(field="id", found=id)
    caller.must_act_for(request.state)


def routes(requests: Requests) -> APIRouter:
    """Every command of a request but its contact; a State acts for itself, the ISU for any."""
    router = APIRouter(tags=["requests"])

    async def must_own(id: str, caller: Caller) -> None:
        await must_own_in(requests, id, caller)

    async def must_own_if_there(id: str, caller: Caller) -> None:
        request = (await requests.load(id, settled=lambda known: owned(known, caller))).state
        if request.life == "drafted" and request.state is not None and not caller.acts_for(request.state):
            raise NameTaken(field="id", found=id)
        if request.state is not None:
            caller.must_act_for(request.state)

    @router.post("", status_code=201, responses=problems(AlreadySubmitted))
    async def draft_new(body: DraftRequest, write: Write) -> Receipt:
        """Begin a draft under a fresh name; the receipt's stream is `request-<name>`."""
        write.caller.must_act_for(body.content.state)
        return await write.send(requests, write.fresh("request"), body)

    @router.post("/{id}/draft", status_code=201, responses=problems(AlreadySubmitted, RequestEnded, StateFixed))
    async def draft(id: Identity, body: DraftRequest, write: Write) -> Receipt:
        """Keep a draft, in place of an earlier one."""
        write.caller.must_act_for(body.content.state)
        await must_own_if_there(id, write.caller)
        return await write.send(requests, id, body)

    @router.post(
        "/{id}/submission",
        status_code=201,
        responses=problems(AlreadySubmitted, RequestEnded, NothingAsked, StateFixed, NoSuchRequest),
    )
    async def submit(id: Identity, body: SubmitRequest, write: Write) -> Receipt:
        """Make it public: the content given, else the draft."""
        if body.content is None:
            await must_own(id, write.caller)
        else:
            write.caller.must_act_for(body.content.state)
            await must_own_if_there(id, write.caller)
        return await write.send(requests, id, body)

    @router.post(
        "/{id}/revisions",
        status_code=201,
        responses=problems(NoSuchRequest, NotSubmitted, RequestEnded, NothingAsked, StateFixed),
    )
    async def revise(id: Identity, body: ReviseRequest, write: Write) -> Receipt:
        """Change what is asked; allocations that no longer fit go back to their donors."""
        await must_own(id, write.caller)
        return await write.send(requests, id, body)

    @router.post("/{id}/withdrawal", status_code=201, responses=problems(NoSuchRequest, NotSubmitted, RequestEnded))
    async def withdraw(id: Identity, body: WithdrawRequest, write: Write) -> Receipt:
        """Take the request back; everything allocated returns."""
        await must_own(id, write.caller)
        return await write.send(requests, id, body)

    @router.post("/{id}/closure", status_code=201, responses=problems(NoSuchRequest, NotSubmitted, RequestEnded))
    async def close(id: Identity, body: CloseRequest, write: Write) -> Receipt:
        """End the request with its outcome and what others can learn from it."""
        await must_own(id, write.caller)
        return await write.send(requests, id, body)

    return router
