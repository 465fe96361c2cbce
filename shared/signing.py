"""The installation's own signature (Ed25519, RFC 8032) under what it publishes.

What is signed is a few lines of plain text, so that any tool can check it (docs/verifying.md).
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared.private_files import made_once

KEY_FILE = "signing-key"
"""Below the data folder; only its owner reads it (mode 0600)."""


class BadKey(ValueError):
    """The file holds no Ed25519 key."""


def checkpoint_text(at: str, root: str) -> bytes:
    """What is signed of a checkpoint: what it is, its version, moment (ISO 8601) and root, a line each."""
    return f"article6-checkpoint\n1\n{at}\n{root}\n".encode()


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose, and what; both in hex. `key` is the public key, 32 bytes; `value` has 64."""

    key: str
    value: str

    def fits(self, content: bytes) -> bool:
        """Whether the holder of that key signed exactly this."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.value), content)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """Signs for this installation."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def of_folder(cls, folder: Path) -> "Signer":
        """With the key of that data folder, made on first use. BadKey where the file holds something else."""
        path = folder / KEY_FILE
        made_once(path, _fresh)
        return cls(_read(path))

    @property
    def key(self) -> str:
        """The public key in hex: what others are told once, by a way that they trust."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def pem(self) -> str:
        """The public key as other tools read it (RFC 8410)."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(self, content: bytes) -> Signature:
        """The Ed25519 signature under this content (RFC 8032), in hex, with the public key."""
        return Signature(self.key, self._key.sign(content).hex())


def key_of_folder(folder: Path) -> str | None:
    """The public key of a folder that has one; reads only. BadKey as above."""
    path = folder / KEY_FILE
    return Signer(_read(path)).key if path.exists() else None


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise BadKey(f"{path} holds no key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{path} holds no Ed25519 key")
    return key


def _fresh() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
