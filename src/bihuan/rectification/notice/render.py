"""The notice as a readable page of text, in the language of whoever reads it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from .messages import MESSAGES
from .model import Figure, Notice, NotThisGenre, Problem, Remark, Subproblem, UnreadableNotice


def describe(remark: Remark | NotThisGenre | UnreadableNotice) -> str:
    """A warning or refusal as a sentence in the active language."""
    return _(MESSAGES[remark.code]) % dict(remark.params)


def kind_label(kind: str) -> str:
    """The word for a figure's kind (result, standard, threshold, plan, approximate)."""
    return {
        "result": _("结果"), "standard": _("标准"), "threshold": _("界限"), "plan": _("计划"), "approximate": _("约数"),
    }[kind]


def count_label(of: str) -> str:
    """What a total of the notice counts."""
    return {
        "problems": _("问题数"), "aspects": _("方面数"), "kinds": _("类别数"), "measures": _("整改措施数"), "rules": _("制度数"),
        "done": _("已完成数"), "staged": _("阶段性完成数"), "undone": _("未完成数"), "rate": _("完成率"),
    }[of]


def reason_label(reason: str) -> str:
    """Where an unplaced piece of text was found."""
    return {
        "before_opening": _("开头之前"), "under_heading": _("标题之下"), "after_end": _("结尾之后"), "left_over": _("行中余文"),
    }[reason]


def left_out_label(reason: str) -> str:
    """Why a file's words are not part of its text."""
    return {
        "page_number": _("页码"), "running_head": _("页眉页脚"), "footnote": _("脚注"), "text_box": _("文本框"),
        "navigation": _("网页导航"), "page_head": _("网页标题"), "hidden": _("网页隐藏文字"),
    }[reason]


def part_label(role: str) -> str:
    """What a part without problems is about."""
    return {"organisation": _("组织整改情况"), "next": _("下一步打算"), "other": _("其他部分")}[role]


def figure_label(figure: Figure) -> str:
    """A figure's kind, with a word where it is rounded and is not called so by its kind already."""
    shown = kind_label(figure.kind)
    return _("%(kind)s，约数") % {"kind": shown} if figure.approximate and figure.kind != "approximate" else shown


def _day(day: date | None) -> str:
    return day.isoformat() if day else _("（未写明）")


def render_text(notice: Notice) -> str:
    """Everything read from the notice, with warnings, what found no place and what was left out, as plain text."""
    missing = _("（未写明）")
    period = f"{_day(notice.inspection_from)} — {_day(notice.inspection_to)}"
    rows = [
        (_("标题"), notice.title or missing),
        (_("文种"), notice.document_word or missing),
        (_("发布单位"), notice.organisation or missing),
        (_("巡察组"), notice.inspecting_body or missing),
        (_("巡察方式"), notice.inspection_kind or missing),
        (_("轮次"), notice.inspection_round or missing),
        (_("巡察时间"), period if notice.inspection_from else notice.inspection_period or missing),
        (_("反馈日期"), _day(notice.feedback_on)),
        (_("公布日期"), _day(notice.published_on)),
        (_("落款"), f"{notice.signed_by or missing} {_day(notice.signed_on)}"),
        (_("所称整改措施数"), missing if notice.measures_count is None else str(notice.measures_count)),
        (_("所称制度数"), missing if notice.rules_made_count is None else str(notice.rules_made_count)),
        (_("联系电话"), "、".join(notice.contacts.phones) or missing),
        (_("电子邮箱"), notice.contacts.mail or missing),
        (_("通信地址"), notice.contacts.post or missing),
    ]
    lines = [_("%(label)s：%(value)s") % {"label": label, "value": value} for label, value in rows]
    lines += _parts(notice, ("organisation",))
    titles = {part.label: part.title for part in notice.parts if part.role == "group"}
    section: str | None = None
    for problem in notice.problems:
        if problem.section != section:
            section = problem.section
            title = titles.get(section or "", "")
            lines += ["", title if title == section else f"{section or ''}{title}"]
        lines += ["", *_problem(problem)]
    lines += _parts(notice, ("next", "other"))
    if notice.stated_counts:
        lines += ["", _("通报自称的数量")]
        lines += [f"{count_label(c.of)}：{c.value}{c.unit}（{c.text}）" for c in notice.stated_counts]
    if notice.warnings:
        lines += ["", _("提示")]
        lines += [_located(w.line, describe(w)) for w in notice.warnings]
    if notice.unplaced:
        lines += ["", _("未归入结构的文字")]
        lines += [_located(u.line, f"[{reason_label(u.reason)}] {u.text}") for u in notice.unplaced]
    if notice.left_out or notice.page:
        lines += ["", _("正文之外的文字")]
        lines += [f"[{left_out_label(one.reason)}] {one.text}" for one in notice.left_out]
        lines += [_located(piece.line, piece.text) for piece in notice.page]
    return "\n".join(lines) + "\n"


def _parts(notice: Notice, roles: tuple[str, ...]) -> list[str]:
    """The parts that hold no problems, whole."""
    lines: list[str] = []
    for part in notice.parts:
        if part.role in roles:
            words = notice.text[slice(*part.span)]
            lines += ["", f"[{part_label(part.role)}]", *(line.strip() for line in words.split("\n") if line.strip())]
    return lines


def _located(line: int | None, text: str) -> str:
    return _("第%(line)s行：%(text)s") % {"line": line, "text": text} if line else text


def _problem(problem: Problem) -> list[str]:
    lines = [_("问题%(no)s：%(title)s") % {"no": problem.no or "", "title": problem.title}]
    above: str | None = None
    for sub in problem.subproblems:
        if sub.parent and sub.parent["title"] != above:
            above = sub.parent["title"]
            lines.append(f"  {sub.parent['no']}. {above}")
        lines += _sub(sub)
    return lines


def _sub(sub: Subproblem) -> list[str]:
    lines = [f"  {sub.no}. {sub.title}" if sub.no else f"  {sub.title}"] if sub.title else []
    if sub.status:
        lines.append("    " + _("整改状态：%(status)s") % {"status": sub.status})
    lines += ["    " + _("%(label)s：%(value)s") % {"label": k, "value": v} for k, v in sub.details.items()]
    lines += [f"    · {clause.text}" for clause in sub.clauses]
    if sub.result_text:
        lines.append("    " + _("整改结果：%(text)s") % {"text": sub.result_text})
    lines += [f"    # {_figure(figure)}" for figure in sub.figures]
    lines += ["    " + _("制度：《%(name)s》") % {"name": name} for name in sub.rules_named]
    return lines


def _figure(figure: Figure) -> str:
    shown = f"{figure.value}{figure.unit}（{figure_label(figure)}"
    return shown + (f"，{figure.as_of}" if figure.as_of else "") + f"）：{figure.text}"
