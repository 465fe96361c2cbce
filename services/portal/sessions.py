"""Sessions of people, kept on the server and ended there. The cookie holds a random name and nothing else.

A session ends twelve hours after it was made, after two hours in which nobody used it, or when it is
ended. What is kept is a hash of the name: who reads the store cannot take a session over.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from shared.auth.caller import Caller, Role
from shared.auth.tokens import check_scope
from shared.clock import Clock
from shared.documents import Collection, Delete, Documents, Put, Stored

LONGEST = timedelta(hours=12)
"""No session is older, however much it is used."""
IDLE = timedelta(hours=2)
"""A session that nobody used for so long is over."""
_NOTED_EVERY = timedelta(minutes=1)
_SESSIONS = Collection("sessions", ("who", "until"))
_PURPOSE = b"article6 form"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one person on one device. `name` is the hash of its secret, and may be shown."""

    name: str
    caller: Caller
    made_at: datetime
    seen_at: datetime
    device: str
    form_token: str = ""
    """What a form of this session must bring along; blank where the session was not opened by its secret."""

    @property
    def until(self) -> datetime:
        """When it ends if nobody uses it again."""
        return min(self.made_at + LONGEST, self.seen_at + IDLE)


class Sessions:
    """All sessions. They live in Documents: gone with the folder, shared by processes that share a database."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock
        self._declared = False

    async def begin(self, caller: Caller, device: str = "") -> tuple[str, Session]:
        """A new session, with the secret for its cookie. ValueError for a caller that cannot sign in."""
        check_scope(caller)
        await self.tidy()
        secret = secrets.token_urlsafe(32)
        now = self._clock.now()
        session = Session(name_of(secret), caller, now, now, _plain(device), form_token(secret))
        await self._documents.write([Put(_SESSIONS.name, session.name, _body(session), 0)])
        return secret, session

    async def of(self, secret: str) -> Session | None:
        """The session that this secret opens; None where it has ended or never was."""
        if not 20 <= len(secret) <= 100:
            return None
        await self._ready()
        name = name_of(secret)
        stored = (await self._documents.get(_SESSIONS.name, [name])).get(name)
        if stored is None:
            return None
        session, now = _session(stored, form_token(secret)), self._clock.now()
        if session.until <= now:
            return None
        if now - session.seen_at >= _NOTED_EVERY:
            session = Session(name, session.caller, session.made_at, now, session.device, session.form_token)
            # Lost to another request of the same moment: that one noted it.
            await self._documents.write([Put(_SESSIONS.name, name, _body(session), stored.revision)])
        return session

    async def end(self, name: str, caller: Caller) -> bool:
        """End a session of that person; False where there is none of that name."""
        await self._ready()
        stored = (await self._documents.get(_SESSIONS.name, [name])).get(name)
        while stored is not None and stored.body["who"] == caller.name:
            if (await self._documents.write([Delete(_SESSIONS.name, name, stored.revision)]))[0]:
                return True
            stored = (await self._documents.get(_SESSIONS.name, [name])).get(name)
        return False

    async def all_of(self, caller: Caller) -> list[Session]:
        """The person's sessions that have not ended, the latest used first."""
        await self._ready()
        now = self._clock.now()
        found = await self._documents.find(_SESSIONS.name, {"who": caller.name}, limit=200)
        standing = [one for one in map(_session, found) if one.until > now]
        return sorted(standing, key=lambda one: one.seen_at, reverse=True)

    async def _ready(self) -> None:
        if not self._declared:
            await self._documents.declare(_SESSIONS)
            self._declared = True

    async def tidy(self) -> None:
        """Forget what is long over, some at a time. DocumentsUnavailable where no session could be begun now."""
        await self._ready()
        over = await self._documents.find(_SESSIONS.name, limit=50, at_most={"until": self._clock.now().isoformat()})
        await self._documents.write([Delete(_SESSIONS.name, one.id, one.revision) for one in over])


def name_of(secret: str) -> str:
    """The name under which the session of that secret is kept: one way, so that it opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def form_token(secret: str) -> str:
    """What every form of that session carries: nobody else can know it, and it tells nothing of the secret."""
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), _PURPOSE, "sha256")).decode().rstrip("=")


def _body(session: Session) -> dict[str, Any]:
    caller = session.caller
    return {
        "who": caller.name,
        "subject": caller.subject,
        "role": caller.role,
        "scope": caller.scope,
        "made_at": session.made_at.isoformat(),
        "seen_at": session.seen_at.isoformat(),
        "until": session.until.isoformat(),
        "device": session.device,
    }


def _session(stored: Stored, token: str = "") -> Session:
    body: Mapping[str, Any] = stored.body
    return Session(
        stored.id,
        Caller(body["subject"], cast(Role, body["role"]), body["scope"]),
        datetime.fromisoformat(body["made_at"]),
        datetime.fromisoformat(body["seen_at"]),
        body["device"],
        token,
    )


def _plain(device: str) -> str:
    return "".join(one for one in device if one.isprintable())[:200]
