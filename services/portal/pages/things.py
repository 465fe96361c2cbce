"""What the pages of single things share: their history on the day, and lists read to their end."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from services.portal.frame import Frame, kept, query
from services.portal.language import gettext as _
from services.portal.reading import Unreadable
from services.portal.sentences.lines import Line, lines
from services.portal.sentences.telling import told

_AT_ONCE = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,159}")
_MOST_PARTS = 25
"""So many parts of a list are read: five thousand things. Who wants more asks the contract."""


async def thing_at(frame: Frame, request: Request, folder: str) -> dict[str, Any]:
    """The thing that the page's address names, out of that folder of the contract. Unreadable where none is."""
    name = str(request.path_params["id"])
    # A name is one segment: neither a query nor another folder can be smuggled into the path.
    thing = await named_or_none(frame, request, f"{folder}/{quote(name, safe='')}") if _NAME.fullmatch(name) else None
    if not isinstance(thing, dict) or name not in (thing.get("id"), thing.get("coalition")):
        raise Unreadable(404, {"detail": _("There is nothing of that name here.")})
    return thing


async def history_of(frame: Frame, request: Request, topic: str, stream: str) -> list[Line]:
    """The newest entries of a thing first; as of a past day those that counted by then."""
    day = {name: value for name, value in kept(request).items() if name != "lang"}
    if day:
        known = await frame.read(request, f"/insights/entries?{query({**day, 'history': f'{topic}/{stream}'})}")
        return await told(frame, request, known["entries"])
    found = await frame.read(request, f"/{topic}/history/{stream}?limit={_AT_ONCE}")
    return list(reversed(lines(found["events"])))


async def everything(frame: Frame, request: Request, path: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All items of a list that comes in parts (`cursor`, `next`)."""
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    for _part in range(_MOST_PARTS):
        page = await frame.read(request, f"{path}?{query({**asked, 'limit': _AT_ONCE, 'cursor': cursor})}")
        items += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    return items


async def named_or_none(frame: Frame, request: Request, path: str) -> Any:
    """What stands at that path, None where there is nothing that the visitor may see."""
    try:
        return await frame.read(request, path)
    except Unreadable as refused:
        if refused.status in (403, 404, 422):
            return None
        raise


def by_day(request: Request, day: str | None) -> bool:
    """Whether something of that day was there on the day asked about."""
    asked = kept(request).get("as_of", "")
    return not asked or (bool(day) and str(day)[:10] <= asked)
