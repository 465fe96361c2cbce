"""`python -m bench.started FOLDER`: starts the service of the bench there, and says how long that took.

`seconds` from the first line of this program to a service that follows, `first_read` for all documents of
its view, `mib` what the process then had in memory at most.
"""

import time

BEGAN = time.perf_counter()

import asyncio  # noqa: E402 - the clock starts before anything is loaded
import json  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from bench.account_service import kit  # noqa: E402
from bench.payments import BALANCES  # noqa: E402
from shared.logs import configure  # noqa: E402

_UNIT = 1 if sys.platform == "darwin" else 1_024


async def start(folder: Path) -> None:
    """Start, read once, stop."""
    one = kit(folder)
    view = one.view(BALANCES)
    await one.start(sweep_every=3_600)
    seconds = time.perf_counter() - BEGAN
    before = time.perf_counter()
    await view.all()
    first = time.perf_counter() - before
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 2**20
    await one.stop()
    sys.stdout.write(json.dumps({"seconds": seconds, "first_read": first, "mib": most}))


if __name__ == "__main__":
    configure("console", "warning")
    asyncio.run(start(Path(sys.argv[1])))
