"""The only reader of the time.

`today()` is the business day: it may be simulated, so that a deadline can be looked at from another day.
`now()` is never simulated: the log, sessions and one-time codes live in real time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_simulated: ContextVar[dt.date | None] = ContextVar("bihuan_simulated_day", default=None)


def now() -> dt.datetime:
    """The real moment, aware, in UTC."""
    return timezone.now()


def real_today() -> dt.date:
    """The real calendar day where the court is (settings.TIME_ZONE)."""
    return timezone.localdate()


def today() -> dt.date:
    """The business day: the simulated one if a simulation runs, else the real one."""
    return _simulated.get() or real_today()


def simulated_day() -> dt.date | None:
    """The simulated day, or None when time is real."""
    return _simulated.get()


@contextmanager
def simulate(day: dt.date | None) -> Iterator[None]:
    """Let `today()` be `day` within the block; `None` leaves it real. Jobs carry the day along as an argument."""
    token = _simulated.set(day)
    try:
        yield
    finally:
        _simulated.reset(token)
