"""What this process measures, for who stands in the same network."""

import ipaddress
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from shared.http.problems import Problem, answer

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")
_SAID = "Measurements are told to who asks this process itself, from the same machine or a private network."


async def measured(request: Request, first: Callable[[], Awaitable[None]] | None = None) -> Response:
    """Everything in the form of Prometheus; 403 for who comes from outside, or through whatever stands in front.

    How much is asked of whom, and what fails, is nobody's business there. A collector stands inside and asks each
    process itself; what passes visitors on says so (RFC 7239, and the headers that came before it). `first`
    brings up to date what is not counted as it happens.
    """
    if not _is_inside(request):
        kind, title = "urn:article6:told-inside-only", "Measurements are told inside only."
        return answer(Problem(type=kind, title=title, status=403, detail=_SAID))
    if first is not None:
        await first()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _is_inside(request: Request) -> bool:
    if any(name in request.headers for name in _PASSED_ON):
        return False
    if request.client is None:
        # A socket of the file system: who may open it is on this machine.
        return True
    try:
        return not ipaddress.ip_address(request.client.host).is_global
    except ValueError:
        return False
