"""Every route that the site has, read from its own route tables."""

from collections.abc import Iterator, Mapping

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import Mount, Route


def routes_in(app: object) -> set[str]:
    """Every route below this application, however it is wrapped, as `GET /states/{iso3}`."""
    return {f"{method} {path}" for path, methods in _found(app, "", set()) for method in methods}


def _found(app: object, at: str, seen: set[int]) -> Iterator[tuple[str, set[str]]]:
    if id(app) in seen or app is None or isinstance(app, str | bytes | int | float):
        return
    seen.add(id(app))
    if isinstance(app, Starlette):
        for context in iter_route_contexts(app.routes):
            route = context.original_route
            path = context.path if isinstance(route, APIRoute) else getattr(route, "path", "")
            if isinstance(route, Mount):
                below = list(_found(route.app, at + route.path, seen))
                yield from below or [(f"{at}{route.path}/{{path}}", {"GET"})]
            elif isinstance(route, Route | APIRoute):
                yield at + str(path).replace(":path}", "}").replace(":str}", "}"), set(route.methods or ()) - {"HEAD"}
    elif isinstance(app, Mapping):
        for one in app.values():
            yield from _found(one, at, seen)
    elif type(app).__module__.startswith(("services.", "deploy.", "shared.")) or callable(app):
        for one in getattr(app, "__dict__", {}).values():
            yield from _found(one, at, seen)
