"""The ledgers of the cases domain: cases, and the facts that stop, extend and turn their clocks."""

from .cases import CASES
from .clocks import APPEALS, GRANTS, HEARINGS, PAUSES, TURNS
from .requests import EXTENSIONS

__all__ = ["APPEALS", "CASES", "EXTENSIONS", "GRANTS", "HEARINGS", "PAUSES", "TURNS"]
