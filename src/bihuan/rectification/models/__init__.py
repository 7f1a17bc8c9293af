"""Tables of the rectification ledger."""

from .after import OPEN_REBOUNDS, LookBack, NewSituation, Rebound, SupervisionLetter
from .changes import ChangeRequest
from .choices import (
    Assessment,
    Category,
    ChangeKind,
    Direction,
    ExternalResult,
    LookBackMethod,
    LookBackResult,
    MilestoneKind,
    OnSite,
    OutcomeKind,
    ProblemKind,
    ReboundOrigin,
    Result,
    RoundKind,
)
from .closing import Closure, ClosureVerdict, ExternalReview, PartyGroupMeeting, Verification
from .doing import (
    CLOSED_STATES,
    ENDED_STATES,
    OPEN_STATES,
    REVIEW_STATES,
    Attempt,
    Outcome,
    Progress,
    StagedTarget,
)
from .items import Criterion, Frozen, Measure, Problem, SubProblem
from .readings import Figure, Reading
from .rounds import InspectionRound, Milestone

__all__ = [
    "CLOSED_STATES",
    "ENDED_STATES",
    "OPEN_REBOUNDS",
    "OPEN_STATES",
    "REVIEW_STATES",
    "Assessment",
    "Attempt",
    "Category",
    "ChangeKind",
    "ChangeRequest",
    "Closure",
    "ClosureVerdict",
    "Criterion",
    "Direction",
    "ExternalResult",
    "ExternalReview",
    "Figure",
    "Frozen",
    "InspectionRound",
    "LookBack",
    "LookBackMethod",
    "LookBackResult",
    "Measure",
    "Milestone",
    "MilestoneKind",
    "NewSituation",
    "OnSite",
    "Outcome",
    "OutcomeKind",
    "PartyGroupMeeting",
    "Problem",
    "ProblemKind",
    "Progress",
    "Reading",
    "Rebound",
    "ReboundOrigin",
    "Result",
    "RoundKind",
    "StagedTarget",
    "SubProblem",
    "SupervisionLetter",
    "Verification",
]
