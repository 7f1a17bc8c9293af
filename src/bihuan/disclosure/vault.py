"""The keys of opinions, each its own: the envelope's pair, and that of receipt digests."""

from __future__ import annotations

from bihuan.kernel import keys

from . import codes, sealing

IDENTITY, RECEIPT = "opinion-identity.key", "opinion-receipt.key"


def seal(text: str) -> str:
    """`text` in an envelope that this installation can open."""
    return sealing.seal(sealing.public_half(keys.secret(IDENTITY)), text.strip())


def unseal(sealed: str) -> str:
    """What the envelope holds. Raises sealing.Unopenable. Whoever calls has recorded why."""
    return sealing.unseal(keys.secret(IDENTITY), sealed)


def receipt_digest(code: str) -> str:
    """The digest under which a receipt is kept; "" for what is no code."""
    return codes.digest(keys.secret(RECEIPT), code)
