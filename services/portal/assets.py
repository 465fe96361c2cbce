"""Style, script and pictures under names that carry their content's hash, so that they are kept for ever."""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services.portal.world import world_map

_FOLDER = Path(__file__).parent / "assets"
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes
    kind: str


class Assets:
    """Our own files of `assets/`, htmx out of its installed package, and the world map drawn from its own."""

    def __init__(self) -> None:
        self._made: dict[str, Callable[[], bytes]] = {
            entry.name: entry.read_bytes for entry in sorted(_FOLDER.iterdir()) if entry.is_file()
        }
        self._made["htmx.js"] = (files("js_lib_htmx") / "static" / "htmx" / "htmx.min.js").read_bytes
        self._made["w.svg"] = world_map
        self._names: dict[str, str] = {}
        self._files: dict[str, _File] = {}

    def path(self, name: str) -> str:
        """Where a file of that plain name is served. KeyError where there is none."""
        if name not in self._names:
            self._keep(name, self._made[name]())
        return f"/assets/{self._names[name]}"

    def _keep(self, name: str, content: bytes) -> None:
        stem, _, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{ending}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._files[hashed] = _File(content, gzip.compress(content, 9), kind)
        self._names[name] = hashed

    async def serve(self, request: Request) -> Response:
        """`/assets/<hashed name>`, packed where the browser takes it so."""
        name = str(request.path_params["name"])
        plain = ".".join(name.split(".")[:1] + name.split(".")[2:])
        if name not in self._files and plain in self._made:
            # Another process may have named it in its page: the name is the same in each.
            self.path(plain)
        file = self._files.get(name)
        if file is None:
            return PlainTextResponse("There is no such file.", 404)
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(file.packed, media_type=file.kind, headers=headers)
        return Response(file.content, media_type=file.kind, headers=headers)
