"""`/history/<service>/<name>`: what was recorded about one thing, as it was recorded."""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import words
from services.portal.addresses import page_of_link
from services.portal.frame import SERVICES, Frame
from services.portal.language import gettext as _
from services.portal.sentences.lines import lines

_STREAM = re.compile(r"[a-z_]{1,40}-[A-Za-z0-9._~-]{1,160}")


def routes(frame: Frame) -> list[BaseRoute]:
    """The page of a history."""

    async def history(request: Request) -> Response:
        topic, stream = str(request.path_params["topic"]), str(request.path_params["stream"])
        begin = request.query_params.get("from", "0")
        if topic not in SERVICES or not _STREAM.fullmatch(stream) or not (begin.isascii() and begin.isdigit()):
            return frame.message(request, _("No such page"), _("There is no history of that name."), 404)
        path = f"/{topic}/history/{stream}"
        found = await frame.read(request, f"{path}?limit={words.LONGEST_HISTORY}&from_commit={begin[:9]}")
        return frame.page(
            request,
            "history.html",
            path=path,
            found=found,
            entries=list(zip(lines(found["events"]), found["events"], strict=True)),
            thing=page_of_link(f"{topic}/{stream}"),
        )

    return [Route("/history/{topic}/{stream}", history)]
