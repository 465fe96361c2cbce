"""`/tell-us`: what to do about a fact that no source states: who can record it, and what has to be said with it."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import words
from services.portal.doing.leading import links_for
from services.portal.frame import Frame
from services.portal.pages.things import named_or_none

_DUTY = re.compile(r"(CCM|APMBC)-([A-Z]{3})-([0-9])(?:-[A-Za-z0-9._~-]{1,100})?")
OFFICES = (
    ("CCM", "https://www.clusterconvention.org/"),
    ("APMBC", "https://www.apminebanconvention.org/"),
)
"""Where the implementation support units of the two treaties can be reached."""


def routes(frame: Frame) -> list[BaseRoute]:
    """The page that says what to do about a missing fact."""

    async def tell(request: Request) -> Response:
        named = _DUTY.fullmatch(request.query_params.get("about", "")[:200])
        about = await known(request, named) if named else None
        visitor = frame.visitor(request)
        # A donor or a coordinator can do much with a duty, but not tell its figures.
        can_tell = about and visitor and visitor.caller.acts_for(about["state"])
        ways = links_for(visitor, "obligation", about) if about and can_tell else ()
        return frame.page(request, "tell_us.html", about=about, ways=ways, offices=OFFICES)

    async def known(request: Request, named: re.Match[str]) -> Mapping[str, Any] | None:
        treaty, state, article = named.group(1, 2, 3)
        profile = await named_or_none(frame, request, f"/insights/states/{state}")
        if profile is None:
            return None
        title = f"{profile['name']}: {words.duty(treaty, article)}"
        return {"id": named.group(), "treaty": treaty, "article": article, "state": state, "title": title, "clock": ""}

    return [Route("/tell-us", tell)]
