"""The pages of the register of parties: those of cases that are open to the person, whoever keeps the register."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bihuan.kernel import access
from bihuan.kernel.ledger.views import LedgerChange, LedgerDetail, LedgerExport, LedgerHistory, LedgerList, LedgerVoid

from .scopes import shown_parties


class _Shown:
    """Rows of cases that are open to the person now."""

    person: Any

    def rows(self) -> QuerySet[Any]:
        """The rows the person may see."""
        rows: QuerySet[Any] = super().rows()  # type: ignore[misc]
        return rows.filter(shown_parties(access.viewer(self.person)))


class PartyList(_Shown, LedgerList):
    """The list."""


class PartyExport(_Shown, LedgerExport):
    """The export."""


class PartyDetail(_Shown, LedgerDetail):
    """One party."""


class PartyChange(_Shown, LedgerChange):
    """Correction."""


class PartyVoid(_Shown, LedgerVoid):
    """Voiding."""


class PartyHistory(_Shown, LedgerHistory):
    """What happened to it."""
