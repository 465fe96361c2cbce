"""What the pages of single things share: their history on the day, and lists read to their end."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from services.portal import words
from services.portal.frame import Frame, day_of, query
from services.portal.language import gettext as _
from services.portal.reading import NotYetPublic, Unreadable
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
    path = f"{folder}/{quote(name, safe='')}?{query(day_of(request))}"
    thing = await named_or_none(frame, request, path) if _NAME.fullmatch(name) else None
    if not isinstance(thing, dict) or name not in (thing.get("id"), thing.get("coalition")):
        if day := next(iter(day_of(request).values()), ""):
            said = _("Nothing of that name was public by %(day)s. It may have become so later.")
            raise NotYetPublic(said % {"day": words.day(day)})
        raise Unreadable(404, {"detail": _("There is nothing of that name here.")})
    return thing


async def history_of(frame: Frame, request: Request, topic: str, stream: str) -> list[Line]:
    """The newest entries of a thing first; as of a past day those that counted by then."""
    if day := day_of(request):
        known = await frame.read(request, f"/insights/entries?{query({**day, 'history': f'{topic}/{stream}'})}")
        return await told(frame, request, known["entries"])
    found = await frame.read(request, f"/{topic}/history/{stream}?limit={_AT_ONCE}")
    return list(reversed(lines(found["events"])))


async def everything(frame: Frame, request: Request, path: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All items of a list that comes in parts (`cursor`, `next`), as of the day that the page's address asks about."""
    asked = {**asked, **day_of(request)}
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
