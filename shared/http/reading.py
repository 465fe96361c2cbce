"""Asking over HTTP: who, and how fresh the answer must be."""

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import TypeAdapter

from shared.auth.caller import Caller
from shared.http.by_hand import as_fastapi_says, checked
from shared.http.calling import AnyCaller, who

After = Annotated[
    str | None,
    Query(max_length=4_000, description="Consistency tokens of receipts; the answer shows at least these changes"),
]


class Reading:
    """One request that reads; the caller may be the public."""

    def __init__(self, caller: Caller, after: str | None = None) -> None:
        self.caller = caller
        self.after = after


_TOKENS: TypeAdapter[str | None] = TypeAdapter(After)


async def reading(request: Request) -> Reading:
    """The request as one that reads. BadToken, or RequestValidationError for tokens without the right form."""
    return Reading(who(request), checked(_TOKENS, request.query_params.get("after"), "query", "after"))


def _declared(_: AnyCaller, after: After = None) -> None: ...


DECLARED = as_fastapi_says(_declared)
"""What `reading` reads, for the contract."""

Reader = Annotated[Reading, Depends(reading)]
"""The dependency of every route that reads."""

Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]
