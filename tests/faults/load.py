"""Concurrent clients over HTTP. They repeat what they got no answer to, with the same key."""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx2

from shared.auth.caller import Caller
from shared.auth.tokens import OwnTokens
from shared.clock import SystemClock
from shared.receipts import Receipt
from tests.faults.process import PLAIN
from tests.faults.story import Story
from tests.faults.told import Read, Sent, Told

CLIENTS = 8
_PATIENCE = 8.0
_READ_AFTER = 0.3


class Load:
    """The clients of one folder, over all the lives of its server."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.told = Told()
        self.story = Story(seed)
        self.pause = 0.02
        """Seconds before a client goes on after it got no answer."""
        self._dice = random.Random(seed + 1)
        self._tokens = OwnTokens.from_file(folder / "token-secret", SystemClock())
        self._headers: dict[Caller, dict[str, str]] = {}

    def headers(self, sent: Sent) -> dict[str, str]:
        """Who sends it, under which key."""
        if sent.caller not in self._headers:
            # The server's clock may be set forward past the next midnight, which is up to a day away.
            token = self._tokens.issue(sent.caller, timedelta(days=3))
            self._headers[sent.caller] = {"Authorization": f"Bearer {token}"}
        return {**self._headers[sent.caller], "Idempotency-Key": sent.key}

    async def run(self, address: str, until: asyncio.Future[int] | asyncio.Event) -> None:
        """All clients at once, until the server has ended or the run has had enough."""
        async with asyncio.TaskGroup() as clients:
            for _ in range(CLIENTS):
                clients.create_task(self._client(address, until))

    async def repeat_unknown(self, address: str) -> None:
        """Send again what has no answer yet, until each has one; and some that have one."""
        some = self._dice.sample(list(self.told.receipts), min(5, len(self.told.receipts)))
        async with httpx2.AsyncClient(base_url=address, verify=PLAIN, timeout=_PATIENCE) as client:
            for sent in (*self.told.unknown.values(), *(self.told.sent[key] for key in some)):
                await self.send(client, sent)
            for _ in range(200):
                for sent in list(self.told.unknown.values()):
                    await self.send(client, sent)
                if not self.told.unknown:
                    return
                await asyncio.sleep(0.05)
        self.told.strange.append(f"still no answer to {sorted(self.told.unknown)[:5]}")

    async def _client(self, address: str, until: asyncio.Future[int] | asyncio.Event) -> None:
        async with httpx2.AsyncClient(base_url=address, verify=PLAIN, timeout=_PATIENCE) as client:
            while not _over(until):
                sent = self.story.next()
                receipt = await self.send(client, sent)
                if receipt is not None and self._dice.random() < _READ_AFTER:
                    await self._read(client, sent, receipt)
                elif sent.key in self.told.unknown:
                    await asyncio.sleep(self.pause)

    async def send(self, client: httpx2.AsyncClient, sent: Sent) -> Receipt | None:
        """Send it once; the receipt, if there was one."""
        self.told.sent[sent.key] = sent
        try:
            answer = await client.post(sent.path, json=dict(sent.body), headers=self.headers(sent))
        except httpx2.TransportError:
            self.told.nothing_came_back(sent)
            return None
        return self.told.got(sent, answer.status_code, answer.json())

    async def _read(self, client: httpx2.AsyncClient, sent: Sent, receipt: Receipt) -> None:
        page = sent.path.rpartition("/")[0]
        if sent.service not in ("requests", "pledges"):
            return
        with suppress(httpx2.TransportError):
            answer = await client.get(page, params={"after": receipt.token})
            if answer.status_code == 503:
                self.told.answers[503] += 1
                return  # not yet visible, and it says so
            if answer.status_code != 200:
                self.told.strange.append(f"{page} after {receipt.token}: {answer.status_code}")
                return
            shown = answer.json()
            mark = (
                shown["content"]["obstacle"] if sent.service == "requests" else shown["ladder"]["disbursed"]["amount"]
            )
            self.told.reads.append(Read(receipt.stream, receipt.seq, mark))


def _over(until: asyncio.Future[int] | asyncio.Event) -> bool:
    return until.is_set() if isinstance(until, asyncio.Event) else until.done()
