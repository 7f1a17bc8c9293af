"""The dated parameters of filing supervision, and receipts by the clock of filing."""

from __future__ import annotations

import datetime as dt

from bihuan.law.dated import current_parameters

RECEIPT = "filing.receipt"
SUPPLEMENTS = "filing.supplements"
WRITTEN = "filing.written-refusal"
CONSENT = "filing.mediation-consent"
NEAR = "local.filing.near"
RESUBMITTED = "local.filing.resubmitted"
CHECK = "local.filing.check"


def number(code: str, key: str, on: dt.date) -> int:
    """A number of the parameter in force on the day."""
    return int(current_parameters().value_on(code, on)[key])
