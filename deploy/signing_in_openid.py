"""The way to an OpenID provider and back: state, nonce and verifier wait here, bound to the browser, used once."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal.frame import Frame
from services.portal.language import gettext as _
from services.portal.sessions import name_of
from shared.auth.caller import Caller
from shared.auth.oidc import NotSignedIn, OpenIdProvider, ProviderUnavailable, fresh_attempt
from shared.clock import Clock
from shared.documents import Collection, Delete, Documents, Put

_WAITS = timedelta(minutes=10)
_COOKIE = "article6_signing_in"
_SIGN_INS = Collection("sign_ins", ("until",))
Bounded = Callable[[Request], Response | None]
SignedIn = Callable[[Request, Caller, str], Awaitable[Response]]
log = structlog.get_logger(__name__)


class OpenIdSignIn:
    """Signing in at `provider`; what is under way is kept in Documents, so that any process can finish it."""

    def __init__(self, provider: OpenIdProvider, documents: Documents, clock: Clock) -> None:
        self._provider = provider
        self._documents = documents
        self._clock = clock
        self._declared = False

    def routes(self, frame: Frame, too_often: Bounded, signed_in: SignedIn) -> list[Route]:
        """`/sign-in/openid` leads there, `/sign-in/callback` is where the provider sends the browser back."""

        def failed(request: Request, said: str, status: int) -> Response:
            return frame.message(request, _("Signing in did not work"), said, status)

        async def go(request: Request) -> Response:
            if (instead := too_often(request)) is not None:
                return instead
            try:
                return await self._leave(request)
            except ProviderUnavailable:
                return failed(request, _("The sign-in service cannot be reached just now. Try again in a moment."), 503)

        async def back(request: Request) -> Response:
            if (instead := too_often(request)) is not None:
                return instead
            try:
                caller = await self._return(request)
            except ProviderUnavailable:
                return failed(request, _("The sign-in service cannot be reached just now. Try again in a moment."), 503)
            except NotSignedIn as refused:
                log.info("sign_in_refused", why=str(refused))
                said = _("Nobody was signed in: %(why)s. Begin again at Sign in.") % {"why": str(refused)}
                return failed(request, said, 403)
            answer = await signed_in(request, caller, "/desk")
            answer.delete_cookie(_COOKIE, path="/sign-in")
            return answer

        return [Route("/sign-in/openid", go, methods=["GET"]), Route("/sign-in/callback", back, methods=["GET"])]

    async def _leave(self, request: Request) -> Response:
        attempt = fresh_attempt(_back(request))
        browser = secrets.token_urlsafe(24)
        to = await self._provider.authorization_address(attempt)
        await self._ready()
        body = {
            "nonce": attempt.nonce,
            "verifier": attempt.verifier,
            "redirect": attempt.redirect,
            "browser": name_of(browser),
            "until": (self._clock.now() + _WAITS).isoformat(),
        }
        await self._documents.write([Put(_SIGN_INS.name, name_of(attempt.state), body, 0)])
        answer = RedirectResponse(to, 303)
        # Lax: the way back is a link from the provider's site.
        answer.set_cookie(
            _COOKIE,
            browser,
            max_age=int(_WAITS.total_seconds()),
            path="/sign-in",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def _return(self, request: Request) -> Caller:
        said = request.query_params
        name = name_of(said.get("state", ""))
        await self._ready()
        stored = (await self._documents.get(_SIGN_INS.name, [name])).get(name)
        if stored is None:
            raise NotSignedIn(_("this attempt was not begun here, or was used already"))
        body = stored.body
        # Taken before it is used: of two that come at once, one goes on.
        if not (await self._documents.write([Delete(_SIGN_INS.name, name, stored.revision)]))[0]:
            raise NotSignedIn(_("this attempt was used already"))
        browser = name_of(request.cookies.get(_COOKIE, ""))
        if not hmac.compare_digest(browser, body["browser"]):
            raise NotSignedIn(_("it was begun in another browser"))
        if body["until"] <= self._clock.now().isoformat():
            raise NotSignedIn(_("it took longer than ten minutes"))
        if "error" in said or "code" not in said:
            raise NotSignedIn(_("the sign-in service refused"))
        return await self._provider.caller(said["code"], body["verifier"], body["nonce"], body["redirect"])

    async def _ready(self) -> None:
        if not self._declared:
            await self._documents.declare(_SIGN_INS)
            self._declared = True
        now = self._clock.now().isoformat()
        over = await self._documents.find(_SIGN_INS.name, limit=50, at_most={"until": now})
        await self._documents.write([Delete(_SIGN_INS.name, one.id, one.revision) for one in over])


def _back(request: Request) -> str:
    return str(request.url.replace(path="/sign-in/callback", query="", fragment=""))
