"""Files that programs fetch again and again, feeds and calendars: told by a tag when nothing is new."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

_FRESH = 900
"""Seconds for which a program, or a cache before us, need not ask again."""


def polled(request: Request, content: bytes, media_type: str, name: str = "") -> Response:
    """The file, to be kept under that name where it has one; 304 (RFC 9110, 15.4.5) for who has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={_FRESH}", "Vary": "Accept-Language, Cookie"}
    # Caches on the way weaken a tag when they pack what it stands for (8.8.1).
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(None, 304, headers=headers)
    if name:
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)[:100]
        headers["Content-Disposition"] = f'attachment; filename="{plain}"'
    return Response(content, media_type=media_type, headers=headers)


def at_root(request: Request, path: str) -> str:
    """The whole address of a path here, as programs elsewhere need it."""
    return str(request.base_url).rstrip("/") + path
