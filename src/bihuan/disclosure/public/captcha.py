"""A question that needs no picture, no sound and no other site: a small sum in words, read by a screen reader like any text. It keeps simple
robots away, not one written for this page; the limit per address and the closed envelopes stand behind it."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

SALT = "bihuan.public.question"
SECONDS = 1800
MOST = 50_000
_used: OrderedDict[str, float] = OrderedDict()
_lock = threading.Lock()
_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}


def ask() -> tuple[str, str]:
    """(question, token): the token comes back with the form."""
    first, second = 2 + secrets.randbelow(8), 2 + secrets.randbelow(8)
    token = signing.dumps([first, second, secrets.token_urlsafe(12)], salt=SALT)
    return question(first, second), token


def question(first: int, second: int) -> str:
    """The question in the reader's language."""
    return _("%(first)s加%(second)s等于几？请用数字回答。") % {"first": _word(first), "second": _word(second)}


def answered(token: str, given: str) -> bool:
    """Whether the answer is right; a token answers once, within half an hour."""
    try:
        first, second, once = signing.loads(token, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    typed = given.strip().translate(_WIDE)
    right = typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed) == first + second
    return right and _first_time(once)


def _first_time(once: str) -> bool:
    with _lock:
        now = time.monotonic()
        while _used and (len(_used) > MOST or now - next(iter(_used.values())) > SECONDS):
            _used.popitem(last=False)
        if once in _used:
            return False
        _used[once] = now
        return True


def _word(number: int) -> str:
    words = {
        2: pgettext("number", "二"),
        3: pgettext("number", "三"),
        4: pgettext("number", "四"),
        5: pgettext("number", "五"),
        6: pgettext("number", "六"),
        7: pgettext("number", "七"),
        8: pgettext("number", "八"),
        9: pgettext("number", "九"),
    }
    return words[number]
