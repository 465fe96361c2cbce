"""A service's web application: its routes below its own name, its API pages without any network."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from shared.auth.services import ServiceTokens
from shared.auth.tokens import Authenticator
from shared.http import commits, freshness, history, problems, reading, rebuilding, writing
from shared.http.by_hand import Declared, declare
from shared.http.edge import Edge
from shared.http.straight import Straight
from shared.kit import Service

VERSION = "0.1.0"
_ALWAYS = {
    400: "The body cannot be read",
    401: "Not signed in, or the token has run out",
    403: "This role may not do that",
    404: "There is no such thing",
    405: "That method is not for this path",
    409: "Against the state of things",
    412: "The thing has changed since the version named in If-Match",
    413: "More than one mebibyte",
    422: "The content breaks a rule",
    503: "Not now: try again",
}


def service_app(
    service: Service, authenticator: Authenticator, exercise: bool = False, between: ServiceTokens | None = None
) -> tuple[FastAPI, ASGIApp]:
    """The application (for its OpenAPI) and the same behind its edge (to be served).

    Everything of it lies below `/<service>/`, with the API pages at `/<service>/docs`. Only an `exercise`
    takes fictional States. `between`: where services are processes of their own, what they ask of each other.
    """
    prefix = f"/{service.name}"
    app: FastAPI = FastAPIOffline(
        title=f"Article Six: {service.title}",
        version=VERSION,
        openapi_url=f"{prefix}/openapi.json",
        docs_url=f"{prefix}/docs",
        redoc_url=f"{prefix}/redoc",
        static_url=f"{prefix}/static-docs",
        generate_unique_id_function=_operation_id,
    )
    app.state.authenticator = authenticator
    app.state.exercise = exercise
    app.state.clock = service.kit.clock
    # History first: a service may have a route of one variable part, which would swallow its paths.
    own = [commits.routes(service.kit, between)] if between else []
    kept = (history.routes(service.kit), freshness.routes(service.kit), rebuilding.routes(service.kit))
    routers = (*own, *kept, *service.routers)
    by_hand: dict[Callable[..., Any], Declared] = {writing.writing: writing.DECLARED, reading.reading: reading.DECLARED}
    schemes = declare(routers, by_hand)
    for router in routers:
        app.include_router(router, prefix=prefix)
    problems.install(app)
    app.openapi = lambda: _contract(app, schemes)  # type: ignore[method-assign]
    return app, Edge(Straight(app), service.name)


def _operation_id(route: APIRoute) -> str:
    # From method and path: renaming a function must not change the contract.
    path = re.sub(r"\W+", "_", route.path_format).strip("_")
    return f"{min(route.methods or {'GET'}).lower()}_{path}"


def _summary(operation: dict[str, Any]) -> str:
    """The first line of the description, up to its first full stop or colon; the function's name says little."""
    first = str(operation.get("description", "")).strip().partition("\n")[0]
    if not first:
        return str(operation["summary"])
    return re.split(r"[.;:](?:\s|$)", first, maxsplit=1)[0][:120]


def _kit_last(path: str) -> bool:
    """What every service has, history, parked streams and its views, comes after what is its own."""
    return path.split("/")[2:3] in (["history"], ["parked"], ["operations"])


def _contract(app: FastAPI, schemes: dict[str, Any]) -> dict[str, Any]:
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    if schemes:
        document.setdefault("components", {}).setdefault("securitySchemes", {}).update(schemes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    # Only for the eye: routes are matched in the order in which they were included. The sort is stable.
    document["paths"] = dict(sorted(document["paths"].items(), key=lambda item: _kit_last(item[0])))
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["summary"] = _summary(operation)
            for status, words in _ALWAYS.items():
                said = operation["responses"].get(str(status), {})
                found = said.get("description", "")
                operation["responses"][str(status)] = {
                    "description": found if found and found != "Validation Error" else words,
                    "content": content,
                }
    app.openapi_schema = document
    return document
