"""The tables of the cases domain. Those of meetings, oversight, searches and reviews stand in files of their own."""

from .cases import OPEN, Case, CaseParty, line_of
from .choices import (
    Adjourned,
    AppealOutcome,
    Channel,
    ClosingManner,
    ComplaintFinding,
    ComplaintGround,
    Decision,
    HearingKind,
    Line,
    PartyKind,
    PartyRole,
    PendingCause,
    ReceiptOutcome,
    RequestState,
    Sealed,
    TurnKind,
)
from .clocks import Appeal, CaseFact, CaseGrant, CasePause, CaseTurn, Hearing
from .receipts import FilingComplaint, Receipt, ReceiptSupplement
from .requests import ExclusionRequest, ExtensionRequest, PendingReason

__all__ = [
    "OPEN",
    "Adjourned",
    "Appeal",
    "AppealOutcome",
    "Case",
    "CaseFact",
    "CaseGrant",
    "CaseParty",
    "CasePause",
    "CaseTurn",
    "Channel",
    "ClosingManner",
    "ComplaintFinding",
    "ComplaintGround",
    "Decision",
    "ExclusionRequest",
    "ExtensionRequest",
    "FilingComplaint",
    "Hearing",
    "HearingKind",
    "Line",
    "PartyKind",
    "PartyRole",
    "PendingCause",
    "PendingReason",
    "Receipt",
    "ReceiptOutcome",
    "ReceiptSupplement",
    "RequestState",
    "Sealed",
    "TurnKind",
    "line_of",
]

# Searches and meetings.
from .searches import (
    SearchGate,
    SearchGround,
    SearchMethod,
    SearchPlatform,
    SearchRecord,
    SearchResult,
    SearchUse,
)

__all__ += [
    "SearchGate",
    "SearchGround",
    "SearchMethod",
    "SearchPlatform",
    "SearchRecord",
    "SearchResult",
    "SearchUse",
]
