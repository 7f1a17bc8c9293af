"""The ledgers of oversight: marks, measures, readings."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, StateColumn, register
from bihuan.kernel.wording import Message, wording

from .. import actions as a
from ..models import OversightMark, OversightMeasure, ReadingRecord
from . import flows
from .forms import MarkForm, MeasureForm, ReadingForm

STAYS = wording("cases.oversight.stays", _("监督管理的记录不能改到另一件案件、另一项措施或者另一日；登错的，请作废后重新登记。"))
SETTLED = wording("cases.oversight.settled", _("标注已经确认，不能再改；情形消除的，请办理“结束监督”。"))


def with_measures(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Marks with the number of measures taken on them."""
    found: QuerySet[Any] = rows.annotate(measures_taken=Count("measures", filter=Q(measures__voided_at=None)))
    return found


def settled(obj: Any) -> dict[str, Message]:
    """A mark is corrected until it is confirmed; the case stays."""
    if obj.state != "proposed":
        return dict.fromkeys(MarkForm.Meta.fields, Message(SETTLED))
    return {"case": Message(STAYS)}


def stays(*names: str) -> Any:
    """Fields that are never corrected."""
    return lambda obj: dict.fromkeys(names, Message(STAYS))


MARKS = register(
    Ledger(
        code="cases.oversight_marks",
        path="cases/oversight",
        model=OversightMark,
        key="case",
        title=pgettext_lazy("ledger", "“四类案件”监督管理"),
        about=_("谁标注、谁确认、采取了什么措施，全程留痕；监督管理不能直接改变裁判结果。"),
        menu=Menu("cases_oversight", icon="eye", order=72),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            Column("kind", css="clip"),
            Column("proposed_on", minor=True, css="nowrap"),
            "confirmed_by",
            Column("confirmed_on", minor=True, css="nowrap"),
            Due("measure_by", done=lambda row: row.state != "confirmed" or row.measures_taken > 0),
            Column("measures_taken", _("措施（次）"), annotated=True, css="num"),
            StateColumn(),
        ),
        filters=("kind", "state", "confirmed_by", Filter("proposed_on", kind="dates")),
        search=("case__number", "ground"),
        ordering=("-proposed_on", "-pk"),
        rows=with_measures,
        form=MarkForm,
        add=a.MARK,
        change=a.MARK,
        void=a.MARK,
        frozen=settled,
        facts=(
            "case", "kind", "ground", "proposed_by", "proposed_on", "confirmed_by", "confirmed_on", "measure_by",
            "ended_on", "end_reason",
        ),
        flow=flows.MARK_FLOW,
    )
)  # fmt: skip

MEASURES = register(
    Ledger(
        code="cases.oversight_measures",
        path="cases/oversight-measures",
        model=OversightMeasure,
        key="case",
        title=pgettext_lazy("ledger", "监督管理措施"),
        about=_("措施以清单为限，清单以外的不能登记；同一案件要求复议有次数上限。"),
        menu=Menu("cases_oversight", icon="list-details", order=74),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            Column("kind", css="clip"),
            "taken_by",
            Column("taken_on", css="nowrap"),
            Column("reference", minor=True, css="clip"),
            Column("answered_on", css="nowrap"),
        ),
        filters=("kind", "taken_by", Filter("taken_on", kind="dates")),
        search=("case__number", "reference"),
        ordering=("-taken_on", "-pk"),
        form=MeasureForm,
        add=a.OVERSEE,
        change=a.OVERSEE,
        void=a.OVERSEE,
        frozen=stays("case", "kind", "taken_on"),
        facts=("case", "kind", "taken_by", "taken_on", "reference", "answered_on"),
    )
)

READINGS = register(
    Ledger(
        code="cases.document_readings",
        path="cases/readings",
        model=ReadingRecord,
        key="case",
        title=pgettext_lazy("ledger", "阅核记录"),
        about=_("登记文书种类、阅核人、日期和结果种类，不登记意见内容。"),
        menu=Menu("cases_oversight", icon="file-check", order=76),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            "document",
            "by",
            Column("sent_on", minor=True, css="nowrap"),
            Column("read_on", css="nowrap"),
            StateColumn("outcome", tones={"agreed": "good", "reconsider": "warn", "professional": "warn", "committee": "warn"}),
        ),
        filters=("document", "outcome", "by", Filter("read_on", kind="dates")),
        search=("case__number",),
        ordering=("-read_on", "-pk"),
        form=ReadingForm,
        add=a.OVERSEE,
        change=a.OVERSEE,
        void=a.OVERSEE,
        frozen=stays("case", "document", "read_on"),
    )
)
