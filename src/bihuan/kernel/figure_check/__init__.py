"""The figure check: each figure of a draft held against the system's, and its arithmetic reckoned after."""

from .binding import Source, natural_spans, source, sources
from .checking import check, reading
from .model import Bound, Checked, Mention, Remark, Report, Status

__all__ = [
    "Bound",
    "Checked",
    "Mention",
    "Remark",
    "Report",
    "Source",
    "Status",
    "check",
    "natural_spans",
    "reading",
    "source",
    "sources",
]
