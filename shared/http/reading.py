"""Asking over HTTP: who, and how fresh the answer must be."""

from typing import Annotated

from fastapi import Depends, Query

from shared.auth.caller import Caller
from shared.http.calling import AnyCaller

After = Annotated[
    str | None,
    Query(max_length=4_000, description="Consistency tokens of receipts; the answer shows at least these changes"),
]


class Reading:
    """One request that reads; the caller may be the public."""

    def __init__(self, caller: AnyCaller, after: After = None) -> None:
        self.caller: Caller = caller
        self.after = after


Reader = Annotated[Reading, Depends(Reading)]
"""The dependency of every route that reads."""

Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]
