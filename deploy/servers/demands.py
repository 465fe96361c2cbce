"""What a local server may ask of whoever connects, as servers that are not on one machine do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Demands:
    """TLS with this certificate and its key (PEM, PKCS #8), and that one of these users signs in.

    `users` are passwords by name; the first of them may do everything. `authority` signed the certificate.
    """

    certificate: Path
    key: Path
    authority: Path
    users: Mapping[str, str]

    @property
    def administrator(self) -> str:
        """The user who may do everything."""
        return next(iter(self.users))
