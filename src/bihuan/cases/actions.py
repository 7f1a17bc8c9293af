"""Who may do what with cases. Roles come with posts; a relation ties a person to the one case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.access import Viewer, action

from .models import Case

TRIAL_MANAGEMENT = "trial_management"
PRESIDENT = "president"
FILING = ("filing_head", "filing_supervisor")


def case_of(obj: Any) -> Case | None:
    """The case an object belongs to: itself, or what its `case` names."""
    found = obj if isinstance(obj, Case) else getattr(obj, "case", None)
    return found if isinstance(found, Case) else None


def handles(viewer: Viewer, obj: Any) -> bool:
    """The judge in charge or the assistant."""
    case = case_of(obj)
    return case is not None and (viewer.is_me(case.judge_id) or viewer.is_me(case.assistant_id))


def heads(viewer: Viewer, obj: Any) -> bool:
    """The head of the division."""
    case = case_of(obj)
    return case is not None and case.division_id in viewer.headed


def handles_or_heads(viewer: Viewer, obj: Any) -> bool:
    """The judge in charge, the assistant or the head of the division."""
    return handles(viewer, obj) or heads(viewer, obj)


def asked_it(viewer: Viewer, obj: Any) -> bool:
    """The person who made the request, or the judge in charge."""
    return viewer.is_me(obj.asked_by_id) or handles(viewer, obj)


KEEP = action("cases.case.keep", _("导入和更正案件数据"), roles=[TRIAL_MANAGEMENT])
SET_LIMIT = action("cases.case.limit", _("指定案件适用的期限"), roles=[TRIAL_MANAGEMENT])
RECLOCK = action("cases.clock.apply", _("重新计算期限"), roles=[TRIAL_MANAGEMENT])
RECEIPT = action("cases.receipt.keep", _("导入和更正立案收件"), roles=[TRIAL_MANAGEMENT, *FILING])
COMPLAINT = action("cases.complaint.keep", _("登记不立案投诉"), roles=[TRIAL_MANAGEMENT, *FILING])
EXTENSION = action("cases.extension.ask", _("申请延长审限"), relation=handles)
EXCLUSION = action("cases.exclusion.ask", _("申请扣除审限"), relation=handles)
WITHDRAW = action("cases.request.withdraw", _("撤回审限申请"), relation=asked_it)
PENDING = action("cases.pending.record", _("登记长期未结原因"), roles=[TRIAL_MANAGEMENT], relation=handles_or_heads)

SEARCH = action("cases.search.keep", _("登记类案检索"), roles=[TRIAL_MANAGEMENT], relation=handles)
