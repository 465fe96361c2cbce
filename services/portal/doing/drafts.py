"""Drafts and receipts of a person, kept on the server: a lost connection loses nothing that was kept.

A draft is what stands in a form. It is gone when the command was done; its receipt stays for a while.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.portal.doing.filling import Values
from shared.auth.caller import Caller
from shared.clock import Clock
from shared.documents import Collection, Delete, Documents, Put, Stored
from shared.ids import derived_id

KEPT = timedelta(days=90)
"""So long nobody touched it, then a draft is forgotten."""
_DRAFTS = Collection("drafts", ("who", "until"))
_RECEIPTS = Collection("receipts", ("who", "until"))


@dataclass(frozen=True)
class Draft:
    """What stands in a form at `address`. `key` names the command, `version` what it was decided on."""

    address: str
    title: str
    about: str
    key: str
    version: str
    values: Values
    base: str = ""
    """What was known when the form was opened (`entering.packed`), to tell when somebody else was first."""
    kept_at: datetime | None = None


@dataclass(frozen=True)
class Done:
    """A command that was done: by which form, about what, and the service's receipt."""

    key: str
    path: str
    about: str
    ids: Mapping[str, str]
    receipt: Mapping[str, Any]
    done_at: datetime
    body: Mapping[str, Any]


class Drafts:
    """The drafts and receipts of everybody; each person sees its own."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock
        self._declared = False

    async def keep(self, caller: Caller, draft: Draft) -> datetime:
        """Keep it in place of an earlier one; the moment at which it was kept."""
        await self._ready()
        now = self._clock.now()
        body = {
            "who": caller.name,
            "until": (now + KEPT).isoformat(),
            "address": draft.address,
            "title": draft.title,
            "about": draft.about,
            "key": draft.key,
            "version": draft.version,
            "values": draft.values,
            "base": draft.base,
            "kept_at": now.isoformat(),
        }
        name = _name(caller, draft.address)
        kept = False
        while not kept:  # the last one typed wins: both are the same person's
            stored = (await self._documents.get(_DRAFTS.name, [name])).get(name)
            revision = stored.revision if stored else 0
            kept = (await self._documents.write([Put(_DRAFTS.name, name, body, revision)]))[0]
        return now

    async def of(self, caller: Caller, address: str) -> Draft | None:
        """The person's draft at that address."""
        await self._ready()
        name = _name(caller, address)
        stored = (await self._documents.get(_DRAFTS.name, [name])).get(name)
        return _draft(stored) if stored else None

    async def all_of(self, caller: Caller) -> list[Draft]:
        """The person's drafts, the latest first."""
        await self._ready()
        await self._sweep()
        found = [_draft(one) for one in await self._documents.find(_DRAFTS.name, {"who": caller.name}, limit=200)]
        return sorted(found, key=lambda one: one.kept_at or self._clock.now(), reverse=True)

    async def discard(self, caller: Caller, address: str) -> None:
        """Forget a draft; nothing happens where there is none."""
        await self._ready()
        name = _name(caller, address)
        stored = (await self._documents.get(_DRAFTS.name, [name])).get(name)
        if stored is not None:
            await self._documents.write([Delete(_DRAFTS.name, name, stored.revision)])

    async def note(self, caller: Caller, done: Done) -> None:
        """Keep the receipt of a command; a second time changes nothing."""
        await self._ready()
        body = {
            "who": caller.name,
            "until": (done.done_at + KEPT).isoformat(),
            "key": done.key,
            "path": done.path,
            "about": done.about,
            "ids": dict(done.ids),
            "receipt": dict(done.receipt),
            "done_at": done.done_at.isoformat(),
            "body": dict(done.body),
        }
        await self._documents.write([Put(_RECEIPTS.name, derived_id("receipt", caller.name, done.key), body, 0)])

    async def done(self, caller: Caller, key: str) -> Done | None:
        """The receipt of the person's command of that key; None where it was not done."""
        await self._ready()
        name = derived_id("receipt", caller.name, key)
        stored = (await self._documents.get(_RECEIPTS.name, [name])).get(name)
        return _done(stored) if stored else None

    async def _ready(self) -> None:
        if not self._declared:
            await self._documents.declare(_DRAFTS)
            await self._documents.declare(_RECEIPTS)
            self._declared = True

    async def _sweep(self) -> None:
        now = self._clock.now().isoformat()
        for collection in (_DRAFTS, _RECEIPTS):
            over = await self._documents.find(collection.name, limit=50, at_most={"until": now})
            await self._documents.write([Delete(collection.name, one.id, one.revision) for one in over])


def _name(caller: Caller, address: str) -> str:
    return derived_id("draft", caller.name, address)


def _draft(stored: Stored) -> Draft:
    body = stored.body
    return Draft(
        body["address"],
        body["title"],
        body["about"],
        body["key"],
        body["version"],
        dict(body["values"]),
        body["base"],
        datetime.fromisoformat(body["kept_at"]),
    )


def _done(stored: Stored) -> Done:
    body = stored.body
    return Done(
        body["key"],
        body["path"],
        body["about"],
        body["ids"],
        body["receipt"],
        datetime.fromisoformat(body["done_at"]),
        body["body"],
    )
