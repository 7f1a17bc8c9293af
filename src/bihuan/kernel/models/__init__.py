"""Tables of the engine."""

from .evidence import Evidence, EvidenceFile, ScanState
from .inbox import InboxItem
from .log import LogEntry, RestrictedText
from .org import (
    AdminRole,
    Assignment,
    Dated,
    Delegation,
    Grant,
    HandOver,
    Lead,
    Leave,
    Person,
    Post,
    Unit,
)
from .sources import Source, SourceIntake
from .steps import FlowStep

__all__ = [
    "AdminRole",
    "Assignment",
    "Dated",
    "Delegation",
    "Evidence",
    "EvidenceFile",
    "FlowStep",
    "Grant",
    "HandOver",
    "InboxItem",
    "Lead",
    "Leave",
    "LogEntry",
    "Person",
    "Post",
    "RestrictedText",
    "ScanState",
    "Source",
    "SourceIntake",
    "Unit",
]
