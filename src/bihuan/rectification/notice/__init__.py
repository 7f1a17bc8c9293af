"""The published-notice reader. ``render`` (which needs Django's translations) is imported on its own."""

from .files import load_source, load_text, main_json, read_file, source_of, text_of
from .model import (
    Clause,
    Contacts,
    Figure,
    LeftOut,
    Notice,
    NotThisGenre,
    Part,
    Placed,
    Problem,
    Remark,
    Source,
    Span,
    StatedCount,
    Subproblem,
    Unplaced,
    UnreadableNotice,
)
from .places import places
from .reader import read_notice

__all__ = [
    "Clause", "Contacts", "Figure", "LeftOut", "NotThisGenre", "Notice", "Part", "Placed", "Problem", "Remark", "Source", "Span",
    "StatedCount", "Subproblem", "Unplaced", "UnreadableNotice", "load_source", "load_text", "main_json", "places",
    "read_file", "read_notice", "source_of", "text_of",
]
