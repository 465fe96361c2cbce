"""Signing out, and seeing where else one is signed in."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal.doing import entering, refusing
from services.portal.frame import Frame
from services.portal.sessions import Sessions
from services.portal.sessions_door import session_of, take


def routes(frame: Frame, sessions: Sessions) -> list[Route]:
    """`/sign-out` and `/sessions`. Looking changes nothing."""

    async def leaving(request: Request) -> Response:
        return frame.page(request, "doing/signing/out.html")

    async def leave(request: Request) -> Response:
        came = await entering.sent(request)
        session = session_of(request)
        # A browser says where a form stands; a program that says nothing cannot be misled by another site.
        is_a_browser = "origin" in request.headers
        if entering.is_foreign(request) or (session and is_a_browser and not entering.is_meant(request, came.own)):
            return refusing.foreign(frame, request)
        if session is not None:
            await sessions.end(session.name, session.caller)
        answer = RedirectResponse("/", 303)
        take(answer, request)
        return answer

    async def mine(request: Request) -> Response:
        session = session_of(request)
        if session is None:
            return refusing.signed_out(frame, request, None)
        found = await sessions.all_of(session.caller)
        return frame.page(request, "doing/signing/sessions.html", sessions=found, current=session.name)

    async def end(request: Request) -> Response:
        session = session_of(request)
        if session is None:
            return refusing.signed_out(frame, request, None)
        came = await entering.sent(request)
        if not entering.is_meant(request, came.own):
            return refusing.foreign(frame, request)
        named = came.values.get("session", [""])[0]
        for one in await sessions.all_of(session.caller):
            if one.name == named or (named == "others" and one.name != session.name):
                await sessions.end(one.name, session.caller)
        return RedirectResponse("/sessions", 303)

    return [
        Route("/sign-out", leaving, methods=["GET"]),
        Route("/sign-out", leave, methods=["POST"]),
        Route("/sessions", mine, methods=["GET"]),
        Route("/sessions", end, methods=["POST"]),
    ]
