"""`python -m bench.server whole|bare FOLDER`: one of the two servers, as `article6 serve` runs its own.

Says its port on standard output when it answers, and ends when standard input does.
"""

import asyncio
import sys
from pathlib import Path

import uvicorn
import uvloop

from bench import account_service
from deploy.cli.answering import listening_at
from shared.logs import configure

_KINDS = {"whole": account_service.whole, "bare": account_service.bare}


async def serve(kind: str, folder: Path) -> None:
    """Until standard input ends."""
    listening = listening_at("127.0.0.1", 0, public=False)
    app = await _KINDS[kind](folder)
    server = uvicorn.Server(uvicorn.Config(app, http="httptools", lifespan="off", access_log=False, log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    configure("json", "warning")
    uvloop.run(serve(sys.argv[1], Path(sys.argv[2])))
