"""`/desk`: what is to be done now by whoever is signed in."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal import forgetting
from services.portal.desks import coordinator, donor, isu, state
from services.portal.desks.sections import Reading, Section
from services.portal.doing import entering, refusing
from services.portal.doing.catalogue import FORMS
from services.portal.doing.drafts import Drafts
from services.portal.doing.leading import Link
from services.portal.frame import Frame
from services.portal.importing import pages as importing
from services.portal.language import gettext as _
from services.portal.language import marked
from services.portal.visitor import Visitor
from shared.clock import Clock, today


def routes(frame: Frame, drafts: Drafts, clock: Clock) -> list[Route]:
    """The desk of the visitor's role, and taking up a message that was set aside."""

    async def desk(request: Request) -> Response:
        visitor = frame.visitor(request)
        if visitor is None:
            return refusing.signed_out(frame, request, None)
        read = Reading(frame, request, today(clock).isoformat())
        waiting = await drafts.all_of(visitor.caller)
        return frame.page(
            request,
            "desks/desk.html",
            sections=await _sections(read, visitor),
            drafts=waiting,
            today=read.today,
            title=_TITLES[visitor.role](),
            beginnings=_beginnings(visitor),
        )

    async def parked(request: Request) -> Response:
        visitor = frame.visitor(request)
        if visitor is None:
            return refusing.signed_out(frame, request, None)
        return frame.page(request, "desks/parked.html", at=request.url.path, **request.path_params)

    async def retry(request: Request) -> Response:
        came = await entering.sent(request)
        if not entering.is_meant(request, came.own):
            return refusing.foreign(frame, request)
        named = request.path_params
        path = f"/{named['service']}/parked/{named['follower']}/{named['stream']}/retry"
        written = await frame.write(request, "POST", path)
        if written.done:
            return RedirectResponse("/desk#parked", 303)
        said = str((written.problem or {}).get("detail") or _("It could not be taken up again."))
        return frame.message(request, _("It is still set aside"), said, written.status)

    place = "/desk/parked/{service:str}/{follower:str}/{stream:str}"
    return [
        Route("/desk", desk, methods=["GET"]),
        Route(place, parked, methods=["GET"]),
        Route(place, retry, methods=["POST"]),
    ]


async def _sections(read: Reading, visitor: Visitor) -> list[Section]:
    match visitor.role:
        case "isu":
            return await isu.desk(read)
        case "donor":
            return await donor.desk(read, visitor)
        case "coordinator":
            return await coordinator.desk(read)
        case _:
            return await state.desk(read, visitor)


def _beginnings(visitor: Visitor) -> list[Link]:
    """Every form of the role that begins something, or asks itself which thing it is about; then what is no form."""
    return [
        *(
            Link(form.address(), _(form.title))
            for form in FORMS
            if visitor.role in form.roles and (form.naming is not None or not form.parameters)
        ),
        *(Link(to, _(words)) for to, words, roles in _BESIDE_FORMS if visitor.role in roles),
    ]


_BESIDE_FORMS = (
    ("/import", marked("Import figures from a table"), importing.ROLES),
    ("/forget", marked("Forget a person"), forgetting.ROLES),
)
_TITLES = {
    "isu": lambda: _("Desk of the ISU"),
    "donor": lambda: _("Donor's desk"),
    "coordinator": lambda: _("Coordinator's desk"),
    "state": lambda: _("Your State's desk"),
}
