"""The kinds of criteria that the rectification ledger asks facts by. Silence proves nothing: what is missing or stale is
undeterminable, with its reason.
"""

from bihuan.kernel.criteria import kinds, register

from .items import EvidenceKind, LedgerCount, OnSiteCheck, register_count
from .readings import READINGS, ReadingRange
from .subjects import measure_in
from .watch import DutyKept, RuleQuiet

__all__ = [
    "READINGS",
    "DutyKept",
    "EvidenceKind",
    "LedgerCount",
    "OnSiteCheck",
    "ReadingRange",
    "RuleQuiet",
    "measure_in",
    "register_count",
]

for _kind in (ReadingRange(), RuleQuiet(), DutyKept(), LedgerCount(), EvidenceKind(), OnSiteCheck()):
    if _kind.code not in kinds():
        register(_kind)
