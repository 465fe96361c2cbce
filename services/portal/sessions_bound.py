"""How often somebody may try to sign in: by address and for all together, within this process."""

from collections import deque
from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request

from shared.clock import Clock

WINDOW = timedelta(minutes=5)
FROM_ONE_ADDRESS = 20
"""Attempts from one address within the window. Behind a proxy that names nobody, all share one."""
FROM_ALL = 200
"""Attempts in all within the window; this also bounds what is remembered."""


class Attempts:
    """Remembers when somebody tried, for a few minutes."""

    def __init__(self, clock: Clock, from_one: int = FROM_ONE_ADDRESS, from_all: int = FROM_ALL) -> None:
        self._clock = clock
        self._from_one = from_one
        self._from_all = from_all
        self._tries: deque[tuple[float, str]] = deque()

    def wait(self, request: Request) -> int:
        """Seconds to wait before the next attempt; 0 where this one may be made, and is counted."""
        now = self._clock.now().timestamp()
        since = now - WINDOW.total_seconds()
        while self._tries and self._tries[0][0] <= since:
            self._tries.popleft()
        address = request.client.host if request.client else ""
        own = [at for at, who in self._tries if who == address]
        if len(own) >= self._from_one:
            return int(own[-self._from_one] - since) + 1
        if len(self._tries) >= self._from_all:
            return int(self._tries[0][0] - since) + 1
        self._tries.append((now, address))
        return 0


def retry_after(seconds: int) -> Mapping[str, str]:
    """The header that says when to come again (RFC 9110, 10.2.3)."""
    return {"Retry-After": str(seconds)}
