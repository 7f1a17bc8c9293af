"""Printable documents of the rectification ledger. Every row is read as the person who asks may see it."""

from .access_rules import EXPORT
from .closing import closing_context, closing_form
from .letter import letter_context, supervision_letter
from .plan import lists_of, plan_lists_docx, plan_lists_xlsx
from .problem_file import EXPORTED, problem_file

__all__ = [
    "EXPORT",
    "EXPORTED",
    "closing_context",
    "closing_form",
    "letter_context",
    "lists_of",
    "plan_lists_docx",
    "plan_lists_xlsx",
    "problem_file",
    "supervision_letter",
]
