"""The dated parameters of filing supervision."""

from __future__ import annotations

RECEIPT = "filing.receipt"
SUPPLEMENTS = "filing.supplements"
WRITTEN = "filing.written-refusal"
CONSENT = "filing.mediation-consent"
NEAR = "local.filing.near"
RESUBMITTED = "local.filing.resubmitted"
CHECK = "local.filing.check"
