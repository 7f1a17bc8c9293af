"""Tables of the engine."""

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
from .steps import FlowStep

__all__ = [
    "AdminRole",
    "Assignment",
    "Dated",
    "Delegation",
    "FlowStep",
    "Grant",
    "HandOver",
    "Lead",
    "Leave",
    "LogEntry",
    "Person",
    "Post",
    "RestrictedText",
    "Unit",
]
