"""The views of a ledger. Each may be replaced by `views={...}`; derive from these to keep their checks of access."""

from .base import LedgerMixin, LedgerView, RowMixin
from .bulk import LedgerBulk
from .detail import LedgerDetail, LedgerHistory
from .lists import LedgerExport, LedgerList, LedgerSaved, LedgerTemplate
from .rows import LedgerAdd, LedgerChange, LedgerVoid
from .steps import LedgerDo

__all__ = [
    "LedgerAdd",
    "LedgerBulk",
    "LedgerChange",
    "LedgerDetail",
    "LedgerDo",
    "LedgerExport",
    "LedgerHistory",
    "LedgerList",
    "LedgerMixin",
    "LedgerSaved",
    "LedgerTemplate",
    "LedgerView",
    "LedgerVoid",
    "RowMixin",
]
