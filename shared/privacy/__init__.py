"""People's names and contacts, each under a key of its own; to forget somebody is to destroy the key.

What is recorded is for ever (docs/adr/0001), and a person may ask to be forgotten (docs/adr/0009). So
events hold only what was sealed, and the keys are kept apart from the events, from their copies and
from everything that is made of them.

A *subject* is one set of details named at one *place*: `requests/request-R-7/contact`. Who is named
anew, with other details or elsewhere, is another subject, so that forgetting one person never takes
away another who came after at the same desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.eventstore import StoreUnavailable
from shared.privacy.messages import ForgetReason


class KeyringUnavailable(StoreUnavailable):
    """The keys cannot be read or written now. Nothing is recorded without them; try again."""


class KeyStillThere(KeyringUnavailable):
    """A key was destroyed, and its bytes are still found where keys are kept. Forgetting it must be repeated."""


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """A subject whose key is there. `key` has 64 bytes (AES-SIV, RFC 5297).

    `mark` tells the same details at the same place again; `found_by` finds the subject by kind of detail
    ("email", "name", "phone"). Both are keyed hashes (HMAC, RFC 2104) and go when the key goes.
    """

    subject: str
    place: str
    key: bytes
    mark: str
    found_by: Mapping[str, str]
    made_at: datetime

    def __repr__(self) -> str:
        # What is printed or logged by mistake holds no key.
        return f"SubjectKey(subject={self.subject!r}, place={self.place!r})"


@dataclass(frozen=True, slots=True)
class Gone:
    """A subject that was forgotten: when (UTC), by whom, why. `recorded`: its event is in the history."""

    subject: str
    place: str
    at: datetime
    by: str
    reason: ForgetReason
    recorded: bool = False


class Keyring(Protocol):
    """The keys of one service's people. Durable; what was forgotten is gone from it byte for byte."""

    async def secret(self) -> bytes:
        """32 bytes of this keyring's own, made on first use: for the marks of subjects."""
        ...

    async def adopt_secret(self, secret: bytes) -> bytes:
        """Begin with the secret of another keyring, whose keys are taken over; the one there is now. It is
        another where this keyring had one of its own: then marks made there are not found again here."""
        ...

    async def keep(self, fresh: SubjectKey) -> SubjectKey:
        """Keep the key, unless one of the same subject, or place and mark, is there: then that one is given.

        Durable once this returns. Of two at once, both are given the same. A subject that was forgotten
        is not taken again: ValueError.
        """
        ...

    async def held(self, subjects: Sequence[str]) -> dict[str, SubjectKey | Gone]:
        """What is known of these subjects; one of which nothing was ever known here is left out."""
        ...

    async def living(self, after: str = "", limit: int = 500) -> list[SubjectKey]:
        """Subjects whose key is there, behind subject `after`, in the order of their names."""
        ...

    async def gone(self, after: str = "", limit: int = 500) -> list[Gone]:
        """Subjects that were forgotten, behind subject `after`, in the order of their names."""
        ...

    async def forget(self, gone: Gone) -> Gone:
        """Destroy the subject's key, mark and hashes, and remember that it is gone; what is then remembered.

        The same again changes nothing, and clears away anew. A subject that was never here is remembered
        too, so that its key cannot come back from a copy. KeyStillThere where the bytes did not go.
        """
        ...

    async def recorded(self, subject: str) -> None:
        """Note that the history holds the event of its forgetting."""
        ...

    async def close(self) -> None:
        """Let go. Whoever comes later is refused with KeyringUnavailable."""
        ...
