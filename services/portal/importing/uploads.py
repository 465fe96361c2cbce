"""Tables that were sent in, kept with what became of each row: a lost connection or a restart loses nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from services.portal.importing.figures import Understood
from shared.auth.caller import Caller
from shared.clock import Clock
from shared.documents import Collection, Delete, Documents, Put

KEPT = timedelta(days=90)
"""So long after nobody touched it, a table is forgotten; what was recorded of it stays."""
_UPLOADS = Collection("uploads", ("who", "until"))
Stage = Literal["checked", "accepted", "done"]


@dataclass
class Upload:
    """One table of a person. `stopped` says why the sending does not go on."""

    key: str
    name: str
    sent_at: str
    rows: list[Understood]
    stage: Stage = "checked"
    stopped: str = ""
    revision: int = field(default=0, compare=False)

    @property
    def wrong(self) -> int:
        """Rows with a fault; while there are any, nothing can be accepted."""
        return sum(bool(one.faults) for one in self.rows)

    @property
    def sent(self) -> int:
        """Rows that were dealt with."""
        return sum(bool(one.outcome) for one in self.rows)

    def count(self, outcome: str) -> int:
        """Rows that came out so."""
        return sum(one.outcome == outcome for one in self.rows)


class Uploads:
    """The tables of everybody; each person sees its own."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock
        self._declared = False

    async def keep(self, caller: Caller, upload: Upload) -> bool:
        """Keep it as it now is; False where another page has changed it meanwhile."""
        await self._ready()
        now: datetime = self._clock.now()
        body: dict[str, Any] = {**asdict(upload), "who": caller.name, "until": (now + KEPT).isoformat()}
        del body["revision"]
        (kept,) = await self._documents.write([Put(_UPLOADS.name, _id(caller, upload.key), body, upload.revision)])
        if kept:
            upload.revision += 1
        return kept

    async def of(self, caller: Caller, key: str) -> Upload | None:
        """The person's table of that key."""
        await self._ready()
        name = _id(caller, key)
        stored = (await self._documents.get(_UPLOADS.name, [name])).get(name)
        return _read(stored.body, stored.revision) if stored else None

    async def all_of(self, caller: Caller) -> Sequence[Upload]:
        """The person's tables, the latest first."""
        await self._ready()
        over = await self._documents.find(_UPLOADS.name, limit=50, at_most={"until": self._clock.now().isoformat()})
        await self._documents.write([Delete(_UPLOADS.name, one.id, one.revision) for one in over])
        found = await self._documents.find(_UPLOADS.name, {"who": caller.name}, limit=50)
        return sorted((_read(one.body, one.revision) for one in found), key=lambda one: one.sent_at, reverse=True)

    async def discard(self, caller: Caller, upload: Upload) -> None:
        """Forget a table of which nothing was sent."""
        await self._documents.write([Delete(_UPLOADS.name, _id(caller, upload.key), upload.revision)])

    async def _ready(self) -> None:
        if not self._declared:
            await self._documents.declare(_UPLOADS)
            self._declared = True


def _id(caller: Caller, key: str) -> str:
    return f"{caller.name}/{key}"


def _read(body: Any, revision: int) -> Upload:
    rows = [
        Understood(**{**row, "faults": [(column, words) for column, words in row["faults"]]}) for row in body["rows"]
    ]
    return Upload(body["key"], body["name"], body["sent_at"], rows, body["stage"], body["stopped"], revision)
