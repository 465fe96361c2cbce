"""`/import`: send a table in, see row by row what was understood and would change, accept it or go back, the report.

Nothing is recorded before every row is good and the person has said yes; then every row is, exactly once.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal import tables, words
from services.portal.doing import entering, refusing
from services.portal.frame import Frame
from services.portal.importing import figures, reading
from services.portal.importing.arriving import arrived
from services.portal.importing.sending import Sending, check
from services.portal.importing.uploads import Upload, Uploads
from services.portal.language import gettext as _
from services.portal.tables import Cell, Column, Table
from services.portal.visitor import Visitor
from shared.clock import Clock
from shared.documents import Documents

ROLES = ("isu", "state")
_MOST_SHOWN = 100
"""Rows on the page; those to be mended come first where there are more, and the file has all."""


def routes(frame: Frame, documents: Documents, clock: Clock) -> list[Route]:
    """The pages of tables that come from outside."""
    uploads = Uploads(documents, clock)
    sending = Sending(frame, uploads)

    def whose(request: Request) -> Visitor | Response:
        said = _(
            "Figures are recorded by the State concerned, or by the ISU. You can read them all, and take them "
            "as a table from the page of each State. If you should be able to do this, ask the ISU for the right "
            "role."
        )
        return refusing.whose(frame, request, ROLES, said)

    async def metrics(request: Request) -> Sequence[str]:
        """The names of figures, as the contract has them."""
        contract = await frame.read(request, "/deadlines/openapi.json")
        return _choices(contract["components"]["schemas"]["RecordFigure"]["properties"]["metric"])

    async def begin(request: Request) -> Response:
        visitor = whose(request)
        if isinstance(visitor, Response):
            return visitor
        return await shown(request, visitor)

    async def shown(
        request: Request, visitor: Visitor, fault: str = "", pasted: str = "", status: int = 200
    ) -> Response:
        return frame.page(
            request,
            "importing/begin.html",
            status,
            fault=fault,
            pasted=pasted,
            columns=figures.COLUMNS,
            needed=figures.NEEDED,
            metrics=[(code, words.metric(code)) for code in await metrics(request)],
            earlier=await uploads.all_of(visitor.caller),
            most_rows=reading.MOST_ROWS,
            most_kb=reading.LARGEST // 1000,
            under_way=lambda one: sending.is_under_way(visitor.caller, one),
        )

    async def take(request: Request) -> Response:
        visitor = whose(request)
        if isinstance(visitor, Response):
            return visitor
        came = await arrived(request)
        if not entering.is_meant(request, came.fields):
            return refusing.foreign(frame, request)
        pasted = came.fields.get("pasted", "")
        try:
            rows = reading.read(came.file or pasted.encode(), figures.COLUMNS, figures.NEEDED)
        except reading.NotATable as wrong:
            return await shown(request, visitor, str(wrong), pasted if not came.file else "", 422)
        found = figures.understood(rows, visitor.scope)
        await check(frame, request, found)
        name = came.name if came.file else _("a pasted table")
        upload = Upload(secrets.token_hex(12), name, clock.now().isoformat(), found)
        await uploads.keep(visitor.caller, upload)
        return RedirectResponse(f"/import/{upload.key}", 303)

    async def one(request: Request) -> tuple[Visitor, Upload] | Response:
        visitor = whose(request)
        if isinstance(visitor, Response):
            return visitor
        upload = await uploads.of(visitor.caller, str(request.path_params["key"])[:80])
        if upload is None:
            said = _("There is no table of that name, or it is somebody else's, or it was put away after 90 days.")
            return frame.message(request, _("No such table"), said, 404)
        return visitor, upload

    async def look(request: Request) -> Response:
        found = await one(request)
        if isinstance(found, Response):
            return found
        visitor, upload = found
        running = sending.is_under_way(visitor.caller, upload)
        template = "importing/check.html" if upload.stage == "checked" else "importing/report.html"
        return frame.page(request, template, upload=upload, running=running, most=_MOST_SHOWN)

    async def decide(request: Request) -> Response:
        came = await entering.sent(request)
        if frame.visitor(request) is not None and not entering.is_meant(request, came.own):
            return refusing.foreign(frame, request)
        found = await one(request)
        if isinstance(found, Response):
            return found
        visitor, upload = found
        if came.step == "discard" and upload.stage == "checked":
            await uploads.discard(visitor.caller, upload)
            return RedirectResponse("/import", 303)
        if came.step == "accept" and upload.stage == "checked" and not upload.wrong:
            upload.stage = "accepted"
            if not await uploads.keep(visitor.caller, upload):
                # Pressed twice: the other press sends it.
                return RedirectResponse(f"/import/{upload.key}", 303)
        if came.step in ("accept", "go-on") and upload.stage == "accepted":
            await sending.start(request, visitor.caller, upload)
        return RedirectResponse(f"/import/{upload.key}", 303)

    async def report(request: Request) -> Response:
        found = await one(request)
        if isinstance(found, Response):
            return found
        _visitor, upload = found
        return tables.as_file([_report(upload)], "csv", f"report-{upload.name}")

    async def heading(request: Request) -> Response:
        content = (",".join(figures.COLUMNS) + "\r\n").encode()
        headers = {"Content-Disposition": 'attachment; filename="figures.csv"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

    return [
        Route("/import", begin, methods=["GET"]),
        Route("/import", take, methods=["POST"]),
        Route("/import/figures.csv", heading, methods=["GET"]),
        Route("/import/{key}", look, methods=["GET"]),
        Route("/import/{key}", decide, methods=["POST"]),
        Route("/import/{key}/report.csv", report, methods=["GET"]),
    ]


def _choices(schema: Mapping[str, Any]) -> list[str]:
    """Every value that a field of the contract takes, each once."""
    found = [str(one) for one in schema.get("enum", ())]
    for part in schema.get("anyOf", ()):
        found += [one for one in _choices(part) if one not in found]
    return found


def _report(upload: Upload) -> Table:
    columns = (
        Column("line", _("Line"), "number"),
        Column("duty", _("Duty")),
        Column("metric", _("Figure")),
        Column("value", _("As printed")),
        Column("unit", _("Unit")),
        Column("period", _("Period")),
        Column("source", _("Source")),
        Column("change", _("What would change")),
        Column("outcome", _("Outcome")),
        Column("said", _("Why")),
        Column("link", _("Receipt")),
    )
    rows: list[tables.Row] = [
        {
            "line": Cell(one.line),
            "duty": Cell(one.duty),
            **{name: Cell(str(one.body.get(name, ""))) for name in ("metric", "value", "unit", "period")},
            "source": Cell(one.body.get("statement", {}).get("source", "")),
            "change": Cell("; ".join([one.change, *one.beside]) if one.change else ""),
            "outcome": Cell(one.outcome or "not sent"),
            "said": Cell(one.said or "; ".join(f"{column}: {said}".strip(": ") for column, said in one.faults)),
            "link": Cell(one.link),
        }
        for one in upload.rows
    ]
    return Table("report", _("Report"), columns, rows)
