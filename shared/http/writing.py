"""Sending a command over HTTP: who, once (Idempotency-Key), and against which version (If-Match)."""

import asyncio
from typing import Annotated, Any, Protocol

from fastapi import Depends, Header, Request, Response
from pydantic import TypeAdapter

from shared.auth.caller import Caller
from shared.fictional import must_be_real
from shared.handling import Handler
from shared.http.by_hand import as_fastapi_says, checked
from shared.http.calling import SignedIn, who_signed_in
from shared.ids import derived_id, new_id
from shared.messages import Command
from shared.receipts import Receipt

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Names this command: repeat it with the same key and it is done once (IETF draft Idempotency-Key)",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(pattern=r'^"\d{1,9}"$', description='The ETag you decided on, such as "4"; 412 if it has moved on'),
]


# The loop itself holds tasks weakly; one whose client has gone would have nobody else.
_UNDER_WAY: set[asyncio.Future[Receipt]] = set()


class Said(Protocol):
    """Takes what the answer says in its headers, by name."""

    def __setitem__(self, name: str, value: str, /) -> None: ...


class Writing:
    """One request that writes."""

    def __init__(
        self,
        request: Request,
        said: Said,
        caller: Caller,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> None:
        self.caller = caller
        self._said = said
        self._exercise: bool = request.app.state.exercise
        self._key = idempotency_key
        self._expect = int(if_match.strip('"')) if if_match else None
        self._correlation_id: str = request.scope.get("correlation_id", "")
        self._sent = 0

    async def send(self, handler: Handler[Any, Any, Any], identity: str, command: Command) -> Receipt:
        """Have the command done; the receipt, with its `ETag` among the answer's headers.

        The work is finished even if the client goes away meanwhile: it may come back with its key.
        FictionalState where it names one and this is no exercise.
        """
        if not self._exercise:
            must_be_real(command)
        command_id = self.named() or new_id()
        self._sent += 1
        doing = handler.handle(
            identity, command, self.caller, command_id, expect=self._expect, correlation_id=self._correlation_id
        )
        task = asyncio.ensure_future(doing)
        _UNDER_WAY.add(task)
        task.add_done_callback(_UNDER_WAY.discard)
        receipt = await asyncio.shield(task)
        self._said["ETag"] = f'"{receipt.seq}"'
        return receipt

    def named(self) -> str | None:
        """The id of the next command to be sent, where the caller named it; None where it will be a new one."""
        name = self.caller.name
        # A route may send several commands: the key names the request, its place in it the command.
        place = (self._sent,) if self._sent else ()
        return derived_id("http", name, self._key, *place) if self._key else None

    def fresh(self, *parts: object) -> str:
        """An id for a new thing; the same one when the same key is sent again."""
        return derived_id("new", self.caller.name, self._key, *parts) if self._key else new_id()


_KEY: TypeAdapter[str | None] = TypeAdapter(IdempotencyKey)
_VERSION: TypeAdapter[str | None] = TypeAdapter(IfMatch)


def begun(request: Request, said: Said) -> Writing:
    """The request as one that writes; what it has to say in headers goes into `said`.

    BadToken, or RequestValidationError for a header without the right form.
    """
    caller, headers = who_signed_in(request), request.headers
    key, version = headers.get("idempotency-key"), headers.get("if-match")
    if key is not None:
        checked(_KEY, key, "header", "idempotency-key")
    if version is not None:
        checked(_VERSION, version, "header", "if-match")
    return Writing(request, said, caller, key, version)


async def writing(request: Request, response: Response) -> Writing:
    """The same as a dependency of FastAPI's."""
    return begun(request, response.headers)


def _declared(_: SignedIn, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None) -> None: ...


DECLARED = as_fastapi_says(_declared)
"""What `begun` reads, for the contract."""

Write = Annotated[Writing, Depends(writing)]
"""The dependency of every route that writes."""
