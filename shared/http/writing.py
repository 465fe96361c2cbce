"""Sending a command over HTTP: who, once (Idempotency-Key), and against which version (If-Match)."""

import asyncio
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from shared.auth.caller import Caller
from shared.fictional import must_be_real
from shared.handling import Handler
from shared.http.calling import SignedIn
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


class Writing:
    """One request that writes."""

    def __init__(
        self,
        request: Request,
        response: Response,
        caller: SignedIn,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> None:
        self.caller: Caller = caller
        self._response = response
        self._exercise: bool = request.app.state.exercise
        self._key = idempotency_key
        self._expect = int(if_match.strip('"')) if if_match else None
        self._correlation_id: str = request.scope.get("correlation_id", "")
        self._sent = 0

    async def send(self, handler: Handler[Any, Any, Any], identity: str, command: Command) -> Receipt:
        """Have the command done; the receipt, with its `ETag` on the response.

        The work is finished even if the client goes away meanwhile: it may come back with its key.
        FictionalState where it names one and this is no exercise.
        """
        if not self._exercise:
            must_be_real(command)
        name = self.caller.name
        # A route may send several commands: the key names the request, its place in it the command.
        place = (self._sent,) if self._sent else ()
        command_id = derived_id("http", name, self._key, *place) if self._key else new_id()
        self._sent += 1
        doing = handler.handle(
            identity, command, self.caller, command_id, expect=self._expect, correlation_id=self._correlation_id
        )
        task = asyncio.ensure_future(doing)
        _UNDER_WAY.add(task)
        task.add_done_callback(_UNDER_WAY.discard)
        receipt = await asyncio.shield(task)
        self._response.headers["ETag"] = f'"{receipt.seq}"'
        return receipt

    def fresh(self, *parts: object) -> str:
        """An id for a new thing; the same one when the same key is sent again."""
        return derived_id("new", self.caller.name, self._key, *parts) if self._key else new_id()


Write = Annotated[Writing, Depends(Writing)]
"""The dependency of every route that writes."""
