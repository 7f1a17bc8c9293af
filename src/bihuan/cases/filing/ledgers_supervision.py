"""The ledger of complaints about filing (不立案投诉登记台账), and that of regular checks."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, StateColumn, register
from bihuan.kernel.wording import Message, wording

from .. import actions as a
from ..models import FilingCheck, FilingComplaint
from ..services.keeping import following, ids_of
from . import flows, forms, step_forms  # noqa: F401  the step forms register themselves
from .clock import refresh_complaints
from .complaints import tell
from .ledgers import GROUP, PAGES

FIXED = wording("cases.complaint.fixed", _("已经登记查明情况，不能再改；确有错误的，先退回重新查明。"))
HELD = ("receipt", "unit", "accused", "person", "accepted_on", "ground")


def _accepted(rows: Any) -> None:
    """The day by which it is to be answered, and whom it is given to."""
    ids = ids_of(rows)
    refresh_complaints(ids)
    for row in FilingComplaint.objects.filter(pk__in=ids, state="accepted", voided_at=None).select_related("person"):
        tell(row)


def _frozen(row: FilingComplaint) -> dict[str, Message]:
    return {} if row.state == "accepted" else dict.fromkeys(HELD, Message(FIXED))


COMPLAINTS = register(
    Ledger(
        code="cases.filing_complaints",
        path="cases/filing-complaints",
        model=FilingComplaint,
        key="no",
        title=pgettext_lazy("ledger", "不立案投诉登记"),
        about=_("不接收诉状、不给凭证、不一次性告知、有案不立、拖延立案、干扰立案、既不立又不裁的投诉，受理后十五日内查明并答复。被投诉人看不到对自己的投诉，也不能查办。"),
        menu=Menu(GROUP, icon="message-report", order=30),
        columns=(
            "no",
            "ground",
            Column("accepted_on", css="nowrap"),
            Due("due_on", done=lambda row: row.replied_on is not None),
            Column("unit", minor=True),
            "person",
            "finding",
            Column("replied_on", css="nowrap", minor=True),
            StateColumn(),
        ),
        filters=(
            "state",
            "ground",
            "finding",
            "unit",
            "person",
            Filter("accepted_on", kind="dates"),
            Filter("due_on", kind="overdue", open=Q(replied_on=None)),
        ),
        search=("no", "content"),
        ordering=("-accepted_on", "-id"),
        form=forms.ComplaintForm,
        add=a.COMPLAINT,
        change=a.COMPLAINT,
        void=a.COMPLAINT,
        frozen=_frozen,
        facts=(
            "receipt", "unit", "accused", "person", "accepted_on", "due_on", "ground", "content", "finding", "found_on", "handling",
            "replied_on",
        ),
        flow=flows.COMPLAINT_FLOW,
        evidence=True,
        services=following(_accepted, made=True),
        views={"list": f"{PAGES}.complaints.ComplaintList", "detail": f"{PAGES}.complaints.ComplaintDetail"},
    )
)  # fmt: skip

CHECKS = register(
    Ledger(
        code="cases.filing_checks",
        path="cases/filing-checks",
        model=FilingCheck,
        key="no",
        title=pgettext_lazy("ledger", "立案定期检查"),
        about=_("立案庭庭长定期随机抽取收件检查，逐件登记情况；完成后自动登记为该期定期工作已完成。"),
        menu=Menu(GROUP, icon="clipboard-check", order=40),
        columns=(
            "no",
            "first",
            "last",
            Column("size", minor=True),
            "by",
            "drawn_on",
            Column("checked_on", minor=True),
            StateColumn(),
        ),
        filters=("state", "by", Filter("drawn_on", kind="dates")),
        search=("no",),
        ordering=("-drawn_on", "-id"),
        facts=("first", "last", "population", "size", "seed", "by", "drawn_on", "checked_on", "conclusion"),
        flow=flows.CHECK_FLOW,
        views={"list": f"{PAGES}.checks.CheckList", "detail": f"{PAGES}.checks.CheckDetail"},
    )
)
