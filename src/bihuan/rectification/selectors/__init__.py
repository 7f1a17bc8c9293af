"""Reads for the pages: each starts from access.visible, costs a handful of statements whatever the number of rows, and reads no
more rows than it shows."""

from .board import BOARD, BoardColumn, board
from .desks import (
    PresidentSheet,
    VerificationQueue,
    changes_to_decide,
    department_pending,
    due_soon,
    letters_open,
    my_measures,
    overdue,
    own_field,
    pending_attempts,
    president_sheet,
    to_decide,
    to_review,
    verification_queue,
)
from .lights import Leaf, Some, is_done, leaf, some, tone_of, with_rebounds
from .problems import SHOWS, problem_pages, problems_in_work
from .progress import PlanProgress, current_rounds, plan_progress
from .telling import Counted, ToldProblem, told_counts, told_problems, told_rounds
from .trees import Branch, tree, trees

__all__ = [
    "BOARD",
    "SHOWS",
    "BoardColumn",
    "Branch",
    "Counted",
    "Leaf",
    "PlanProgress",
    "PresidentSheet",
    "Some",
    "ToldProblem",
    "VerificationQueue",
    "board",
    "changes_to_decide",
    "current_rounds",
    "department_pending",
    "due_soon",
    "is_done",
    "leaf",
    "letters_open",
    "my_measures",
    "overdue",
    "own_field",
    "pending_attempts",
    "plan_progress",
    "president_sheet",
    "problem_pages",
    "problems_in_work",
    "some",
    "to_decide",
    "to_review",
    "told_counts",
    "told_problems",
    "told_rounds",
    "tone_of",
    "tree",
    "trees",
    "verification_queue",
    "with_rebounds",
]
