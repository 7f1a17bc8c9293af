"""Tables of the engine."""

from .alerts import (
    STANDING,
    Alert,
    AlertStep,
    BreachState,
    Campaign,
    HandlingState,
    Level,
    RuleRun,
    RunOutcome,
    Severity,
    StepKind,
)
from .announced import AnnouncedFigure
from .background import BackgroundJob, JobState
from .bulletins import (
    Bulletin,
    BulletinFigure,
    BulletinNumber,
    BulletinOpinion,
    BulletinPaper,
    BulletinRows,
    BulletinSeal,
    BulletinSeries,
    BulletinState,
)
from .duties import Duty, DutyOccurrence, Roll
from .evidence import Evidence, EvidenceFile, ScanState
from .imports import ColumnMapping, ImportDraft, ImportRow, ImportState, RowAction
from .inbox import InboxItem
from .indicators import AlertTally, IndicatorSnapshot
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
from .papers import PaperTemplate
from .parameters import ParameterOverride
from .saved import SavedFilter
from .search import SearchPending
from .sources import Source, SourceIntake
from .steps import FlowStep

__all__ = [
    "STANDING",
    "AdminRole",
    "Alert",
    "AlertStep",
    "AlertTally",
    "AnnouncedFigure",
    "Assignment",
    "BackgroundJob",
    "BreachState",
    "Bulletin",
    "BulletinFigure",
    "BulletinNumber",
    "BulletinOpinion",
    "BulletinPaper",
    "BulletinRows",
    "BulletinSeal",
    "BulletinSeries",
    "BulletinState",
    "Campaign",
    "ColumnMapping",
    "Dated",
    "Delegation",
    "Duty",
    "DutyOccurrence",
    "Evidence",
    "EvidenceFile",
    "FlowStep",
    "Grant",
    "HandOver",
    "HandlingState",
    "ImportDraft",
    "ImportRow",
    "ImportState",
    "InboxItem",
    "IndicatorSnapshot",
    "JobState",
    "Lead",
    "Leave",
    "Level",
    "LogEntry",
    "PaperTemplate",
    "ParameterOverride",
    "Person",
    "Post",
    "RestrictedText",
    "Roll",
    "RowAction",
    "RuleRun",
    "RunOutcome",
    "SavedFilter",
    "ScanState",
    "SearchPending",
    "Severity",
    "Source",
    "SourceIntake",
    "StepKind",
    "Unit",
]
