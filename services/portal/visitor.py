"""Who looks at a page: nobody in particular, or a person signed in with one role."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from services.portal.language import gettext as _
from shared.auth.caller import Caller
from shared.auth.tokens import Authenticator, BadToken
from shared.countries import country_name
from shared.http.calling import SESSION_COOKIE


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person signed in. `token` is what the services are shown (`Authorization: Bearer`, RFC 6750)."""

    caller: Caller
    token: str

    @property
    def role(self) -> str:
        """isu, state, donor or coordinator."""
        return self.caller.role

    @property
    def scope(self) -> str:
        """The State (ISO 3166-1 alpha-3) of role state, the donor's id of role donor, else blank."""
        return self.caller.scope

    @property
    def words(self) -> str:
        """For whom one acts, such as "the State Lao PDR (LAO)"."""
        match self.role:
            case "state":
                return _("the State %(name)s (%(code)s)") % {"name": country_name(self.scope), "code": self.scope}
            case "donor":
                return _("the donor %(name)s") % {"name": self.scope}
            case "isu":
                return _("the ISU")
            case _:
                return _("a coordinator")


Who = Callable[[Request], Visitor | None]
"""Finds the person signed in; None for the public."""


def nobody(_: Request) -> Visitor | None:
    """Every visitor is the public."""
    return None


def by_session(authenticator: Authenticator) -> Who:
    """The person of the session cookie; None where there is none, or where it is not good any more."""

    def who(request: Request) -> Visitor | None:
        token = request.cookies.get(SESSION_COOKIE)
        if not token:
            return None
        try:
            return Visitor(authenticator.caller(token), token)
        except BadToken:
            return None

    return who
