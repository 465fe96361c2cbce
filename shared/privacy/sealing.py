"""Sealing a person's details, and telling them again without keeping them. Pure; keys come from a keyring.

AES-SIV (RFC 5297) gives the same text for the same details under the same key, so that a command sent
again is the same command; under another subject's key, or at another place, it cannot be opened.
"""

import base64
import binascii
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.privacy import SubjectKey

Details = Mapping[str, str]
"""What is told of a person, by kind: "name", "email", "phone". Blank ones are left out."""

KEY_BYTES = 64
_VERSION = b"article6 person 1"
_BLOCK = 128
"""Details are filled up to a multiple of this, so that the length of what is sealed does not tell a name."""


class CannotOpen(Exception):
    """The text was not sealed with this key, or not for this subject at this place, or was changed."""


def fresh_key(place: str, details: Details, secret: bytes, at: datetime) -> SubjectKey:
    """A new subject for these details at this place, with a new key."""
    key = secrets.token_bytes(KEY_BYTES)
    return SubjectKey(
        subject=secrets.token_hex(16),
        place=place,
        key=key,
        mark=_hashed(secret, "mark", place, _plain(details).decode()),
        found_by={kind: told_by(key, kind, said) for kind, said in details.items() if normal(kind, said)},
        made_at=at,
    )


def seal(key: SubjectKey, details: Details) -> str:
    """The details under the subject's key, bound to subject and place."""
    plain = _plain(details)
    filled = plain + b" " * (-len(plain) % _BLOCK)
    sealed = AESSIV(key.key).encrypt(filled, _bound_to(key))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_sealed(key: SubjectKey, sealed: str) -> dict[str, str]:
    """The details. CannotOpen where the text is not what was sealed for this subject at this place."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        details: dict[str, str] = orjson.loads(AESSIV(key.key).decrypt(raw, _bound_to(key)))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise CannotOpen(key.subject) from error
    return details


def told_by(key: bytes, kind: str, said: str) -> str:
    """By what a subject is found, and only by whoever has its key: so it tells nothing once the key is gone."""
    return _hashed(key, "find", kind, normal(kind, said))


def normal(kind: str, said: str) -> str:
    """The same for what people take for the same: case, width and spaces; of a telephone number only its digits."""
    text = unicodedata.normalize("NFKC", said).casefold()
    if kind == "phone":
        return "".join(c for c in text if c.isdigit())
    return " ".join(text.split())


def _plain(details: Details) -> bytes:
    return orjson.dumps({kind: said for kind, said in details.items() if said}, option=orjson.OPT_SORT_KEYS)


def _bound_to(key: SubjectKey) -> list[bytes]:
    return [_VERSION, key.subject.encode(), key.place.encode()]


def _hashed(key: bytes, *parts: str) -> str:
    # As JSON, so that no two lists of parts read the same.
    return hmac.digest(key, orjson.dumps(["article6 person", *parts]), "sha256").hex()
