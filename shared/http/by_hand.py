"""What requests carry beside their body, read by hand and declared all the same.

FastAPI resolves each declared header and each dependency of a dependency anew for every request, which
took longer than everything else of a command but its commit (docs/performance.md). So what nearly every
route needs is read from the request by one function, and the contract says what that function reads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True)
class Declared:
    """Parameters and security of an operation, and the schemes it names, as OpenAPI has them."""

    parameters: list[dict[str, Any]]
    security: list[dict[str, list[str]]]
    schemes: dict[str, Any]


def as_fastapi_says(dependency: Callable[..., Any]) -> Declared:
    """What FastAPI would write into the contract of a route with this dependency."""
    alone = FastAPI()
    alone.get("/", dependencies=[Depends(dependency)])(_nothing)
    document = alone.openapi()
    operation = document["paths"]["/"]["get"]
    schemes = document.get("components", {}).get("securitySchemes", {})
    return Declared(operation.get("parameters", []), operation.get("security", []), schemes)


def declare(routers: Sequence[APIRouter], read_by: Mapping[Callable[..., Any], Declared]) -> dict[str, Any]:
    """Let each route say what its dependencies read by hand; the security schemes that were named.

    Before the routers are included.
    """
    schemes: dict[str, Any] = {}
    for route in [route for router in routers for route in router.routes if isinstance(route, APIRoute)]:
        for said in [read_by[call] for call in _calls(route.dependant) if call in read_by]:
            extra = route.openapi_extra = dict(route.openapi_extra or {})
            extra["parameters"] = [*extra.get("parameters", []), *said.parameters]
            if said.security:
                extra["security"] = said.security
            schemes.update(said.schemes)
    return schemes


def checked(adapter: TypeAdapter[str | None], value: str | None, where: str, name: str) -> str | None:
    """The value if the adapter takes it. RequestValidationError as FastAPI itself would raise it."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": (where, name)} for one in error.errors()]) from error


def _calls(dependant: Dependant) -> list[Any]:
    return [call for one in dependant.dependencies for call in (one.call, *_calls(one))]


async def _nothing() -> None:
    """Only to be described."""
