"""The kinds of faults. Each takes a running folder through one, and leaves a settled server behind."""

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from deploy.catalogue import SERVICES
from deploy.settings import DRAIN_SECONDS
from shared.auth.caller import Caller
from shared.failpoints import REBUILDING
from tests.faults.arena import Arena
from tests.faults.process import PLAIN, NotStarted, Server
from tests.faults.told import Sent

_COMMANDS = (
    "between-works/events",
    "before-commit/events",
    "after-commit/events",
    "decided",
    "appended",
    "handled",
)
_FOLLOWERS = (
    "before-fold",
    "folded",
    "before-handle",
    "after-handle",
    "timer-fired",
    "batch-taken",
    "place-remembered",
    "before-commit/views",
    "after-commit/views",
    "between-works/views",
)
_FILLING = (
    "before-fold",
    "folded",
    "before-commit/views",
    "after-commit/views",
    "filling",
    "gathered-written",
    "filling-remembered",
)
_OFTEN = ("filling", "gathered-written", "filling-remembered", "alias-changed")
_REBUILD = (*REBUILDING, "dropping")
_REMADE = ("requests", "pledges")
_REMADE_WITHIN = 20.0
_PASSED_WITHIN = 3.0
_KILLS_A_ROUND = 3
_WRITTEN = ("requests/events", "pledges/events", "deadlines/events")
_SHOWN = tuple(f"{name}/views" for name in SERVICES)
_ISU = Caller("desk", "isu")


async def killed_in_commands(arena: Arena) -> None:
    """F1: `kill -9` around the commit of a command, or at any moment."""
    await _killed(arena, _COMMANDS)


async def killed_in_followers(arena: Arena) -> None:
    """F3: `kill -9` around what views, policies and timers do, or at any moment."""
    await _killed(arena, _FOLLOWERS)


async def _killed(arena: Arena, places: Sequence[str]) -> None:
    await arena.up()
    for _ in range(_KILLS_A_ROUND):
        await _killed_once(arena, places)


async def _killed_once(arena: Arena, places: Sequence[str]) -> None:
    server = await arena.up()
    named = arena.dice.random() < 0.6
    if named:
        await server.order("failpoint", f"{arena.dice.choice(places)}:{arena.dice.randint(1, 15)}")
    clients = asyncio.create_task(arena.load.run(server.address, server.ended))
    await asyncio.wait([server.ended], timeout=_PASSED_WITHIN if named else arena.dice.uniform(0.02, 0.8))
    arena.kills += server.ended.done()
    await arena.kill()
    await clients
    await arena.recover()


async def clock_jumps(arena: Arena) -> None:
    """F5: the clock goes an hour forth and back across midnight, while nobody sweeps the timers."""
    await arena.kill()
    server = await arena.up(sweep_every=86_400)
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    shift = int((midnight - now).total_seconds()) - 1_800
    over = asyncio.Event()
    clients = asyncio.create_task(arena.load.run(server.address, over))
    for hours in (0, 1, 0, -1, 1, 0):
        await server.order("clock", shift + hours * 3_600)
        await asyncio.sleep(arena.dice.uniform(0.02, 0.2))
        if arena.dice.random() < 0.5:
            await server.order("sweep")
    over.set()
    await clients
    await server.order("sweep")
    await arena.kill()
    await arena.recover()


async def killed_while_filling(arena: Arena) -> None:
    """F8: a view is made anew beside the live one under load, or a new version of every projection is filled."""
    if arena.dice.random() < 0.7:
        await killed_while_made_anew(arena)
    else:
        await killed_while_filled_at_the_start(arena)


async def killed_while_made_anew(arena: Arena) -> None:
    """The process dies at a step of it, while clients write and read; what is left is old or new, and is made whole."""
    await arena.up()
    for _ in range(_KILLS_A_ROUND):
        server = await arena.up()
        place = arena.dice.choice(_REBUILD)
        # Few views have many pages here: the later passages of a place are other views' turns.
        passage = arena.dice.randint(1, 8 if place in _OFTEN else 3)
        await server.order("failpoint", f"{place}:{passage}")
        clients = asyncio.create_task(arena.load.run(server.address, server.ended))
        with suppress(httpx2.TransportError):
            async with httpx2.AsyncClient(base_url=server.address, verify=PLAIN, timeout=30) as client:
                await _make_all_anew(arena, client, server)
        await asyncio.wait([server.ended], timeout=0.2)
        arena.kills += server.ended.done()
        await arena.kill()
        await clients
        await arena.recover()
    server = await arena.up()
    async with httpx2.AsyncClient(base_url=server.address, verify=PLAIN, timeout=30) as client:
        await _make_all_anew(arena, client, server, drop=False)


