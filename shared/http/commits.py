"""A service's commits for the other services: to heal a hole, to fill a view, to retry what was parked.

Whole commits, exactly as the relay publishes them. For services of this installation only, each with its
own token; people read `/history`, which withholds what is not theirs.
"""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from shared.auth.services import ServiceTokens
from shared.auth.tokens import BadToken
from shared.commits import Commit
from shared.http.history import StreamName
from shared.kit import Kit

_LARGEST_PAGE = 500
_MOST_BYTES = 8 * 1024 * 1024
_BEARER = "Bearer "

AfterNumber = Annotated[str, Query(pattern=r"^[0-9]{1,18}$", description="The number after which to begin")]
AfterPosition = Annotated[str, Query(pattern=r"^[0-9]{1,600}$", description="The position after which to begin")]
Most = Annotated[int, Query(ge=1, le=_LARGEST_PAGE)]


def routes(kit: Kit, tokens: ServiceTokens) -> APIRouter:
    """`/log/streams/{stream}` and `/log`; left out of the contract, which is for people's programs."""

    async def a_service(request: Request) -> str:
        given = request.headers.get("authorization", "")
        if not given.startswith(_BEARER):
            raise BadToken("this is for services of this installation, with their own token")
        return tokens.service(given.removeprefix(_BEARER))

    router = APIRouter(prefix="/log", dependencies=[Depends(a_service)], include_in_schema=False)

    @router.get("/streams/{stream}")
    async def stream(stream: StreamName, after: AfterNumber = "0", limit: Most = _LARGEST_PAGE) -> Response:
        """The stream's commits numbered above `after`, in order."""
        commits = (await kit.store.read(stream, int(after)))[:limit]
        return _page(commits, [commit.seq for commit in commits], limit)

    @router.get("")
    async def everything(after: AfterPosition = "0", limit: Most = _LARGEST_PAGE) -> Response:
        """Commits of all streams behind position `after`, each stream's in order."""
        try:
            commits = list(await kit.store.scan(int(after), limit))
        except OverflowError:
            commits = []  # a position behind every one that a store can give
        return _page(commits, [commit.position for commit in commits], limit)

    return router


def _page(commits: list[Commit], places: list[int], limit: int) -> Response:
    """As JSON: the canonical bodies as text, so that they arrive byte for byte, and where to go on."""
    given: list[dict[str, object]] = []
    size = 0
    for commit in commits:
        body = commit.body()
        if given and size + len(body) > _MOST_BYTES:
            break
        size += len(body)
        given.append({"body": body.decode(), "hash": commit.hash, "position": str(commit.position)})
    ended = len(given) == len(commits) < limit
    # As text: a store's positions may have more digits than JSON's readers take.
    following = None if ended or not given else str(places[len(given) - 1])
    content = orjson.dumps({"commits": given, "next": following})
    return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})
