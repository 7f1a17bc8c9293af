"""The plan's three lists (问题清单、任务清单、责任清单): read from Word or a sheet, matched, loaded as a whole.

`read_lists` -> `resolve` -> `load`. The first touches no database, the second writes nothing.
"""

from .load import LOADED, Loaded, load
from .model import Item, Leftover, Lists, MeasureItem, Place, ProblemItem, SubItem, TableSeen
from .proposals import Proposal, propose
from .reader import read_lists
from .resolve import MeasureEntry, ProblemEntry, Resolved, SubEntry, resolve

__all__ = [
    "LOADED",
    "Item",
    "Leftover",
    "Lists",
    "Loaded",
    "MeasureEntry",
    "MeasureItem",
    "Place",
    "ProblemEntry",
    "ProblemItem",
    "Proposal",
    "Resolved",
    "SubEntry",
    "SubItem",
    "TableSeen",
    "load",
    "propose",
    "read_lists",
    "resolve",
]
