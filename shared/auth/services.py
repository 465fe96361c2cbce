"""Tokens by which services of one installation know one another: short-lived, and good for nothing else."""

import hmac
from datetime import timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.auth.tokens import BadToken
from shared.clock import Clock

_ALGORITHMS = ["HS256"]
_ISSUER = "article6-services"
_LIFETIME = timedelta(minutes=5)
_SHORTEST_SECRET = 32


class ServiceTokens:
    """Issued and read with a key of their own, made from the installation's secret.

    A person's token is none of these and none of these is a person's: neither opens what the other does.
    """

    def __init__(self, secret: bytes, clock: Clock) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError(f"the secret has {len(secret)} bytes; it needs {_SHORTEST_SECRET} (RFC 7518, 3.2)")
        self._key = OctKey.import_key(hmac.digest(secret, b"article6 between services", "sha256"))
        self._clock = clock

    def issue(self, service: str) -> str:
        """A token for that service, good for five minutes."""
        now = self._clock.now()
        claims = {
            "iss": _ISSUER,
            "sub": service,
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFETIME).timestamp()),
        }
        return jwt.encode({"alg": "HS256"}, claims, self._key, algorithms=_ALGORITHMS)

    def service(self, token: str) -> str:
        """The name of the service that holds it. BadToken where it has run out or is none of ours."""
        try:
            claims = jwt.decode(token, self._key, algorithms=_ALGORITHMS).claims
            name, until = str(claims["sub"]), int(claims["exp"])
            if claims["iss"] != _ISSUER or not name or until <= self._clock.now().timestamp():
                raise BadToken("the service's token has run out")
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise BadToken("this is for services of this installation, with their own token") from error
        return name
