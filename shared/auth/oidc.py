"""Signing people in at an OpenID provider: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636).

What comes back is believed only after its signature, issuer, audience, times and nonce were checked.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.auth.caller import ROLES, Caller, Role
from shared.auth.tokens import check_scope
from shared.clock import Clock

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures that are believed; none of them with a shared secret, and never `none`."""
_SLACK = 60
"""Seconds by which two clocks may differ."""
_SECONDS = 10.0
Connect = Callable[[], httpx2.AsyncClient]


class NotSignedIn(Exception):
    """The provider, or what it sent, does not say that somebody of a known role signed in; the text says why."""


class ProviderUnavailable(Exception):
    """The provider could not be reached, or did not answer as OpenID Connect has it."""


@dataclass(frozen=True)
class OpenIdSettings:
    """Where people sign in, and what their claims mean here.

    `roles`: from a value of `role_claim` (which may hold several) to a role here. `scope_claim` holds
    the State's ISO 3166-1 alpha-3 code, or the donor's id.
    """

    issuer: str
    client_id: str
    client_secret: str = ""
    role_claim: str = "article6_role"
    scope_claim: str = "article6_scope"
    roles: Mapping[str, str] = field(
        default_factory=lambda: {"isu": "isu", "state": "state", "donor": "donor", "coordinator": "coordinator"}
    )
    asks: tuple[str, ...] = ("openid", "profile")

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.roles.values()) - set(ROLES)):
            raise ValueError(f"{', '.join(unknown)}: not a role here; there are isu, state, donor and coordinator")
        is_local = self.issuer.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
        if not self.issuer.startswith("https://") and not is_local:
            raise ValueError("the issuer must be an https address: tokens and codes go over that line")


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in: what must come back (`state`, `nonce`), and what only we can show (`verifier`)."""

    state: str
    nonce: str
    verifier: str
    redirect: str

    @property
    def challenge(self) -> str:
        """The verifier's hash, which the provider keeps (RFC 7636, 4.2, S256)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")


def fresh_attempt(redirect: str) -> Attempt:
    """A new attempt that comes back to `redirect`."""
    return Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), redirect)


class OpenIdProvider:
    """A provider, found by its discovery document; its keys are read again when it signs with one not known yet."""

    def __init__(self, settings: OpenIdSettings, clock: Clock, connect: Connect | None = None) -> None:
        self._settings = settings
        self._clock = clock
        # A connection for each question: people sign in seldom, and nothing is left open between.
        self._connect = connect or (lambda: httpx2.AsyncClient(timeout=_SECONDS))
        self._metadata: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    async def authorization_address(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in. ProviderUnavailable where that cannot be found out."""
        metadata = await self._discovered()
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": attempt.redirect,
            "scope": " ".join(self._settings.asks),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        address = str(metadata["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def caller(self, code: str, verifier: str, nonce: str, redirect: str) -> Caller:
        """Who signed in. NotSignedIn where what the provider sent cannot be believed or names no role here."""
        metadata = await self._discovered()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
            "client_id": self._settings.client_id,
        }
        if self._settings.client_secret:
            sent["client_secret"] = self._settings.client_secret
        answer = await self._ask("POST", str(metadata["token_endpoint"]), sent)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn(f"the sign-in service gave no token ({str(answer.get('error', 'no reason'))[:60]})")
        return self._caller_of(await self._checked(token, nonce))

    async def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims, once everything about them holds (OpenID Connect Core, 3.1.3.7)."""
        try:
            claims = jwt.decode(token, await self._signing_keys(), algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError):
            # It may sign with a key that is new since we looked.
            try:
                keys = await self._signing_keys(anew=True)
                claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
            except (JoseError, ValueError) as error:
                raise NotSignedIn("its signature does not hold") from error
        now = self._clock.now().timestamp()
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self._settings.issuer:
            raise NotSignedIn("it comes from another issuer")
        if self._settings.client_id not in audiences:
            raise NotSignedIn("it is meant for somebody else")
        if len(audiences) > 1 and claims.get("azp") != self._settings.client_id:
            raise NotSignedIn("it is meant for several, and not first for us")
        if not _number(claims.get("exp")) or claims["exp"] + _SLACK <= now:
            raise NotSignedIn("it has run out")
        if _number(claims.get("iat")) and claims["iat"] - _SLACK > now:
            raise NotSignedIn("it was issued in the future")
        if not nonce or claims.get("nonce") != nonce:
            raise NotSignedIn("it does not answer this attempt")
        return claims

    def _caller_of(self, claims: Mapping[str, Any]) -> Caller:
        named = claims.get(self._settings.role_claim)
        held = named if isinstance(named, list) else [named]
        roles = [self._settings.roles[one] for one in held if isinstance(one, str) and one in self._settings.roles]
        if len(set(roles)) != 1:
            raise NotSignedIn("your account has no role here" if not roles else "your account has several roles here")
        role = cast(Role, roles[0])
        scope = str(claims.get(self._settings.scope_claim) or "") if role in ("state", "donor") else ""
        subject = claims.get("sub")
        caller = Caller(str(subject or "")[:200], role, scope)
        try:
            if not caller.subject:
                raise ValueError("it names nobody")
            check_scope(caller)
        except ValueError as error:
            raise NotSignedIn(str(error)) from error
        return caller

    async def _discovered(self) -> Mapping[str, Any]:
        if self._metadata is None:
            address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
            metadata = await self._ask("GET", address)
            # Whoever answers for another issuer could sign people in for it (OpenID Connect Discovery, 4.3).
            if metadata.get("issuer") != self._settings.issuer:
                raise ProviderUnavailable(f"{address} speaks for {str(metadata.get('issuer'))[:100]!r}")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not isinstance(metadata.get(name), str):
                    raise ProviderUnavailable(f"{address} does not say its {name}")
            self._metadata = metadata
        return self._metadata

    async def _signing_keys(self, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            found = await self._ask("GET", str((await self._discovered())["jwks_uri"]))
            try:
                self._keys = KeySet.import_key_set(cast(Any, found))
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderUnavailable("its keys cannot be read") from error
        return self._keys

    async def _ask(self, method: str, address: str, sent: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        try:
            async with self._connect() as client:
                answer = await client.request(method, address, data=sent)
            if answer.status_code >= 500:
                raise ProviderUnavailable(f"{address} answered {answer.status_code}")
            found = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(f"{address} could not be read") from error
        if not isinstance(found, dict):
            raise ProviderUnavailable(f"{address} answered no object")
        return found


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
