"""Oversight on the page of a case: the marks, measures and readings the person may see, and the way to new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.ledger.cells import state_of
from bihuan.kernel.models import Person

from .. import actions as a
from ..models import Case, OversightMark, OversightMeasure, ReadingRecord
from ..pages.cases import Act, act_on
from .ledgers import MARKS, MEASURES, READINGS


def context(person: Person, case: Case) -> Mapping[str, Any]:
    """What was done, in the order of days."""
    marks = access.visible(person, OversightMark).filter(case=case, voided_at=None).select_related("confirmed_by", "proposed_by")
    measures = access.visible(person, OversightMeasure).filter(case=case, voided_at=None).select_related("taken_by")
    readings = access.visible(person, ReadingRecord).filter(case=case, voided_at=None).select_related("by")
    done = [(row.taken_on, row.get_kind_display(), row.taken_by, "", MEASURES.url("detail", row.pk)) for row in measures]
    done += [
        (row.read_on, row.get_document_display(), row.by, row.get_outcome_display(), READINGS.url("detail", row.pk))
        for row in readings
    ]
    return {
        "marks": [{"row": row, "badge": state_of(MARKS, row), "url": MARKS.url("detail", row.pk)} for row in marks],
        "done": sorted(done, key=lambda one: one[0]),
    }


def shown(person: Person, case: Case) -> bool:
    """Whether there is anything."""
    return any(
        access.visible(person, model).filter(case=case, voided_at=None).exists()
        for model in (OversightMark, OversightMeasure, ReadingRecord)
    )


def _mark(person: Person, case: Case) -> Act | None:
    if case.closed_on is not None or not access.may(person, a.MARK, case):
        return None
    return Act(_("标注四类案件"), "eye", f"{MARKS.url('add')}?{urlencode({'case': case.number})}")


def _measure(person: Person, case: Case) -> Act | None:
    if not access.may(person, a.OVERSEE, case):
        return None
    marks = access.visible(person, OversightMark).filter(case=case, voided_at=None, state="confirmed")
    return (
        Act(_("登记监督管理措施"), "list-details", f"{MEASURES.url('add')}?{urlencode({'case': case.number})}")
        if marks.exists()
        else None
    )


act_on(_mark)
act_on(_measure)
