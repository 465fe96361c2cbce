"""The pages of forms: fill in, check, confirm, send once, see what happened; and when somebody else was first.

Nothing changes by looking: every change is a POST with the session's own form token.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from services.portal.doing import entering, leading, prefilling, refusing
from services.portal.doing.asking import Asking, Known
from services.portal.doing.catalogue import form_of, standing_at
from services.portal.doing.controls import Page, controls
from services.portal.doing.describing import Form, Ids
from services.portal.doing.drafts import Done, Draft, Drafts
from services.portal.doing.entering import Sent
from services.portal.doing.filling import Values, body_of, compacted
from services.portal.doing.merging import merged
from services.portal.doing.schema import Contract, Node, needing
from services.portal.frame import Frame, Written
from services.portal.language import gettext as _
from services.portal.reading import Unreadable
from services.portal.visitor import Visitor
from shared.clock import Clock, today

_SAID_ONCE = 5
_NOT_OF_THE_FORM = {"lang", "as_of", "as_recorded"}


def routes(frame: Frame, drafts: Drafts, clock: Clock, exercise: bool = False) -> list[Route]:
    """`/do/…` for every command, `/done/<key>` for its receipt, `/drafts` for what waits."""
    doing = _Doing(frame, drafts, clock, exercise)
    return [
        Route("/do/{address:path}", doing.look, methods=["GET"]),
        Route("/do/{address:path}", doing.take, methods=["POST"]),
        Route("/done/{key}", doing.done, methods=["GET"]),
        Route("/drafts", doing.drafts, methods=["GET"]),
    ]


@dataclass(frozen=True)
class _Opened:
    """A form being filled in by somebody."""

    request: Request
    form: Form
    ids: Ids
    node: Node
    visitor: Visitor
    known: Known
    asking: Asking

    @property
    def fixed(self) -> Mapping[str, str]:
        """What is settled by the address and the person."""
        paths = {one.path for one in self.form.fields}
        given = self.form.given(self.ids, self.visitor.caller)
        # A blank clock is settled too: the address names the duty from entry into force.
        return {path: value for path, value in given.items() if path in paths}

    @property
    def address(self) -> str:
        """Where it stands, with what the link said; a draft is kept under it."""
        said = sorted((n, v) for n, v in self.request.query_params.multi_items() if n not in _NOT_OF_THE_FORM)
        return self.request.url.path + (f"?{urlencode(said)}" if said else "")[:1_000]


class _Doing:
    def __init__(self, frame: Frame, drafts: Drafts, clock: Clock, exercise: bool) -> None:
        self._frame = frame
        self._drafts = drafts
        self._clock = clock
        self._exercise = exercise
        self._contracts: dict[str, Contract] = {}

    async def look(self, request: Request) -> Response:
        """The form, with the person's draft in it, else with what is known."""
        opened = await self._open(request)
        if isinstance(opened, Response):
            return opened
        draft = await self._drafts.of(opened.visitor.caller, opened.address)
        if draft is not None and await self._drafts.done(opened.visitor.caller, draft.key) is None:
            return self._form(opened, draft, is_draft=True)
        return self._form(opened, await self._fresh(opened))

    async def take(self, request: Request) -> Response:
        """What a button of the form asks for."""
        if entering.is_foreign(request):
            return refusing.foreign(self._frame, request)
        came = await entering.sent(request)
        opened = await self._open(request, came)
        if isinstance(opened, Response):
            return opened
        values = entering.known_only(came.values, opened.node)
        values.update({path: [value] for path, value in opened.fixed.items()})
        draft = Draft(
            opened.address,
            opened.form.title,
            opened.known.about,
            came.key or _new_key(),
            came.version,
            values,
            came.own.get("_base", ""),
        )
        if not entering.is_meant(request, came.own):
            # Signed in anew since the form was opened, or sent by something else: shown again, and nothing done.
            said = _("This form was opened before you signed in again. Nothing was sent: check it, and send it now.")
            return self._form(opened, draft, 403, said=said)
        return await self._step(opened, draft, came)

    async def _step(self, opened: _Opened, draft: Draft, came: Sent) -> Response:
        caller = opened.visitor.caller
        match came.step:
            case "discard":
                await self._drafts.discard(caller, opened.address)
                return RedirectResponse(opened.address, 303)
            case "keep":
                at = await self._keep(opened, draft)
                if opened.request.headers.get("hx-request"):
                    return self._frame.page(opened.request, "doing/kept.html", at=at.isoformat() if at else "")
                return self._form(opened, draft, is_draft=True)
            case "edit":
                return self._form(opened, draft)
        if added := came.own.get("_add", ""):
            draft.values.update(_blank_row(opened, draft.values, added))
        if removed := came.own.get("_remove", ""):
            gone = f"{removed}."
            for name in [name for name in draft.values if name.startswith(gone)]:
                del draft.values[name]
        if added or removed:
            await self._keep(opened, draft)
            return self._form(opened, draft, focus=added)
        return await self._check(opened, draft, sending=came.step == "send")

    async def _check(self, opened: _Opened, draft: Draft, sending: bool) -> Response:
        caller = opened.visitor.caller
        if await self._drafts.done(caller, draft.key) is not None:
            # Sent twice, by two clicks or by going back: it was done once.
            return RedirectResponse(f"/done/{draft.key}", 303)
        values = compacted(draft.values, opened.node)
        draft = replace(draft, values=values)
        await self._keep(opened, draft)
        body, wrong = body_of(opened.node, values)
        if wrong:
            return self._form(opened, draft, 422, faults={one.name: one.words for one in wrong})
        if opened.form.warns and not sending:
            return self._confirm(opened, draft)
        return await self._send(opened, draft, body)

    async def _send(self, opened: _Opened, draft: Draft, body: dict[str, Any]) -> Response:
        form, ids = opened.form, dict(opened.ids)
        if len(ids) < len(form.parameters) and form.naming is not None:
            ids = {form.parameters[0]: form.naming(body, draft.key)}
        headers = {"Idempotency-Key": draft.key}
        if form.on_version and draft.version and opened.ids:
            headers["If-Match"] = f'"{draft.version}"'
        try:
            written = await self._frame.write(opened.request, form.method, form.route(ids), body, headers)
            if written.status == 412 and (newer := refusing.newer_version(written)):
                if not await self._changed(opened, draft):
                    headers["If-Match"] = f'"{newer}"'
                    written = await self._frame.write(opened.request, form.method, form.route(ids), body, headers)
                if written.status == 412:
                    return await self._conflict(opened, draft, refusing.newer_version(written) or newer)
        except httpx2.HTTPError:
            written = Written(503, None, "", {"detail": _("The service could not be reached.")})
        if not written.done:
            return self._refused(opened, draft, written)
        await self._note(opened, draft, ids, body, written)
        return RedirectResponse(f"/done/{draft.key}", 303)

    async def _note(self, opened: _Opened, draft: Draft, ids: Ids, body: dict[str, Any], written: Written) -> None:
        caller = opened.visitor.caller
        about = opened.known.about or leading.named(opened.form, ids, body)
        told = {} if opened.form.personal else body
        done = Done(draft.key, opened.form.path, about, ids, written.body, self._clock.now(), told)
        await self._drafts.note(caller, done)
        await self._drafts.discard(caller, opened.address)

    async def _keep(self, opened: _Opened, draft: Draft) -> datetime | None:
        """Keep the draft; None where nothing may be kept, or the command was done meanwhile."""
        caller = opened.visitor.caller
        if opened.form.personal or await self._drafts.done(caller, draft.key) is not None:
            return None
        return await self._drafts.keep(caller, draft)

    async def _changed(self, opened: _Opened, draft: Draft) -> bool:
        """Whether anything that the person could see is other than when the form was opened."""
        if await opened.asking.events_since(int(draft.version or 0)):
            return True
        return entering.unpacked(draft.base) != opened.known.values

    # pages

    async def _open(self, request: Request, came: Sent | None = None) -> "_Opened | Response":
        found = standing_at("/" + str(request.path_params["address"]))
        if found is None:
            return self._frame.message(
                request,
                _("No such form"),
                _("There is no form at this address. Your desk leads to those that you can use."),
                404,
            )
        form, ids = found
        visitor = self._frame.visitor(request)
        if visitor is None:
            return refusing.signed_out(self._frame, request, came)
        if visitor.role not in form.roles:
            return refusing.not_for_you(self._frame, request, form)
        node = await self._node(request, form)
        asking = Asking(self._frame, request, form, ids, node)
        try:
            known = await prefilling.known(asking)
        except Unreadable as refused:
            return self._frame.refusal(request, refused)
        return _Opened(request, form, ids, node, visitor, known, asking)

    async def _node(self, request: Request, form: Form) -> Node:
        if form.service not in self._contracts:
            document = await self._frame.read(request, f"/{form.service}/openapi.json")
            self._contracts[form.service] = Contract(document)
        node = self._contracts[form.service].command(form.method, form.path)
        return needing(node, [one.path for one in form.fields if one.must])

    async def _fresh(self, opened: _Opened) -> Draft:
        values = dict(opened.known.values)
        for path, part in opened.node.walk():
            if "[]" not in path and path not in values and part.default:
                values[path] = [part.default]
        for one in opened.form.fields:
            if one.start and one.path not in opened.known.values:
                values[one.path] = [today(self._clock).isoformat() if one.start == "today" else one.start]
        version = await opened.asking.version() if opened.form.on_version else ""
        base = entering.packed(opened.known.values) if opened.form.on_version else ""
        return Draft(opened.address, opened.form.title, opened.known.about, _new_key(), version, values, base)

    def _controls(self, opened: _Opened, values: Values, faults: Mapping[str, str]) -> Page:
        where = {
            path: words
            for path, words in opened.known.where.items()
            if path not in opened.known.values or values.get(path) == opened.known.values[path]
        }
        # Said once above the form where most of it comes from one place.
        common = [words for words, times in Counter(where.values()).most_common(1) if times >= _SAID_ONCE]
        page = controls(opened.form, opened.node, values, opened.fixed, faults, where, self._exercise)
        return replace(page, origin="".join(common))

    def _form(
        self,
        opened: _Opened,
        draft: Draft,
        status: int = 200,
        *,
        faults: Mapping[str, str] | None = None,
        said: str = "",
        is_draft: bool = False,
        focus: str = "",
    ) -> HTMLResponse:
        page = self._controls(opened, draft.values, faults or {})
        return self._frame.page(
            opened.request,
            "doing/form.html",
            status,
            form=opened.form,
            about=opened.known.about,
            controls=page,
            wrong=refusing.summary(page, faults or {}),
            draft=draft,
            said=said,
            is_draft=is_draft,
            focus=focus,
        )

    def _confirm(self, opened: _Opened, draft: Draft) -> HTMLResponse:
        page = self._controls(opened, draft.values, {})
        return self._frame.page(
            opened.request,
            "doing/confirm.html",
            form=opened.form,
            about=opened.known.about,
            controls=page,
            draft=draft,
        )

    async def _conflict(self, opened: _Opened, draft: Draft, newer: str) -> HTMLResponse:
        known = await prefilling.known(opened.asking)
        theirs = controls(opened.form, opened.node, known.values, opened.fixed, {}, {}, self._exercise)
        lists = [path for path, part in opened.node.walk() if part.kind == "list" and "[]" not in path]
        values = merged(entering.unpacked(draft.base), known.values, draft.values, lists)
        draft = replace(draft, values={**values, **{path: [value] for path, value in opened.fixed.items()}})
        await self._keep(opened, replace(draft, version=newer, base=entering.packed(known.values)))
        mine = self._controls(opened, draft.values, {})
        return self._frame.page(
            opened.request,
            "doing/conflict.html",
            412,
            form=opened.form,
            about=known.about,
            sides=refusing.sides(theirs, mine),
            since=await opened.asking.events_since(int(draft.version or 0)),
            draft=draft,
            newer=newer,
            base=entering.packed(known.values),
        )

    def _refused(self, opened: _Opened, draft: Draft, written: Written) -> Response:
        page = self._controls(opened, draft.values, {})
        faults, said = refusing.faults(written, page)
        return self._form(opened, draft, written.status, faults=faults, said=said)

    async def done(self, request: Request) -> Response:
        """What happened, who sees it, and what comes next."""
        visitor = self._frame.visitor(request)
        if visitor is None:
            return refusing.signed_out(self._frame, request, None)
        done = await self._drafts.done(visitor.caller, request.path_params["key"])
        if done is None:
            said = _("No command of yours has this receipt. Receipts are kept for 90 days.")
            return self._frame.message(request, _("No such receipt"), said, 404)
        form = form_of(done.path)
        shown = await leading.is_shown(self._frame, request, form, str(done.receipt.get("token", "")))
        return self._frame.page(
            request,
            "doing/done.html",
            form=form,
            done=done,
            shown=shown,
            links=leading.onward(form, done.ids, done.body, visitor, done.receipt),
        )

    async def drafts(self, request: Request) -> Response:
        """What the person began and has not sent."""
        visitor = self._frame.visitor(request)
        if visitor is None:
            return refusing.signed_out(self._frame, request, None)
        found = await self._drafts.all_of(visitor.caller)
        return self._frame.page(request, "doing/drafts.html", drafts=found)


def _new_key() -> str:
    return secrets.token_hex(16)


def _blank_row(opened: _Opened, values: Values, added: str) -> Values:
    """One more row of that list, and the first where none was shown yet."""
    node = next((part for path, part in opened.node.walk() if path == added and part.kind == "list"), None)
    if node is None or node.item is None:
        return {}
    there = [int(name[len(added) + 1 :].partition(".")[0]) for name in values if _is_row(name, added)]
    first = next(iter(node.item.parts))
    return {f"{added}.{max(there, default=-1) + 1}.{first}": [""]}


def _is_row(name: str, of: str) -> bool:
    rest = name.removeprefix(f"{of}.")
    return rest != name and rest.partition(".")[0].isdigit()
