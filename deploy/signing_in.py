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
from shared.http.calling import SESSION_COOKIE

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
    "Referrer-Policy": "no-referrer",
}


def routes(codes: SignInCodes, tokens: OwnTokens) -> list[Route]:
    """`/sign-in/<code>` and `/sign-out`. The cookie is for this site's own requests only (SameSite=Strict)."""

    async def look(request: Request) -> Response:
        del request
        return _page("Sign in", "This link signs you in once, on this device, for twelve hours.", "Sign in")

    async def redeem(request: Request) -> Response:
        try:
            caller = codes.redeem(request.path_params["code"])
        except BadToken as error:
            return _page("This link does not work", f"{str(error)[:1].upper()}{str(error)[1:]}.", status=403)
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
        return _page("Sign out", "You will read as the public does.", "Sign out")

    async def leave(request: Request) -> Response:
        answer = RedirectResponse("/", status_code=303)
        answer.delete_cookie(SESSION_COOKIE, secure=request.url.scheme == "https", httponly=True, samesite="strict")
        return answer

    return [
        Route("/sign-in/{code}", look, methods=["GET"]),
        Route("/sign-in/{code}", redeem, methods=["POST"]),
        Route("/sign-out", leaving, methods=["GET"]),
        Route("/sign-out", leave, methods=["POST"]),
    ]


def _page(title: str, text: str, button: str = "", status: int = 200) -> HTMLResponse:
    # Without an action the form goes to the page's own address, code and all.
    form = f'<form method="post"><button>{escape(button)}</button></form>' if button else ""
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – Article Six</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(title)}</h1><p>{escape(text)}</p>{form}</main></html>",
        status,
        headers=_HEADERS,
    )
