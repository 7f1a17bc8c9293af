"""The ledgers of the cases domain: cases, and the facts that stop, extend and turn their clocks."""

from .cases import CASES
from .clocks import APPEALS, GRANTS, HEARINGS, PAUSES, TURNS
from .parties import PARTIES
from .pending import PENDING_REASONS
from .requests import EXCLUSIONS, EXTENSIONS

__all__ = ["APPEALS", "CASES", "EXCLUSIONS", "EXTENSIONS", "GRANTS", "HEARINGS", "PARTIES", "PAUSES", "PENDING_REASONS", "TURNS"]
