"""The published-notice reader. ``render`` (which needs Django's translations) is imported on its own."""

from .files import load_text, main_json, read_file, text_of
from .model import (
    Clause,
    Contacts,
    Figure,
    Notice,
    NotThisGenre,
    Part,
    Problem,
    Remark,
    Span,
    StatedCount,
    Subproblem,
    Unplaced,
    UnreadableNotice,
)
from .reader import read_notice

__all__ = [
    "Clause", "Contacts", "Figure", "NotThisGenre", "Notice", "Part", "Problem", "Remark", "Span", "StatedCount",
    "Subproblem", "Unplaced", "UnreadableNotice", "load_text", "main_json", "read_file", "read_notice", "text_of",
]
