"""The notice as a readable page of text, in the language of whoever reads it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from .messages import MESSAGES
from .model import Figure, Notice, NotThisGenre, Problem, Remark, UnreadableNotice


def describe(remark: Remark | NotThisGenre | UnreadableNotice) -> str:
    """A warning or refusal as a sentence in the active language."""
    return _(MESSAGES[remark.code]) % dict(remark.params)


def kind_label(kind: str) -> str:
    """The word for a figure's kind (result, standard, threshold, plan, approximate)."""
    return {
        "result": _("结果"), "standard": _("标准"), "threshold": _("界限"), "plan": _("计划"), "approximate": _("约数"),
    }[kind]


def reason_label(reason: str) -> str:
    """Where an unplaced piece of text was found."""
    return {
        "before_opening": _("开头之前"), "before_list": _("问题清单之前"), "under_heading": _("标题之下"),
        "after_end": _("结尾之后"),
    }[reason]


def _day(day: date | None) -> str:
    return day.isoformat() if day else _("（未写明）")


def render_text(notice: Notice) -> str:
    """Everything read from the notice, with warnings and what found no place, as plain text."""
    missing = _("（未写明）")
    rows = [
        (_("标题"), notice.title or missing),
        (_("发布单位"), notice.organisation or missing),
        (_("巡察组"), notice.inspecting_body or missing),
        (_("巡察方式"), notice.inspection_kind or missing),
        (_("巡察时间"), f"{_day(notice.inspection_from)} — {_day(notice.inspection_to)}"),
        (_("反馈日期"), _day(notice.feedback_on)),
        (_("公布日期"), _day(notice.published_on)),
        (_("所称整改措施数"), missing if notice.measures_count is None else str(notice.measures_count)),
        (_("所称制度数"), missing if notice.rules_made_count is None else str(notice.rules_made_count)),
        (_("联系电话"), notice.contacts.phone or missing),
        (_("电子邮箱"), notice.contacts.mail or missing),
        (_("通信地址"), notice.contacts.post or missing),
    ]
    lines = [_("%(label)s：%(value)s") % {"label": label, "value": value} for label, value in rows]
    titles = {part.label: part.title for part in notice.parts if part.role == "group"}
    section: str | None = None
    for problem in notice.problems:
        if problem.section != section:
            section = problem.section
            lines += ["", f"{section or ''}{titles.get(section or '', '')}"]
        lines += ["", *_problem(problem)]
    if notice.warnings:
        lines += ["", _("提示")]
        lines += [_located(w.line, describe(w)) for w in notice.warnings]
    if notice.unplaced:
        lines += ["", _("未归入结构的文字")]
        lines += [_located(u.line, f"[{reason_label(u.reason)}] {u.text}") for u in notice.unplaced]
    return "\n".join(lines) + "\n"


def _located(line: int | None, text: str) -> str:
    return _("第%(line)s行：%(text)s") % {"line": line, "text": text} if line else text


def _problem(problem: Problem) -> list[str]:
    lines = [_("问题%(no)s：%(title)s") % {"no": problem.no or "", "title": problem.title}]
    for sub in problem.subproblems:
        if sub.title:
            lines.append(f"  {sub.no}. {sub.title}")
        if sub.status:
            lines.append("    " + _("整改状态：%(status)s") % {"status": sub.status})
        lines += [f"    · {clause.text}" for clause in sub.clauses]
        lines += [f"    # {_figure(figure)}" for figure in sub.figures]
        lines += ["    " + _("制度：《%(name)s》") % {"name": name} for name in sub.rules_named]
    return lines


def _figure(figure: Figure) -> str:
    shown = f"{figure.value}{figure.unit}（{kind_label(figure.kind)}"
    return shown + (f"，{figure.as_of}" if figure.as_of else "") + f"）：{figure.text}"
