"""Who may do what in the rectification ledger. Roles come with posts; a relation ties a person to the one item."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.access import Viewer, action

from .models import Measure

RECTIFICATION_OFFICE = "rectification_office"
PRESIDENT = "president"
OFFICE = "office"
INSPECTORS = ("inspection_office", "party_discipline", "stationed_discipline")
INSIDE_INSPECTORS = ("inspection_office", "party_discipline")
OUTSIDE_INSPECTOR = "stationed_discipline"
OVERSEERS = (PRESIDENT, RECTIFICATION_OFFICE, OFFICE, *INSPECTORS)
"""Roles that see the whole ledger."""
CLERK = "dept_clerk"


def measure_of(obj: Any) -> Measure | None:
    """The measure an object belongs to: itself, or what its `measure` or `attempt` names."""
    if isinstance(obj, Measure):
        return obj
    if hasattr(obj, "measure_id"):
        found: Measure | None = obj.measure
        return found
    attempt = getattr(obj, "attempt", None)
    return measure_of(attempt) if attempt is not None else None


def _works_for(viewer: Viewer, unit_id: int) -> bool:
    """Heads and clerks act for their department."""
    return unit_id in viewer.headed or (viewer.has(CLERK) and unit_id in viewer.units)


def responsible(viewer: Viewer, obj: Any) -> bool:
    """The person in charge of the measure, or head or clerk of the department that leads it."""
    measure = measure_of(obj)
    if measure is None:
        return False
    return viewer.is_me(measure.person_id) or _works_for(viewer, measure.lead_unit_id)


def involved(viewer: Viewer, obj: Any) -> bool:
    """As `responsible`, or head or clerk of a department that helps."""
    measure = measure_of(obj)
    if measure is None:
        return False
    return responsible(viewer, measure) or any(_works_for(viewer, unit.pk) for unit in measure.co_units.all())


def heads_it(viewer: Viewer, obj: Any) -> bool:
    """The head of the department that leads the measure."""
    measure = measure_of(obj)
    return measure is not None and measure.lead_unit_id in viewer.headed


def leads_it(viewer: Viewer, obj: Any) -> bool:
    """The leader in charge: named in the measure, or in charge of its department."""
    measure = measure_of(obj)
    if measure is None:
        return False
    return viewer.is_me(measure.leader_id) or measure.lead_unit_id in viewer.led


def addressed(viewer: Viewer, obj: Any) -> bool:
    """Head or clerk of the department a letter is sent to."""
    return _works_for(viewer, obj.to_unit_id)


def requested_it(viewer: Viewer, obj: Any) -> bool:
    """The person who asked for a change."""
    return viewer.is_me(obj.requested_by_id)


def applied_for_it(viewer: Viewer, obj: Any) -> bool:
    """The person who applied for close-out."""
    return viewer.is_me(obj.applicant_id)


_MINUTES = (OFFICE, RECTIFICATION_OFFICE, PRESIDENT)

ROUND = action("rectification.round.manage", _("维护巡察轮次"), roles=[RECTIFICATION_OFFICE])
MILESTONE = action("rectification.milestone.manage", _("登记关键节点"), roles=[RECTIFICATION_OFFICE, OFFICE])
PLAN_EDIT = action("rectification.plan.edit", _("编制整改方案"), roles=[RECTIFICATION_OFFICE])
PLAN_SUBMIT = action("rectification.plan.submit", _("提交整改方案"), roles=[RECTIFICATION_OFFICE])
PLAN_APPROVE = action("rectification.plan.approve", _("批准整改方案"), roles=[PRESIDENT])
START = action("rectification.attempt.start", _("启动整改"), relation=responsible)
PROGRESS = action("rectification.progress.add", _("填报整改进展"), relation=involved)
OUTCOME = action("rectification.outcome.add", _("登记整改成果"), relation=involved)
EVIDENCE = action("rectification.evidence.add", _("提交佐证材料"), roles=INSPECTORS, relation=involved)
APPLY = action("rectification.attempt.apply", _("申请销号"), relation=responsible)
WITHDRAW = action("rectification.attempt.withdraw", _("撤回销号申请"), relation=applied_for_it)
HEAD_REVIEW = action("rectification.attempt.head_review", _("部门负责人审核"), relation=heads_it)
LEADER_REVIEW = action("rectification.attempt.leader_review", _("分管领导审核"), relation=leads_it)
VERIFY = action("rectification.attempt.verify", _("实地验收"), roles=INSPECTORS)
DECIDE = action("rectification.attempt.decide", _("登记党组会审定"), roles=_MINUTES)
MEETING = action("rectification.meeting.manage", _("登记党组会议"), roles=_MINUTES)
EXTERNAL = action("rectification.external.record", _("登记外部认定"), roles=[RECTIFICATION_OFFICE])
RESUME = action("rectification.attempt.resume", _("开启下一阶段整改"), roles=[RECTIFICATION_OFFICE])
TARGET = action("rectification.target.assess", _("评估阶段目标"), roles=[RECTIFICATION_OFFICE, *INSPECTORS])
CHANGE_REQUEST = action(
    "rectification.change.request", _("申请变更或延期"), roles=[RECTIFICATION_OFFICE], relation=responsible
)
CHANGE_AGREE = action("rectification.change.agree", _("审核变更或延期"), relation=leads_it)
CHANGE_APPROVE = action("rectification.change.approve", _("批准变更或延期"), roles=[PRESIDENT])
CHANGE_WITHDRAW = action("rectification.change.withdraw", _("撤回变更申请"), relation=requested_it)
LOOK_BACK = action("rectification.look_back.manage", _("组织“回头看”"), roles=[RECTIFICATION_OFFICE, *INSPECTORS])
REBOUND_RAISE = action("rectification.rebound.raise", _("提出疑似反弹"), roles=[RECTIFICATION_OFFICE, *INSPECTORS])
REBOUND_VERIFY = action("rectification.rebound.verify", _("核实疑似反弹"), roles=INSPECTORS)
REBOUND_CONFIRM = action("rectification.rebound.confirm", _("登记党组会对反弹的确认"), roles=_MINUTES)
REBOUND_SILENCE = action("rectification.rebound.silence", _("逾期自动重新打开"))
SITUATION = action("rectification.situation.add", _("登记新情况"), roles=OVERSEERS, relation=involved)
LETTER = action("rectification.letter.issue", _("制发督办函"), roles=[RECTIFICATION_OFFICE, "inspection_office"])
LETTER_RECEIPT = action("rectification.letter.receipt", _("签收、回复督办函"), relation=addressed)
FIGURE = action("rectification.figure.manage", _("维护数据项"), roles=["trial_management", RECTIFICATION_OFFICE])
READING = action("rectification.reading.manage", _("导入数据读数"), roles=["trial_management", RECTIFICATION_OFFICE])
HAND_OVER = action(
    "rectification.hand_over", _("移交整改事项"), roles=[RECTIFICATION_OFFICE, "political"], relation=heads_it
)
