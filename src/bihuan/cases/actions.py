"""Who may do what with cases. Roles come with posts; a relation ties a person to the one case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.access import Viewer, action

from .models import Case
from .models.oversight import works_on

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

# Meetings: both bodies are kept by the committee's secretary and the trial management office.
SECRETARY = "committee_secretary"
MEETING_READERS = (PRESIDENT, TRIAL_MANAGEMENT, SECRETARY)


def carries_out(viewer: Viewer, obj: Any) -> bool:
    """Of a decision of the committee: the judge in charge, or the trial management office."""
    return obj.meeting.is_committee and (viewer.has(TRIAL_MANAGEMENT) or handles(viewer, obj))


def answers(viewer: Viewer, obj: Any) -> bool:
    """Of the advice of the professional judges' meeting: the judge in charge, or the trial management office."""
    return not obj.meeting.is_committee and (viewer.has(TRIAL_MANAGEMENT) or handles(viewer, obj))


MEETING = action("cases.meeting.keep", _("筹备、登记会议"), roles=[SECRETARY, TRIAL_MANAGEMENT])
MEETING_LIST = action("cases.meeting.list", _("查看上会清单"), roles=MEETING_READERS)
EXECUTE = action("cases.meeting.execute", _("登记审判委员会决定的落实"), relation=carries_out)
ANSWER = action("cases.meeting.answer", _("反馈专业法官会议意见的处理"), relation=answers)
DEFECT = action("cases.meeting.defect", _("处理会议瑕疵"), roles=[SECRETARY, TRIAL_MANAGEMENT])
MEETING_SYSTEM = action("cases.meeting.system", _("系统自动处理"))

# Oversight by presidents and heads: nobody oversees a case they work on.


def oversees(viewer: Viewer, obj: Any) -> bool:
    """The president, the leader in charge of the division or its head, where they do not work on the case themselves."""
    case = case_of(obj)
    if case is None or not (
        viewer.has(PRESIDENT) or case.division_id in viewer.led or case.division_id in viewer.headed
    ):
        return False
    return not any(works_on(case, person) for person in viewer.acts_for)


def marks(viewer: Viewer, obj: Any) -> bool:
    """Who proposes that a case be overseen: who works on it, who heads its division, who oversees it."""
    return handles_or_heads(viewer, obj) or oversees(viewer, obj)


MARK = action("cases.oversight.mark", _("标注“四类案件”"), roles=[TRIAL_MANAGEMENT, "filing_head"], relation=marks)
OVERSEE = action("cases.oversight.supervise", _("监督管理“四类案件”、阅核文书"), relation=oversees)

# Filing: looked into by whoever is named, never by the person complained of; checked by the head of the filing division.
def looks_into(viewer: Viewer, obj: Any) -> bool:
    """The person named to look into the complaint, or one of those who watch over filing, if not complained of."""
    return viewer.is_me(obj.person_id) or viewer.has(TRIAL_MANAGEMENT, *FILING)


def checks_it(viewer: Viewer, obj: Any) -> bool:
    """The person who drew the check."""
    return viewer.is_me(obj.by_id)


COMPLAINT_HANDLE = action("cases.complaint.handle", _("查明、答复不立案投诉"), relation=looks_into)
COMPLAINT_PRINT = action("cases.complaint.print", _("打印不立案投诉登记台账"), roles=[PRESIDENT, TRIAL_MANAGEMENT, *FILING])
FILING_CHECK = action("cases.filing-check.draw", _("抽取立案定期检查"), roles=["filing_head"])
FILING_FINDINGS = action("cases.filing-check.record", _("登记立案定期检查情况"), relation=checks_it)

# Quality review: opened and graded by the trial management office; checked and answered by the judge; reviewed by nobody of the case.


def is_judge_of(viewer: Viewer, obj: Any) -> bool:
    """The judge whom the review is about, nobody in their place."""
    return bool(obj.judge_id == viewer.person.pk)


def is_reviewer(viewer: Viewer, obj: Any) -> bool:
    """The reviewer who was named."""
    review = getattr(obj, "review", obj)
    return bool(review.reviewer_id == viewer.person.pk)


REVIEW_KEEP = action("cases.review.keep", _("启动案件评查、指定评查人、抽样"), roles=[TRIAL_MANAGEMENT])
REVIEW_CHECK = action("cases.review.check", _("自查、书面说明（案件评查）"), relation=is_judge_of)
REVIEW_DO = action("cases.review.do", _("评查案件"), relation=is_reviewer)
REVIEW_GRADE = action("cases.review.grade", _("评定案件评查等次"), roles=[TRIAL_MANAGEMENT])
REVIEW_DECIDE = action("cases.review.decide", _("登记审判委员会对评查的决定"), roles=[SECRETARY, TRIAL_MANAGEMENT])
REVIEW_RATES = action("cases.review.rates", _("查看评查占比"), roles=[PRESIDENT, TRIAL_MANAGEMENT])
CONDUCT = action("cases.conduct.keep", _("登记涉企正负面清单实例"), roles=[TRIAL_MANAGEMENT], relation=heads)


def writes_finding(viewer: Viewer, obj: Any) -> bool:
    """The reviewer; once the review is in, the office names the measure."""
    return is_reviewer(viewer, obj) or (viewer.has(TRIAL_MANAGEMENT) and obj.review.state != "checked")


FINDING = action("cases.review.finding", _("更正评查问题、填写整改措施"), relation=writes_finding)
MILESTONE = action("cases.milestone.keep", _("登记破产案件节点"), roles=[TRIAL_MANAGEMENT], relation=handles)

# Cases handled by presidents and heads: each sees their own, the office sets the targets.
SHARE_READERS = (PRESIDENT, TRIAL_MANAGEMENT)
SHARE_VIEW = action("cases.share.view", _("查看院庭长办案情况"), roles=[*SHARE_READERS, "leader", "head", "filing_head", "enforcement_head"])
SHARE_TARGET = action("cases.share.target", _("确定院庭长办案年度任务"), roles=SHARE_READERS)
