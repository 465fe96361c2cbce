"""Other services' streams, asked of their owners over HTTP (`shared.http.commits`)."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2

from shared.auth.services import ServiceTokens
from shared.commits import Commit
from shared.log import LogUnavailable
from shared.log.records import BadRecord, checked

_PATIENCE = 10.0


class OwnersOverHttp:
    """Asks as the service `me`; `addresses` are the services' own (`http://requests:8000`), by name."""

    def __init__(
        self,
        me: str,
        addresses: Mapping[str, str],
        tokens: ServiceTokens,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._me = me
        self._addresses = addresses
        self._tokens = tokens
        self._client = httpx2.AsyncClient(timeout=_PATIENCE, transport=transport, trust_env=False)

    async def read(self, topic: str, stream: str, after: int = 0) -> list[Commit]:
        """The stream's commits above that number, none missing. LogUnavailable where its owner does not answer."""
        return [commit async for commit in self._pages(topic, f"/{topic}/log/streams/{stream}", after)]

    def everything(self, topic: str, after: int = 0) -> AsyncIterator[Commit]:
        """All commits behind that position of the owner's store, each stream's in order."""
        return self._pages(topic, f"/{topic}/log", after)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _pages(self, topic: str, path: str, after: int) -> AsyncIterator[Commit]:
        following: str | None = str(after)
        while following is not None:
            page = await self._page(topic, path, following)
            for one in page["commits"]:
                try:
                    yield checked(one["body"].encode(), one["hash"]).at_position(int(one["position"]))
                except BadRecord as error:
                    raise LogUnavailable(f"{topic} answered with a commit that is not whole: {error}") from error
            following = page["next"]

    async def _page(self, topic: str, path: str, after: str) -> dict[str, Any]:
        if (address := self._addresses.get(topic)) is None:
            raise LogUnavailable(f"it is not known where {topic} is")
        headers = {"Authorization": f"Bearer {self._tokens.issue(self._me)}"}
        try:
            answer = await self._client.get(f"{address}{path}", params={"after": after}, headers=headers)
            if answer.status_code != 200:
                raise LogUnavailable(f"{topic} answered {answer.status_code} when asked for {path}")
            page = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise LogUnavailable(f"{topic} does not answer: {str(error) or type(error).__name__}") from error
        if not isinstance(page, dict) or not {"commits", "next"} <= page.keys():
            raise LogUnavailable(f"what answers at {address}{path} is not {topic}")
        return page
