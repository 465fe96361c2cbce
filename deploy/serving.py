"""The embedded system as one web application: services behind the gateway, pages, health, sign-in."""

from collections.abc import Mapping
from typing import Protocol

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from deploy import signing_in
from deploy.gateway import Gateway
from deploy.signing_in_openid import OpenIdSignIn
from services.portal import desks, forgetting, sessions_pages
from services.portal.doing import pages as doing
from services.portal.doing.drafts import Drafts
from services.portal.frame import Frame
from services.portal.importing import pages as importing
from services.portal.reading import in_process
from services.portal.service import pages, too_large
from services.portal.sessions import Sessions
from services.portal.sessions_bound import Attempts
from services.portal.sessions_door import AsCaller, Door, form_values, visitor_of
from shared.auth.oidc import OpenIdProvider, OpenIdSettings
from shared.auth.tokens import OwnTokens, SignInCodes
from shared.clock import Clock
from shared.documents import Documents
from shared.http.edge import Edge
from shared.http.operations import operations
from shared.kit import Service


class Served(Protocol):
    """The part of a system that its web application needs: all services here, or the way to each of them.

    `services` are those of this process, `apps` all that there are; `exercise`: fictional States are taken.
    """

    exercise: bool
    tokens: OwnTokens
    sign_in: SignInCodes

    @property
    def services(self) -> Mapping[str, Service]:
        """The services of this process, by name."""
        ...

    @property
    def apps(self) -> Mapping[str, ASGIApp]:
        """What answers each service's paths, by name."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock of the whole system."""
        ...

    @property
    def kept(self) -> Documents:
        """Where sessions and drafts are kept."""
        ...


def application(system: Served, openid: OpenIdSettings | None = None) -> ASGIApp:
    """Everything below `/`, for a system that was started. `openid`: where people sign in, besides by a link."""
    # The pages reach only what services answer, in process, each as the visitor who asks.
    services = in_process(Gateway(system.apps, otherwise=Starlette()))
    frame = Frame(services, visitor_of, system.exercise, system.clock)
    frame.show_everywhere(form_values)
    sessions, drafts = Sessions(system.kept, system.clock), Drafts(system.kept, system.clock)
    provider = OpenIdSignIn(OpenIdProvider(openid, system.clock), system.kept, system.clock) if openid else None
    routes: list[BaseRoute] = [
        *operations([service.kit for service in system.services.values()]).routes,
        Mount(
            "/",
            app=pages(
                frame,
                [
                    *signing_in.routes(frame, system.sign_in, sessions, Attempts(system.clock), provider),
                    *sessions_pages.routes(frame, sessions),
                    *doing.routes(frame, drafts, system.clock, system.exercise),
                    *importing.routes(frame, system.kept, system.clock),
                    *forgetting.routes(frame),
                    *desks.routes(frame, drafts, system.clock),
                ],
            ),
        ),
    ]
    known = {name: AsCaller(app) for name, app in system.apps.items()}
    return Door(
        Gateway(known, otherwise=Edge(Starlette(routes=routes), "portal", too_large(frame))), sessions, system.tokens
    )
