"""Sealing secrets for the database: AES-256-GCM, bound to what they belong to, under keys that can be rotated."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION: Final = b"\x01"
_ID: Final = 4
_NONCE: Final = 12
_KEY: Final = 32


class BadEncryptionKey(ValueError):
    """A key of `ENCRYPTION_KEYS` that is not 32 bytes; says how to make one, and nothing of the key."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"Key {position} of ENCRYPTION_KEYS is not 32 bytes in base64 or hexadecimal. "
            "Make one with: openssl rand -base64 32"
        )


class Unreadable(Exception):
    """Sealed under a key that is not among ours, for something else, or damaged."""


class Cipher:
    """Seals with the first key, opens with any. A sealed value is version, key id, nonce and ciphertext."""

    def __init__(self, keys: Sequence[str]) -> None:
        raw = [decode_key(text, position=index) for index, text in enumerate(keys, start=1)]
        if not raw:
            raise BadEncryptionKey(1)
        self._newest = _key_id(raw[0])
        self._keys = {_key_id(key): AESGCM(key) for key in reversed(raw)}

    def seal(self, secret: str, *, about: str) -> bytes:
        """Encrypt. `about` names the owner: a value moved to another row no longer opens."""
        nonce = secrets.token_bytes(_NONCE)
        body = self._keys[self._newest].encrypt(nonce, secret.encode(), about.encode())
        return _VERSION + self._newest + nonce + body

    def open(self, sealed: bytes, *, about: str) -> str:
        """Decrypt. Errors: `Unreadable`."""
        key_id, nonce = sealed[1 : 1 + _ID], sealed[1 + _ID : 1 + _ID + _NONCE]
        key = self._keys.get(key_id)
        if sealed[:1] != _VERSION or key is None:
            raise Unreadable()
        try:
            return key.decrypt(nonce, sealed[1 + _ID + _NONCE :], about.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unreadable() from None

    def is_newest(self, sealed: bytes) -> bool:
        """Whether a value is sealed under the newest key already."""
        return sealed[: 1 + _ID] == _VERSION + self._newest


def decode_key(text: str, *, position: int = 1) -> bytes:
    """Thirty-two bytes from base64 (either alphabet, padded or not) or hexadecimal. Errors: `BadEncryptionKey`."""
    cleaned = text.strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", cleaned):
        return bytes.fromhex(cleaned)
    standard = cleaned.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadEncryptionKey(position) from None
    if len(key) != _KEY:
        raise BadEncryptionKey(position)
    return key


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"easel key id:" + key).digest()[:_ID]
