"""The dated parameters of opinions, turned into days."""

from __future__ import annotations

import datetime as dt

from bihuan.law.dated import current_parameters
from bihuan.law.periods import due

ROUTING = "local.opinions.routing"
REPLY = "local.opinions.reply"


def day_of(code: str, trigger: dt.date) -> dt.date:
    """The last day of the parameter's term, counted from `trigger`."""
    return due(trigger, current_parameters().version_on(code, trigger).term()).due
