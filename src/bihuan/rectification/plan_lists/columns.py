"""Which column of a list means what: roles, and the headings courts write for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.sheets.reading import heading_key

#: role -> headings, without blanks. The first is what our own export writes.
ALIASES: dict[str, tuple[str, ...]] = {
    "serial": ("序号", "编号", "顺序号", "序", "号"),
    "problem_no": (
        "问题编号",
        "问题序号",
        "对应问题编号",
        "对应问题序号",
        "对应问题",
        "反馈问题编号",
        "反馈问题序号",
        "所属问题",
        "所属问题编号",
        "对应问题清单编号",
        "对应问题清单序号",
    ),
    "category": (
        "监督重点",
        "类别",
        "方面",
        "问题类别",
        "监督重点类别",
        "所属方面",
        "反馈方面",
        "聚焦方面",
        "监督内容",
        "监督重点内容",
        "巡察监督重点",
        "问题方面",
        "问题分类",
    ),
    "problem_title": ("问题概述", "问题名称", "问题标题", "反馈问题概述", "问题要点"),
    "problem": (
        "反馈问题",
        "反馈原文",
        "反馈意见",
        "存在问题",
        "巡察反馈问题",
        "巡察反馈意见",
        "巡视反馈问题",
        "问题",
        "主要问题",
        "反馈的问题",
        "问题内容",
        "反馈问题原文",
        "问题原文",
        "反馈问题内容",
        "整改问题",
        "问题描述",
        "反馈的主要问题",
        "发现的问题",
    ),
    "sub_no": ("具体问题编号", "具体问题序号", "子问题编号", "子问题序号", "小项编号", "表现序号"),
    "sub_title": ("具体问题概述", "具体问题名称", "具体问题标题", "子问题名称"),
    "sub": (
        "具体问题",
        "问题表现",
        "具体表现",
        "问题具体表现",
        "主要表现",
        "具体问题表现",
        "具体问题原文",
        "子问题",
        "具体问题内容",
        "问题主要表现",
        "突出表现",
    ),
    "cause": (
        "原因分析",
        "产生原因",
        "问题原因",
        "原因",
        "根源分析",
        "原因剖析",
        "问题成因",
        "成因分析",
        "产生问题的原因",
    ),
    "kind": ("整改类型", "问题类型", "整改类别", "整改性质", "整改方式", "问题性质"),
    "grade": ("难度等级", "整改难度", "难度", "等级", "难易程度", "问题等级", "难度级别"),
    "measure_no": (
        "措施编号",
        "任务编号",
        "措施序号",
        "任务序号",
        "整改措施编号",
        "整改措施序号",
        "工作任务编号",
        "整改任务编号",
        "对应措施编号",
        "对应任务编号",
        "对应措施",
        "对应任务",
        "工作任务序号",
        "整改任务序号",
        "任务清单编号",
    ),
    "measure": (
        "整改措施",
        "工作任务",
        "整改任务",
        "具体措施",
        "措施",
        "任务",
        "具体整改措施",
        "主要措施",
        "工作措施",
        "任务内容",
        "整改举措",
        "措施内容",
        "整改工作任务",
        "具体任务",
        "工作举措",
        "具体举措",
        "整改措施及任务",
        "整改内容",
    ),
    "standard": (
        "完成标准",
        "整改目标",
        "预期目标",
        "目标",
        "验收标准",
        "销号标准",
        "整改标准",
        "工作目标",
        "完成目标",
        "目标要求",
        "预期效果",
        "预期成效",
        "整改要求",
        "目标任务",
        "达到标准",
        "工作标准",
        "整改目标及标准",
    ),
    "starts": ("开始时间", "开始日期", "启动时间", "起始时间", "起始日期", "启动日期"),
    "due": (
        "完成时限",
        "整改时限",
        "完成时间",
        "完成期限",
        "时限",
        "整改期限",
        "时限要求",
        "完成日期",
        "办结时限",
        "截止时间",
        "截止日期",
        "整改完成时限",
        "期限",
        "时间节点",
        "时间要求",
        "整改完成时间",
        "完成时间节点",
    ),
    "span": ("起止时间", "整改时间", "时间安排", "实施时间", "起止日期", "整改起止时间", "时间"),
    "leader": (
        "责任领导",
        "牵头领导",
        "分管领导",
        "责任院领导",
        "牵头院领导",
        "包案领导",
        "分管院领导",
        "责任领导人",
        "牵头责任领导",
        "主管领导",
        "院领导",
        "挂帅领导",
        "包抓领导",
    ),
    "lead_unit": (
        "责任部门",
        "牵头部门",
        "责任单位",
        "牵头单位",
        "主责部门",
        "主办部门",
        "承办部门",
        "牵头责任部门",
        "责任庭室",
        "牵头庭室",
        "主责单位",
        "整改责任部门",
        "整改责任单位",
        "责任科室",
        "部门",
        "牵头责任单位",
        "主体责任部门",
    ),
    "co_unit": (
        "配合部门",
        "协助部门",
        "配合单位",
        "协办部门",
        "参与部门",
        "协同部门",
        "配合庭室",
        "协办单位",
        "协助单位",
        "配合责任部门",
        "责任配合部门",
        "配合责任单位",
        "参与单位",
    ),
    "person": (
        "责任人",
        "经办人",
        "具体责任人",
        "直接责任人",
        "承办人",
        "责任人员",
        "具体负责人",
        "整改责任人",
        "负责人",
        "部门责任人",
        "主要责任人",
        "具体经办人",
        "牵头责任人",
        "第一责任人",
    ),
}
LABELS: dict[str, str | Promise] = {
    "serial": _("序号"),
    "problem_no": _("问题编号"),
    "category": _("监督重点"),
    "problem_title": _("问题概述"),
    "problem": _("反馈问题"),
    "sub_no": _("具体问题编号"),
    "sub_title": _("具体问题概述"),
    "sub": _("具体问题"),
    "cause": _("原因分析"),
    "kind": _("整改类型"),
    "grade": _("难度等级"),
    "measure_no": _("措施编号"),
    "measure": _("整改措施"),
    "standard": _("完成标准"),
    "starts": _("开始时间"),
    "due": _("完成时限"),
    "span": _("起止时间"),
    "leader": _("责任领导"),
    "problem_leader": _("牵头领导"),
    "lead_unit": _("责任部门"),
    "co_unit": _("配合部门"),
    "person": _("责任人"),
}
CONTENT = frozenset({"problem", "problem_title", "sub", "measure"})
OWNING = frozenset({"leader", "lead_unit", "co_unit", "person", "starts", "due", "span", "standard"})
_BY_KEY = {heading_key(name): role for role, names in ALIASES.items() for name in names}
_ENDINGS = sorted((key for key in _BY_KEY if len(key) >= 4), key=len, reverse=True)


def expected() -> list[str]:
    """Every heading that is known, for finding the heading of a sheet."""
    return [name for names in ALIASES.values() for name in names]


def exact_role(heading: str) -> str:
    """The role of a heading that is known word for word, or ""."""
    return _BY_KEY.get(heading_key(heading), "")


def role_of(heading: str) -> str:
    """The role of a heading; of 上/下 the whole, then the lower, then the upper part; "" for none."""
    parts = [part for part in heading.split("/") if part]
    asked = [heading]
    if len(parts) > 1:
        asked = ["".join(parts), *("".join(parts[n:]) for n in range(1, len(parts))), *reversed(parts)]
    for text in asked:
        if role := exact_role(text):
            return role
    for text in asked:
        key = heading_key(re.sub(r"^(?:巡察|巡视|整改|本次)", "", heading_key(text)))
        if key in _BY_KEY:
            return _BY_KEY[key]
        for ending in _ENDINGS:
            if key.endswith(ending):
                return _BY_KEY[ending]
    return ""


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row of cells is a heading of a list: several different known names, and hardly anything else."""
    names = {heading_key(cell) for cell in cells if cell.strip()}
    known = {name: exact_role(name) for name in names}
    roles = {role for role in known.values() if role}
    hits = sum(1 for role in known.values() if role)
    return len(roles) >= 2 and hits * 2 >= len(names) and all(len(name) <= 30 for name in names)


def label(role: str) -> str:
    """The role in the reader's language."""
    return str(LABELS.get(role, role))
