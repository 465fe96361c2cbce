"""Has everything imported once and forks a server whenever it is told to, so that a kill costs no second.

Each line that comes in is a `Wanted`; lines that go out: `born <pid>` and `dead <pid> <exit code>`.
"""

import asyncio
import gc
import json
import os
import select
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TypedDict

import httpx2

from deploy.embedded import EmbeddedSystem
from deploy.serving import application
from shared import failpoints
from shared.logs import configure
from tests.faults.serving import serve

_LOOK_EVERY = 0.004


class Wanted(TypedDict):
    """A server: where, how many versions its projections are ahead, where it shall die, how often it sweeps."""

    folder: str
    port: int
    raised: int
    failpoint: str
    sweep_every: float


async def warm() -> None:
    """Build and ask a system once: what that leaves in memory each server then begins with."""
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedSystem(Path(folder), exercise=True) as system:
            transport = httpx2.ASGITransport(app=application(system))
            async with httpx2.AsyncClient(transport=transport, base_url="http://warm.test") as client:
                for path in ("/readyz", "/requests", "/pledges", "/deadlines/obligations"):
                    await client.get(path)


def main() -> None:
    """Until the input ends, which ends the servers as well."""
    configure("json", "warning")
    asyncio.run(warm())
    gc.freeze()
    alive: set[int] = set()
    waiting = ""
    while True:
        readable, _, _ = select.select([0], [], [], _LOOK_EVERY)
        while alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            alive.discard(pid)
            _say(f"dead {pid} {os.waitstatus_to_exitcode(status)}")
        if not readable:
            continue
        if not (came := os.read(0, 65_536)):
            break
        *lines, waiting = (waiting + came.decode()).split("\n")
        for line in lines:
            wanted: Wanted = json.loads(line)
            if (pid := os.fork()) == 0:
                _live(wanted)
            alive.add(pid)
            _say(f"born {pid}")
    for pid in alive:
        os.kill(pid, 9)


def _live(wanted: Wanted) -> None:
    code = 1
    try:
        folder = Path(wanted["folder"])
        words = os.open(folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for here, there in ((nothing, 0), (words, 1), (words, 2)):
            os.dup2(here, there)
        failpoints.arm(wanted["failpoint"])
        asyncio.run(serve(folder, wanted["port"], wanted["raised"], wanted["sweep_every"]))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