async def _make_all_anew(arena: Arena, client: httpx2.AsyncClient, server: Server, drop: bool = True) -> None:
    """One view after the other, each to its end; what differs from the live one is strange."""
    for name in _REMADE:
        for view in (await client.get(f"/{name}/operations/views", headers=_as_isu(arena))).json():
            path = f"/{name}/operations/views/{view['view']}"
            await client.post(f"{path}/rebuild", headers=_as_isu(arena))
            until, told = time.monotonic() + _REMADE_WITHIN, {"stage": "live"}
            while not server.ended.done():
                told = (await client.get(f"{path}/rebuild", headers=_as_isu(arena))).json()
                if told["stage"] not in ("filling", "comparing"):
                    break
                if time.monotonic() > until:
                    arena.load.told.strange.append(f"{path} was not made anew in time: {told}")
                    return
                await asyncio.sleep(0.02)
            if told["stage"] != "live" and not server.ended.done():
                arena.load.told.strange.append(f"{path} was not switched to: {told}")
            if drop and arena.dice.random() < 0.3:
                await client.delete(f"{path}/old", headers=_as_isu(arena))


async def killed_while_filled_at_the_start(arena: Arena) -> None:
    """The new version is filled before the service answers; the process dies at it, sometimes twice."""
    await _some_load(arena, 0.3)
    await arena.kill()
    arena.raised += 1
    for _ in range(arena.dice.choice((1, 1, 2))):
        place = arena.dice.choice(_FILLING)
        passage = arena.dice.randint(1, 30)
        arena.server = await arena.nursery.server(arena.folder, f"{place}:{passage}", arena.raised)
        await asyncio.wait([arena.server.ended], timeout=_PASSED_WITHIN)
        arena.kills += arena.server.ended.done()
        await arena.kill()
    await arena.recover()


async def disk_full(arena: Arena) -> None:
    """F9: no page more for the files, or no file larger (RLIMIT_FSIZE); then room again, or a kill."""
    server = await arena.up()
    over = asyncio.Event()
    clients = asyncio.create_task(arena.load.run(server.address, over))
    await asyncio.sleep(0.1)
    before = arena.load.told.answers[503]
    if arena.dice.random() < 0.4:
        await server.order("largest-file", max(file.stat().st_size for file in arena.folder.glob("*/*.db*")) + 4_096)
    else:
        await server.order("full", arena.dice.choice((_WRITTEN, _SHOWN, (*_WRITTEN, *_SHOWN))))
    await asyncio.sleep(arena.dice.uniform(0.5, 1.2))
    arena.met_503 += arena.load.told.answers[503] > before
    if arena.dice.random() < 0.4:
        over.set()
        await arena.kill()
        await clients
        await arena.recover()
        return
    await server.order("largest-file", 0)
    await server.order("full", [])
    acknowledged = arena.load.told.acknowledged
    for _ in range(100):
        await asyncio.sleep(0.05)
        if arena.load.told.acknowledged > acknowledged:
            break
    else:
        arena.load.told.strange.append("there was room again, and nothing could be written")
    over.set()
    await clients
    await arena.settled()


async def older_put_back(arena: Arena) -> None:
    """F10: an older views.db stands beside newer events, and is made right; newer views are refused."""
    name = arena.dice.choice(SERVICES)
    await _some_load(arena, 0.3)
    await arena.stop()
    kept = arena.folder / "kept"
    refused = arena.dice.random() < 0.4
    # Every service may follow the requests: whoever has seen more of them than there is must say so.
    file = arena.folder / ("requests/events.db" if refused else f"{name}/views.db")
    _put(file, kept)
    await _some_load(arena, 0.4)
    await arena.settled()
    await arena.stop()
    if refused:
        newer = arena.folder / "newer"
        _put(file, newer)
        _put(kept, file)
        arena.server = await arena.nursery.server(arena.folder, raised=arena.raised)
        try:
            await arena.server.ready()
            arena.load.told.strange.append("an older store was served beside newer views")
            await arena.kill()
        except NotStarted:
            if "AheadOfItsEvents" not in (arena.folder / "server.log").read_text():
                arena.load.told.strange.append("an older store was refused, but not in words")
        _put(newer, file)
    else:
        _put(kept, file)
    await arena.recover()


