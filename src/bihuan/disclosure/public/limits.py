"""How often one address may ask, without the address: counted in memory under a digest whose key is drawn anew at every start and every
day. Nothing is stored; a restart forgets. One process serves, so the counts are whole."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict

DAY = 86_400.0
MOST = 20_000
"""Addresses remembered; beyond, the one longest unseen goes."""


class Limit:
    """At most `times` within `seconds` for one address."""

    def __init__(self, times: int, seconds: float) -> None:
        self.times, self.seconds = times, seconds
        self._seen: OrderedDict[bytes, list[float]] = OrderedDict()
        self._key, self._since = secrets.token_bytes(32), time.monotonic()
        self._lock = threading.Lock()

    def allows(self, address: str) -> bool:
        """Whether the address may once more; if so, it is counted."""
        with self._lock:
            now = time.monotonic()
            if now - self._since > DAY:
                self._key, self._since = secrets.token_bytes(32), now
                self._seen.clear()
            name = hmac.new(self._key, address.encode(), hashlib.sha256).digest()
            recent = [at for at in self._seen.pop(name, []) if now - at < self.seconds]
            fits = len(recent) < self.times
            self._seen[name] = [*recent, now] if fits else recent
            while len(self._seen) > MOST:
                self._seen.popitem(last=False)
            return fits

    def forget(self) -> None:
        """Count anew."""
        with self._lock:
            self._seen.clear()


OPINIONS = Limit(5, 3600)
LOOK_UPS = Limit(20, 600)
