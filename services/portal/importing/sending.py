"""Checks a table against the services' own contract, and records it: each row one command, each exactly once."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from services.portal.frame import Frame, Written
from services.portal.importing.figures import Understood, compare, place
from services.portal.importing.uploads import Upload, Uploads
from services.portal.language import gettext as _
from services.portal.pages.things import named_or_none
from shared.auth.caller import Caller

_NEVER = '"999999999"'
"""A version that no duty has: whoever asks with it has the command checked, and nothing done (RFC 9110, 13.1.1)."""
_KEPT_EVERY = 25
_PATIENCE = 2.0


async def check(frame: Frame, request: Request, rows: list[Understood]) -> None:
    """Let the service say of each row whether it would take it; and what is recorded beside it. Nothing is written."""
    known: dict[str, Mapping[str, Any] | None] = {}
    for one in (row for row in rows if not row.faults):
        if one.duty not in known:
            known[one.duty] = await named_or_none(frame, request, f"/deadlines/obligations/{quote(one.duty)}")
        duty = known[one.duty]
        if duty is None:
            said = _("%(duty)s is not registered here: record the duty first, then its figures")
            one.faults.append(("article", said % {"duty": one.duty}))
            continue
        answer = await _told(frame, request, one, {"If-Match": _NEVER})
        if answer.status != 412:
            one.faults += _faults(answer)
        if not one.faults:
            compare(one, duty["figures"])


class Sending:
    """Sends accepted tables beside the pages; what a restart interrupts goes on where it was."""

    def __init__(self, frame: Frame, uploads: Uploads) -> None:
        self._frame = frame
        self._uploads = uploads
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def is_under_way(self, caller: Caller, upload: Upload) -> bool:
        """Whether rows of it are being sent just now, by this process."""
        return f"{caller.name}/{upload.key}" in self._under_way

    async def start(self, request: Request, caller: Caller, upload: Upload) -> None:
        """Begin, or go on; back when it is done, or after two seconds."""
        name = f"{caller.name}/{upload.key}"
        task = self._under_way.get(name)
        if task is None:
            task = asyncio.create_task(self._send(request, caller, upload))
            self._under_way[name] = task
            task.add_done_callback(lambda _task: self._under_way.pop(name, None))
        await asyncio.wait([task], timeout=_PATIENCE)

    async def _send(self, request: Request, caller: Caller, upload: Upload) -> None:
        upload.stopped = ""
        for number, one in enumerate(upload.rows, start=1):
            if not one.outcome:
                # The same row has the same name for ever: sent twice, it is done once.
                answer = await _told(self._frame, request, one, {"Idempotency-Key": f"{upload.key}-{one.line}"})
                if not answer.done and (answer.status >= 500 or answer.status in (401, 429)):
                    # Not the row's fault: it waits, with all that follow.
                    upload.stopped = _words(answer)
                    break
                _note(one, answer)
            if number % _KEPT_EVERY == 0:
                await self._uploads.keep(caller, upload)
        else:
            upload.stage = "done"
        await self._uploads.keep(caller, upload)


async def _told(frame: Frame, request: Request, one: Understood, headers: Mapping[str, str]) -> Written:
    return await frame.write(request, "POST", f"/deadlines/obligations/{quote(one.duty)}/figures", one.body, headers)


def _note(one: Understood, answer: Written) -> None:
    if answer.done:
        one.outcome = "recorded" if answer.body["events"] else "known"
        one.link = str(answer.body["token"])
    else:
        one.outcome, one.said = "refused", _words(answer)


def _faults(answer: Written) -> list[tuple[str, str]]:
    problem = answer.problem or {}
    told = []
    for fault in problem.get("errors") or []:
        allowed = (
            " " + _("(allowed: %(values)s)") % {"values": str(fault["allowed"])[:300]} if fault.get("allowed") else ""
        )
        told.append((place(str(fault.get("field", ""))), f"{fault.get('message', '')}{allowed}"))
    if "metric" in (column for column, _said in told):
        # The unit goes with the name of the figure: of a wrong name nobody can say which it is.
        told = [(column, said) for column, said in told if column not in ("metric", "unit")]
        told.append(("metric", _("is no name of a figure: the names stand on the page where tables are sent in")))
    return told or [("", _words(answer))]


def _words(answer: Written) -> str:
    problem = answer.problem or {}
    if answer.status == 401:
        return _("You are no longer signed in.")
    number = str(problem.get("instance") or "")
    return " ".join(part for part in (str(problem.get("detail") or _("The service did not answer.")), number) if part)
