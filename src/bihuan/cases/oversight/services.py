"""Whoever oversees a case does not write its result."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording

from ..models import Case, OversightMark, OversightMeasure, ReadingRecord

RESULT = frozenset({"closed_on", "closing_manner", "closing_text", "outcome", "decided_on"})
"""What says how a case or its appeal ended."""
NO_RESULT = wording(
    "cases.oversight.no_result",
    _("“%(person)s”标注或者监督管理过 %(case)s，不能更正这件案件的结果。请由没有参与监督管理的人员更正。"),
)


def keep_from_result(*, actor: Person | None, case: Case, fields: Collection[str]) -> None:
    """Raise NotAllowed where somebody who marked, oversaw or read documents of the case would correct its result."""
    if actor is None or RESULT.isdisjoint(fields):
        return
    marked = OversightMark.objects.filter(Q(proposed_by=actor) | Q(confirmed_by=actor), case=case, voided_at=None)
    took = OversightMeasure.objects.filter(case=case, taken_by=actor, voided_at=None)
    read = ReadingRecord.objects.filter(case=case, by=actor, voided_at=None)
    if marked.exists() or took.exists() or read.exists():
        raise NotAllowed(Message(NO_RESULT, {"person": str(actor), "case": case.number}))
