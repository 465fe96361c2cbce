"""Where each thing has its page. The services' own addresses (`/requests/…`) answer programs, so pages differ."""

import re
from urllib.parse import quote

_FOLDERS = {
    "obligation": "/obligation",
    "request": "/request",
    "need": "",
    "pledge": "/pledge",
    "donor": "/donor",
    "coalition": "/coalition",
    "meeting": "/meeting",
}
_TREATY_STATE = re.compile(r"(?:CCM|APMBC)-([A-Z]{3})")


def page_of(kind: str, name: str) -> str:
    """The page of a thing: `request`, `x-1` is `/request/x-1`. Of a State the kind is `state`. Blank where none."""
    if kind == "state":
        return f"/states/{name}"
    folder = _FOLDERS.get(kind, "")
    return f"{folder}/{quote(name, safe='')}" if folder and name else ""


def page_of_link(link: str) -> str:
    """The page of the thing that an entry of a history belongs to: `requests/request-x@2.1` is `/request/x`."""
    stream = link.partition("/")[2].partition("@")[0]
    kind, _, name = stream.partition("-")
    if kind in ("party", "reporting") and (found := _TREATY_STATE.match(name)):
        return page_of("state", found.group(1))
    if kind in ("recipient", "ambassador") and len(name) == 3:
        return page_of("state", name)
    return page_of(kind, name)
