"""Signing in by a one-time link, for the embedded system: a page with a button, then a session cookie.

Looking at the link spends nothing, since mail programs and chats look at links by themselves.
"""

import base64
import hashlib
from datetime import timedelta
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from shared.auth.tokens import BadToken, OwnTokens, SignInCodes
from shared.countries import country_name
from shared.http.calling import SESSION_COOKIE, same_site

SESSION = timedelta(hours=12)
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:10vh auto;padding:0 1rem;"
    "color:#1a2733;background:#fff}"
    "button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.3rem;background:#0b4f8a;color:#fff}"
    "button:focus-visible{outline:3px solid #f2a900}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


_ANOTHER = (
    "To get another, restart `article6 serve`, which prints a fresh one; for programs there is `article6 token`. "
    "A link works once, and for one hour."
)
_FOREIGN = "This was sent from a page of another site, so nothing was done. Open the link itself and try again."
_ROLES = {"isu": "the ISU", "coordinator": "a coordinator"}


def signed_in_as(request: Request, tokens: OwnTokens) -> str:
    """Role and scope of the session in words, such as "the State LAO"; blank where there is none."""
    try:
        caller = tokens.caller(request.cookies[SESSION_COOKIE])
    except (KeyError, BadToken):
        return ""
    kinds = {"state": f"the State {country_name(caller.scope)} ({caller.scope})", "donor": f"the donor {caller.scope}"}
    return kinds.get(caller.role) or _ROLES[caller.role]


def routes(codes: SignInCodes, tokens: OwnTokens, exercise: bool = False) -> list[Route]:
    """`/sign-in/<code>` and `/sign-out`. The cookie is for this site's own requests only (SameSite=Strict)."""

    def page(title: str, text: str, button: str = "", status: int = 200) -> HTMLResponse:
        return _page(title, text, button, status, exercise)

    def refused(request: Request) -> HTMLResponse | None:
        """The page for a link that opens nothing any more; None for a good one."""
        match codes.standing(request.path_params["code"]):
            case "good":
                return None
            case "over":
                return page("This link was used already or has run out", _ANOTHER, status=410)
            case "unknown":
                return page("This link is not known here", _ANOTHER, status=404)

    async def look(request: Request) -> Response:
        text = "This link signs you in once, on this device, for twelve hours."
        return refused(request) or page("Sign in", text, "Sign in")

    async def redeem(request: Request) -> Response:
        if _is_foreign(request):
            return page("Not from here", _FOREIGN, status=403)
        if (page_instead := refused(request)) is not None:
            return page_instead
        caller = codes.redeem(request.path_params["code"])
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(
            SESSION_COOKIE,
            tokens.issue(caller, SESSION),
            max_age=int(SESSION.total_seconds()),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def leaving(request: Request) -> Response:
        del request
        return page("Sign out", "You will read as the public does.", "Sign out")

    async def leave(request: Request) -> Response:
        if _is_foreign(request):
            return page("Not from here", _FOREIGN, status=403)
        answer = RedirectResponse("/", status_code=303)
        answer.delete_cookie(SESSION_COOKIE, secure=request.url.scheme == "https", httponly=True, samesite="strict")
        return answer

    return [
        Route("/sign-in/{code}", look, methods=["GET"]),
        Route("/sign-in/{code}", redeem, methods=["POST"]),
        Route("/sign-out", leaving, methods=["GET"]),
        Route("/sign-out", leave, methods=["POST"]),
    ]


def _is_foreign(request: Request) -> bool:
    # A browser always says where a form stands; a program that says nothing has no session to be misused.
    return "origin" in request.headers and not same_site(request)


def _page(title: str, text: str, button: str, status: int, exercise: bool) -> HTMLResponse:
    bar = "<p><strong>Exercise: fictional States.</strong></p>" if exercise else ""
    prefix = "Exercise: " if exercise else ""
    # Without an action the form goes to the page's own address, code and all.
    form = f'<form method="post"><button>{escape(button)}</button></form>' if button else ""
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{prefix}{escape(title)} – Article Six</title><style>{_STYLE}</style>"
        f"<main>{bar}<h1>{escape(title)}</h1><p>{escape(text)}</p>{form}</main></html>",
        status,
        headers=_HEADERS,
    )
