"""Names for things: time-ordered for new things, derived for effects that must happen once."""

import hashlib

from uuid_utils import uuid7


def new_id() -> str:
    """A fresh identifier, ordered by time (UUID version 7, RFC 9562)."""
    return str(uuid7())


def derived_id(*parts: object) -> str:
    """The same identifier for the same parts, on any machine, for ever: 32 hex digits of SHA-256.

    An effect that is named after its cause cannot happen twice.
    """
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
