"""Signing in: by a one-time link in the embedded system, by an OpenID provider where one is set.

Looking at a link spends nothing, since mail programs and chats look at links by themselves.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from deploy.signing_in_openid import OpenIdSignIn
from services.portal.doing import entering, refusing
from services.portal.frame import Frame
from services.portal.language import gettext as _
from services.portal.sessions import Session, Sessions
from services.portal.sessions_bound import Attempts, retry_after
from services.portal.sessions_door import give, session_of
from shared.auth.caller import Caller
from shared.auth.tokens import SignInCodes


def routes(
    frame: Frame, codes: SignInCodes, sessions: Sessions, attempts: Attempts, openid: OpenIdSignIn | None = None
) -> list[Route]:
    """`/sign-in` with its ways, `/sign-in/<code>`. With `openid` also the way there and back."""
    frame.sign_in_at = "/sign-in"

    def page(request: Request, title: str, said: str, button: str = "", status: int = 200) -> Response:
        answer = frame.page(request, "doing/signing/link.html", status, title=title, said=said, button=button)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def too_often(request: Request) -> Response | None:
        """The page for too many attempts; None where this one may be made."""
        if not (seconds := attempts.wait(request)):
            return None
        said = _("There were too many attempts to sign in. Try again in %(seconds)s seconds.") % {"seconds": seconds}
        answer = page(request, _("Not so fast"), said, status=429)
        answer.headers.update(retry_after(seconds))
        return answer

    def spent(request: Request) -> Response | None:
        """The page for a link that opens nothing any more; None for a good one."""
        match codes.standing(request.path_params["code"]):
            case "good":
                return None
            case "over":
                said = _(
                    "To get another, restart `article6 serve`, which prints a fresh one; for programs there is "
                    "`article6 token`. A link works once, and for one hour."
                )
                return page(request, _("This link was used already or has run out"), said, status=410)
            case "unknown":
                said = _("It may have been copied in part. A link works once, and for one hour.")
                return too_often(request) or page(request, _("This link is not known here"), said, status=404)

    async def ways(request: Request) -> Response:
        return frame.page(request, "doing/signing/ways.html", openid=openid is not None)

    async def look(request: Request) -> Response:
        said = _("This link signs you in once, on this device, for twelve hours.")
        return spent(request) or page(request, _("Sign in"), said, _("Sign in"))

    async def redeem(request: Request) -> Response:
        if entering.is_foreign(request):
            return refusing.foreign(frame, request)
        if (instead := too_often(request) or spent(request)) is not None:
            return instead
        # Before the link is spent: where sessions cannot be kept just now, it stays good.
        await sessions.tidy()
        return await signed_in(request, codes.redeem(request.path_params["code"]), "/")

    async def signed_in(request: Request, caller: Caller, to: str) -> Response:
        await _end_the_old(request, sessions)
        secret, _session = await sessions.begin(caller, request.headers.get("user-agent", ""))
        answer = RedirectResponse(to, 303)
        give(answer, request, secret, strict=openid is None)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return [
        Route("/sign-in", ways, methods=["GET"]),
        *(openid.routes(frame, too_often, signed_in) if openid is not None else []),
        Route("/sign-in/{code}", look, methods=["GET"]),
        Route("/sign-in/{code}", redeem, methods=["POST"]),
    ]


async def _end_the_old(request: Request, sessions: Sessions) -> None:
    """A browser has one session: who signs in anew leaves none behind."""
    before: Session | None = session_of(request)
    if before is not None:
        await sessions.end(before.name, before.caller)
