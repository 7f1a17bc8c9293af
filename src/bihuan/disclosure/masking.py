"""Text without what names a person: numbers of telephones and identity cards, addresses of mail, the sender's own name."""

from __future__ import annotations

import re

MASK = "×××"
_NUMBERS = re.compile(
    r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}|0[0-9]{2,3}[- ]?[0-9]{7,8})(?![0-9])"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def masked(text: str, *names: str) -> str:
    """The text with each such thing replaced by a mask that is seen."""
    found = _MAIL.sub(MASK, _NUMBERS.sub(MASK, text))
    for name in names:
        if len(name.strip()) > 1:
            found = found.replace(name.strip(), MASK)
    return found
