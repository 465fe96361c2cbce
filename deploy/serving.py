"""The embedded system as one web application: services behind the gateway, pages, health, sign-in."""

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from deploy import signing_in
from deploy.gateway import Gateway
from services.portal.reading import reading_from
from services.portal.service import pages
from shared.http.edge import Edge
from shared.http.operations import operations

if TYPE_CHECKING:
    from deploy.embedded import EmbeddedSystem


def application(system: "EmbeddedSystem") -> ASGIApp:
    """Everything below `/`, for a system that was started."""
    # The pages read as the public does, in process, and only what services answer.
    read = reading_from(Gateway(system.apps, otherwise=Starlette()))

    def who(request: Request) -> str:
        return signing_in.signed_in_as(request, system.tokens)

    routes: list[BaseRoute] = [
        *operations([service.kit for service in system.services.values()]).routes,
        *signing_in.routes(system.sign_in, system.tokens, system.exercise),
        Mount("/", app=pages(read, who, system.exercise)),
    ]
    return Gateway(system.apps, otherwise=Edge(Starlette(routes=routes), "portal"))
