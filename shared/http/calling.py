"""Who asks: by bearer token (RFC 6750) or, from a page of the same site, by session cookie."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.auth.caller import PUBLIC, Caller
from shared.auth.tokens import Authenticator, BadToken

SESSION_COOKIE = "article6_session"
_bearer = HTTPBearer(auto_error=False, description="A token of this installation: `article6 token`")
_SAFE = {"GET", "HEAD", "OPTIONS"}


def who(request: Request) -> Caller:
    """The caller; the public where nothing was shown. BadToken where something wrong was shown."""
    authenticator: Authenticator = request.app.state.authenticator
    if shown := request.headers.get("authorization"):
        scheme, _, token = shown.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise BadToken("the Authorization header must be `Bearer <token>`")
        return authenticator.caller(token)
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        return PUBLIC
    if request.method not in _SAFE and not same_site(request):
        # A browser sends the cookie along with forms of other sites too.
        raise BadToken("a session cookie is only good for requests from this site's own pages")
    return authenticator.caller(cookie)


def who_signed_in(request: Request) -> Caller:
    """The caller, who must be signed in. BadToken for the public."""
    return _not_the_public(who(request))


def _not_the_public(caller: Caller) -> Caller:
    if caller.role == "public":
        raise BadToken("this needs a signed-in caller: send `Authorization: Bearer <token>`")
    return caller


async def caller_of(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Caller:
    """The same as a dependency, which the contract shows."""
    return who(request)


def same_site(request: Request) -> bool:
    """Whether a page of this site sent it (the `Origin` header, which browsers set themselves)."""
    host = request.headers.get("host")
    return bool(host) and request.headers.get("origin") in (f"http://{host}", f"https://{host}")


AnyCaller = Annotated[Caller, Depends(caller_of)]
"""The caller, who may be the public."""


async def signed_in(caller: AnyCaller) -> Caller:
    """The caller, who must be signed in. BadToken for the public."""
    return _not_the_public(caller)


SignedIn = Annotated[Caller, Depends(signed_in)]
"""The caller, who is not the public."""
