"""Bearer tokens (RFC 6750) as signed JWTs (RFC 7519, HS256 only), and one-time sign-in codes."""

import hmac
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.auth.caller import ROLES, Caller
from shared.clock import Clock
from shared.countries import known_country
from shared.private_files import made_once

_ALGORITHMS = ["HS256"]
_ISSUER = "article6"
_SHORTEST_SECRET = 32
_MOST_VERIFIED = 1_024


class BadToken(Exception):
    """The token is not one of ours, was changed, or has run out."""


class Authenticator(Protocol):
    """Turns what came with a request into who asks."""

    def caller(self, token: str) -> Caller:
        """The caller this token speaks for; BadToken otherwise."""
        ...


class OwnTokens:
    """Tokens that this installation issues itself; the secret stays in a file only its owner reads."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        if len(secret) < _SHORTEST_SECRET:
            # RFC 7518, 3.2; an empty file would let anybody sign.
            raise ValueError(f"the secret has {len(secret)} bytes; it needs {_SHORTEST_SECRET}: remove the file")
        self._key = OctKey.import_key(secret)
        self._clock = clock
        self._verified: dict[str, tuple[Caller, int]] = {}

    @classmethod
    def from_file(cls, path: Path, clock: Clock) -> "OwnTokens":
        """With the secret in that file, made on first use (mode 0600)."""
        made_once(path, lambda: secrets.token_bytes(_SHORTEST_SECRET))
        return cls(path.read_bytes(), clock)

    def issue(self, caller: Caller, lifetime: timedelta = timedelta(hours=12)) -> str:
        """A token for that caller. ValueError where role and scope do not fit each other."""
        check_scope(caller)
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": _ISSUER,
            "sub": caller.subject,
            "role": caller.role,
            "scope": caller.scope,
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
        }
        return jwt.encode({"alg": "HS256"}, claims, self._key, algorithms=_ALGORITHMS)

    def caller(self, token: str) -> Caller:
        """Who holds the token (RFC 6750). BadToken where it has run out or was not issued here."""
        known = self._verified.get(token)
        if known is None:
            known = self._verify(token)
            # The same token comes with each request; its signature is the same each time.
            if len(self._verified) >= _MOST_VERIFIED:
                self._verified.clear()
            self._verified[token] = known
        caller, until = known
        if until <= self._clock.now().timestamp():
            raise BadToken("the token has run out: sign in again")
        return caller

    def _verify(self, token: str) -> tuple[Caller, int]:
        try:
            claims = jwt.decode(token, self._key, algorithms=_ALGORITHMS).claims
            caller = Caller(str(claims["sub"]), claims["role"], str(claims["scope"]))
            if claims["iss"] != _ISSUER:
                raise ValueError("issued elsewhere")
            check_scope(caller)
            return caller, int(claims["exp"])
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise BadToken("the token is not one of this installation") from error


def check_scope(caller: Caller) -> None:
    """ValueError unless a state has its country, a donor its id, and the others nothing."""
    if caller.role not in ROLES or caller.role in ("public", "system"):
        raise ValueError(f"{caller.role!r} is not a role that signs in: isu, state, donor or coordinator")
    if caller.role == "state":
        known_country(caller.scope)
    elif caller.role == "donor" and not caller.scope:
        raise ValueError("a donor's token needs the donor's id as its scope")
    elif caller.role in ("isu", "coordinator") and caller.scope:
        raise ValueError(f"the role {caller.role} has no scope")


class SignInCodes:
    """Codes that each open one session once, within an hour. Kept as hashes, in memory only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[bytes, tuple[Caller, float]] = {}
        self._spent: set[bytes] = set()

    def issue(self, caller: Caller) -> str:
        """A fresh code for that caller, good once and for an hour."""
        code = secrets.token_urlsafe(24)
        self._waiting[_hash(code)] = (caller, self._clock.now().timestamp() + 3600)
        return code

    def standing(self, code: str) -> Literal["good", "over", "unknown"]:
        """What has become of the code: still good, used or run out, or none of ours. Asking spends nothing."""
        name = _hash(code)
        if name in self._spent:
            return "over"
        if name not in self._waiting:
            return "unknown"
        return "good" if self._waiting[name][1] > self._clock.now().timestamp() else "over"

    def redeem(self, code: str) -> Caller:
        """Whom the code stands for; it is spent with this. BadToken otherwise."""
        caller, until = self._waiting.pop(_hash(code), (None, 0.0))
        if caller is not None:
            self._spent.add(_hash(code))
        if caller is None or until <= self._clock.now().timestamp():
            raise BadToken("this sign-in link was used already or has run out: restart, or use `article6 token`")
        return caller


def _hash(code: str) -> bytes:
    return hmac.digest(b"article6 sign-in", code.encode(), "sha256")