def _put(file: Path, there: Path) -> None:
    for beside in ("-wal", "-shm"):
        there.with_name(there.name + beside).unlink(missing_ok=True)
    shutil.copyfile(file, there)


async def poison(arena: Arena) -> None:
    """F12: every follower fails on some streams; they are parked, the others flow; a retry makes it whole."""
    server = await arena.up()
    sick = arena.load.story.some_streams(3)
    await server.order("sick", sick)
    over = asyncio.Event()
    clients = asyncio.create_task(arena.load.run(server.address, over))
    await asyncio.sleep(0.5)
    over.set()
    await clients
    await arena.settled()
    if arena.dice.random() < 0.4:
        await arena.kill()
        server = await arena.recover()
    await server.order("sick", [])
    async with httpx2.AsyncClient(base_url=server.address, verify=PLAIN, timeout=30) as client:
        if (await client.get("/readyz")).status_code != 200:
            arena.load.told.strange.append("a poisoned stream made the whole server unready")
        for _ in range(6):
            waiting = [one async for one in _parked(arena, client)]
            others = [path for path, stream in waiting if stream not in sick]
            if others:
                arena.load.told.strange.append(f"streams without fault were parked: {others[:3]}")
            for path, _ in waiting:
                await client.post(f"{path}/retry", headers=_as_isu(arena))
            if not waiting:
                break
            arena.parked += len(waiting)
    await arena.settled()


async def _parked(arena: Arena, client: httpx2.AsyncClient) -> AsyncIterator[tuple[str, str]]:
    for name in SERVICES:
        for one in (await client.get(f"/{name}/parked", headers=_as_isu(arena))).json():
            yield f"/{name}/parked/{one['follower']}/{one['stream']}", one["stream"]


def _as_isu(arena: Arena) -> dict[str, str]:
    return arena.load.headers(Sent("retry", _ISU, "", {})) | {"Idempotency-Key": f"retry-{arena.dice.random()}"}


async def client_gone(arena: Arena) -> None:
    """F13: clients hang up, some with half of their request sent, some before the answer."""
    server = await arena.up()
    over = asyncio.Event()
    clients = asyncio.create_task(arena.load.run(server.address, over))
    await asyncio.gather(*(_hang_up(arena, server.address) for _ in range(25)))
    over.set()
    await clients
    await arena.settled()


async def _hang_up(arena: Arena, address: str) -> None:
    sent = arena.load.story.next()
    request = httpx2.Request("POST", f"{address}{sent.path}", json=dict(sent.body), headers=arena.load.headers(sent))
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    whole = f"POST {sent.path} HTTP/1.1\r\n{head}\r\n".encode() + request.read()
    part = whole if arena.dice.random() < 0.7 else whole[: arena.dice.randrange(len(whole))]
    await asyncio.sleep(arena.dice.uniform(0, 0.3))
    _, writer = await asyncio.open_connection(request.url.host, request.url.port)
    writer.write(part)
    arena.load.told.sent[sent.key] = sent
    arena.load.told.nothing_came_back(sent)
    await asyncio.sleep(arena.dice.choice((0, 0, arena.dice.uniform(0, 0.02))))
    writer.transport.abort()


async def terminated(arena: Arena) -> None:
    """F14: SIGTERM under load; what is under way is answered, and the end comes in time."""
    server = await arena.up()
    clients = asyncio.create_task(arena.load.run(server.address, server.ended))
    await asyncio.sleep(arena.dice.uniform(0.1, 0.8))
    took = await arena.stop()
    if took > DRAIN_SECONDS + 5:
        arena.load.told.strange.append(f"it took {took:.1f} s to end")
    arena.drains.append(took)
    await clients
    await arena.recover()


async def _some_load(arena: Arena, seconds: float) -> None:
    server = await arena.up()
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    await arena.load.run(server.address, over)
    await arena.settled()


KINDS: dict[str, Callable[[Arena], Awaitable[None]]] = {
    "F1": killed_in_commands,
    "F3": killed_in_followers,
    "F5": clock_jumps,
    "F8": killed_while_filling,
    "F9": disk_full,
    "F10": older_put_back,
    "F12": poison,
    "F13": client_gone,
    "F14": terminated,
}


def share(rounds: int, kinds: Sequence[str], dice: random.Random) -> list[str]:
    """So many rounds among these kinds: kills most often, since each moment of death is another case."""
    often = [*kinds, *(kind for kind in kinds for _ in range({"F1": 3, "F3": 3, "F8": 1}.get(kind, 0)))]
    shared = [often[n % len(often)] for n in range(rounds)]
    dice.shuffle(shared)
    return shared
