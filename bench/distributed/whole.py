"""The whole system: commands over HTTP through the gateway until insights shows what they did."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from bench.bars import Within
from bench.case import OURS, Case
from bench.distributed import bare
from bench.distributed.place import PARTITIONS, Place
from bench.measuring import Contender, Effort, Run, Spread
from deploy.exercise.requests import LESS_SURVEY, SURVEY
from deploy.local_cluster import Cluster
from shared.auth.caller import Caller
from shared.auth.tokens import OwnTokens
from shared.clock import SystemClock

CONNECTIONS = 16
_REQUESTS = 512
"""So many that each is revised a few times in all, as requests are: what is kept of one grows with its revisions."""
_SECONDS = 5.0
"""A run is so many times as long as one of a single adapter: a system needs time to be under load."""
_WARMS_UP = 2.0
"""So many times as long before that: what the runs before have left to be tidied up in the servers is not meant."""
_READS_A_SECOND = 8
_ASKS_AGAIN = 0.01
_TOKENS_AT_ONCE = 50
_SETTLES_IN = 300.0


@dataclass
class WholeSystem:
    """One installation with its requests made, and what it has been seen to carry so far."""

    cluster: Cluster
    client: httpx2.AsyncClient
    carried: list[Run] = field(default_factory=list)
    """Of each saturated run all commands, in the time until insights showed the last of each request."""
    revisions: list[Iterator[int]] = field(default_factory=lambda: [itertools.count(1) for _ in range(_REQUESTS)])

    async def submit(self) -> None:
        """The requests that everything else revises."""
        tokens = [
            (await self._post(f"/requests/bench-{n}/submission", {"content": SURVEY.model_dump(mode="json")}))
            for n in range(_REQUESTS)
        ]
        await self.shown(tokens)

    async def revise(self, n: int) -> str:
        """One request asks for something else than before; the token of it."""
        # A revision that changes nothing would be no commit, and shown before it is asked for.
        content = (SURVEY, LESS_SURVEY)[next(self.revisions[n % _REQUESTS]) % 2]
        body = {"content": content.model_dump(mode="json"), "reason": "What was found in the survey."}
        return await self._post(f"/requests/bench-{n % _REQUESTS}/revisions", body)

    async def shown(self, tokens: list[str]) -> None:
        """Wait until insights answers with all of these in it."""
        for first in range(0, len(tokens), _TOKENS_AT_ONCE):
            await self._shown(tokens[first : first + _TOKENS_AT_ONCE])

    async def _shown(self, tokens: list[str]) -> None:
        until = time.perf_counter() + _SETTLES_IN
        params: dict[str, str | int] = {"after": ",".join(tokens), "history": "requests/request-bench-0", "limit": 1}
        while (answer := await self.client.get("/insights/entries", params=params)).status_code == 503:
            if time.perf_counter() > until:
                raise TimeoutError(f"insights never showed {tokens[-1]}")
            await asyncio.sleep(_ASKS_AGAIN)
        answer.raise_for_status()

    async def _post(self, path: str, body: Any) -> str:
        answer = await self.client.post(path, json=body)
        if answer.status_code != 201:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return str(answer.json()["token"])


def half_of(carried: Sequence[Run]) -> float:
    """Half of the middle of these rates, a second. ValueError for none."""
    return Spread.of([run.rate for run in carried]).middle / 2


async def saturated(system: WholeSystem, _: Path, effort: Effort) -> Run:
    """As many commands as so many connections can send, each waiting for its answer."""
    each: list[float] = []
    newest: dict[int, str] = {}
    began = time.perf_counter()
    until = began + effort.seconds * _SECONDS

    async def caller(first: int) -> None:
        for n in itertools.count(first, CONNECTIONS):
            if (before := time.perf_counter()) > until:
                return
            newest[n % _REQUESTS] = await system.revise(n)
            each.append(time.perf_counter() - before)

    await asyncio.gather(*(caller(n) for n in range(CONNECTIONS)))
    seconds = time.perf_counter() - began
    await system.shown(list(newest.values()))
    system.carried.append(Run(len(each), time.perf_counter() - began))
    return Run(len(each), seconds, tuple(each))


async def at_part(system: WholeSystem, part: float, _: Path, effort: Effort) -> Run:
    """Commands begun at so much of the rate that it carries, whether those before are done or not; of some it is
    asked how long after the receipt insights shows them, once the load has lasted for a while."""
    rate = 2 * half_of(system.carried) * part
    each: list[float] = []
    every = max(1, round(rate / _READS_A_SECOND))
    tokens: list[str] = []

    async def one(n: int) -> None:
        token = await system.revise(n)
        accepted = time.perf_counter()
        tokens.append(token)
        if n % every == 0:
            await system.shown([token])
            if n >= unmeasured:
                each.append(time.perf_counter() - accepted)

    under_way: set[asyncio.Task[None]] = set()
    began = time.perf_counter()
    unmeasured = int(effort.seconds * _WARMS_UP * rate)
    count = unmeasured + max(every + 1, int(effort.seconds * _SECONDS * rate))
    for n in range(count):
        await asyncio.sleep(max(0.0, began + n / rate - time.perf_counter()))
        under_way.add(asyncio.create_task(one(n)))
    await asyncio.gather(*under_way)
    return Run(count, time.perf_counter() - began, tuple(each))


@asynccontextmanager
async def running(place: Place, folder: Path) -> AsyncIterator[WholeSystem]:
    """Every service and the gateway as processes, ready, with the requests in them; all ended afterwards."""
    cluster = Cluster(folder, place.mongodb, place.kafka, f"{place.prefix}w", exercise=True, partitions=PARTITIONS)
    try:
        await asyncio.to_thread(cluster.start_all)
        await asyncio.to_thread(cluster.wait, seconds=300)
        secret = cluster.secret_file.read_text().strip().encode()
        token = OwnTokens(secret, SystemClock()).issue(Caller("bench", "isu"))
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx2.AsyncClient(
            base_url=cluster.address,
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
            limits=limits,
            trust_env=False,
        ) as client:
            system = WholeSystem(cluster, client)
            await system.submit()
            yield system
    finally:
        await asyncio.to_thread(cluster.stop)


def cases(place: Place, system: WholeSystem) -> tuple[Case, ...]:
    """In this order: the second rests on what the first found."""
    return (
        Case(
            "whole",
            f"commands over HTTP, {CONNECTIONS} connections",
            "commands",
            Contender(OURS, partial(saturated, system)),
            (Contender(bare.INSERT, lambda _, effort: bare.inserted(place, effort, CONNECTIONS)),),
            (),
        ),
        Case(
            "whole",
            "accepted to visible in insights, at half of what it carries",
            "commands",
            Contender(OURS, partial(at_part, system, 0.5)),
            (Contender(bare.PATH, lambda _, effort: bare.walked(place, effort)),),
            (Within(99, 250),),
        ),
        Case(
            "whole",
            "accepted to visible in insights, at a quarter of what it carries",
            "commands",
            Contender(OURS, partial(at_part, system, 0.25)),
            (),
            (),
        ),
    )
