"""Sealing what names the sender of an opinion: anybody may close the envelope, only the court's private half opens it.

X25519 agreement with a key made for the one envelope, SM4 in GCM mode for the content. The public half alone is given to the process
that faces the public, so that what a visitor typed cannot be read there again. Pure: no Django, no database.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC

VERSION = "s1"
_LABEL = b"bihuan opinion identity"
_KEY, _NONCE, _TAG = 16, 12, 16


class Unopenable(ValueError):
    """What was given is no envelope, or one closed for other keys, or one that was altered."""


def public_half(private: bytes) -> bytes:
    """The public half (32 bytes) of a private key of 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, text: str) -> str:
    """`text` in an envelope for the holder of the private half; "" stays "". Twice the same text gives two envelopes."""
    if not text:
        return ""
    once = X25519PrivateKey.generate()
    mine, nonce = once.public_key().public_bytes_raw(), secrets.token_bytes(_NONCE)
    key = _key(once.exchange(X25519PublicKey.from_public_bytes(public)), mine, public)
    cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    closed = cipher.update(text.encode()) + cipher.finalize()
    return f"{VERSION}.{base64.urlsafe_b64encode(mine + nonce + cipher.tag + closed).decode('ascii')}"


def unseal(private: bytes, sealed: str) -> str:
    """The text of an envelope. Raises Unopenable."""
    if not sealed:
        return ""
    version, _dot, body = sealed.partition(".")
    try:
        content = base64.urlsafe_b64decode(body.encode("ascii"))
    except (binascii.Error, ValueError) as error:
        raise Unopenable("not an envelope") from error
    if version != VERSION or len(content) <= 32 + _NONCE + _TAG:
        raise Unopenable("not an envelope")
    theirs, rest = content[:32], content[32:]
    nonce, tag, closed = rest[:_NONCE], rest[_NONCE : _NONCE + _TAG], rest[_NONCE + _TAG :]
    own = X25519PrivateKey.from_private_bytes(private)
    key = _key(own.exchange(X25519PublicKey.from_public_bytes(theirs)), theirs, own.public_key().public_bytes_raw())
    cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    try:
        return (cipher.update(closed) + cipher.finalize()).decode()
    except InvalidTag as error:
        raise Unopenable("closed for other keys, or altered") from error


def _key(shared: bytes, once: bytes, public: bytes) -> bytes:
    mac = HMAC(shared, hashes.SM3())
    mac.update(_LABEL + once + public)
    return mac.finalize()[:_KEY]
