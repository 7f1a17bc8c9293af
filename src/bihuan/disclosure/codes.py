"""Receipt codes: random, with a check character, kept as a keyed digest only. Pure: no Django, no database."""

from __future__ import annotations

import hmac
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""31 characters (a prime), none that is taken for another: the check finds every single wrong one and every swapped pair."""
LENGTH, GROUP = 16, 4
_READ_AS = str.maketrans({"O": "Q", "0": "Q", "I": "J", "1": "J", "U": "V"})


def new() -> str:
    """A code of 15 random characters (74 bits) and a check, e.g. 7K3M-9QXA-..."""
    body = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH - 1))
    return shown(body + check(body))


def check(body: str) -> str:
    """The check character of a body."""
    return ALPHABET[sum(place * ALPHABET.index(one) for place, one in enumerate(body, start=1)) % len(ALPHABET)]


def plain(typed: str) -> str:
    """What was typed as capitals without blanks and dashes (also full-width ones), look-alikes put right; "" for what is no code."""
    kept = "".join(one for one in typed.upper().translate(_WIDE) if one.isalnum()).translate(_READ_AS)
    if len(kept) != LENGTH or any(one not in ALPHABET for one in kept) or check(kept[:-1]) != kept[-1]:
        return ""
    return kept


def shown(code: str) -> str:
    """In groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def digest(key: bytes, code: str) -> str:
    """HMAC-SM3 of the code as typed, in hex; "" for what is no code."""
    kept = plain(code)
    if not kept:
        return ""
    mac = HMAC(key, hashes.SM3())
    mac.update(kept.encode("ascii"))
    return mac.finalize().hex()


def same(first: str, second: str) -> bool:
    """Whether two digests are equal, in a time that tells nothing."""
    return hmac.compare_digest(first, second)


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
