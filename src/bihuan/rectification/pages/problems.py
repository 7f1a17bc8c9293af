"""The page of a problem: a tree with lights. A problem is done when every measure below it is, and not before."""

from __future__ import annotations

from typing import Any

from bihuan.kernel import access
from bihuan.kernel.ledger.views import LedgerDetail

from .. import selectors
from ..models import NewSituation


class ProblemDetail(LedgerDetail):
    """The problem's page, over the ledger's."""

    template_name = "rectification/problem.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the tree and the new situations."""
        context = super().detail_context(obj)
        situations = access.visible(self.person, NewSituation).filter(problem=obj, voided_at=None)
        context.update(
            tree=selectors.tree(self.person, obj), situations=list(situations.select_related("author"))
        )
        return context
