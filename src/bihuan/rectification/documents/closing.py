"""销号审批表: the item, what counts as done, what the facts say, the evidence, and what every level said."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel import clock
from bihuan.kernel import paper as layout
from bihuan.kernel.models import Person
from bihuan.kernel.paper import day

from ..models import Attempt
from . import contexts, templates
from .access_rules import seen

NAME = "closing_form"


def closing_form(actor: Person | None, attempt: Attempt) -> bytes:
    """The approval form of an attempt as a .docx. Raises NotAllowed when `actor` does not see the attempt."""
    context = closing_context(actor, attempt)
    return templates.render(NAME, context, lambda: _built(context))


def closing_context(actor: Person | None, attempt: Attempt) -> dict[str, Any]:
    """What the form holds (see README.md)."""
    row = seen(actor, attempt, "measure__problem__round", "measure__sub_problem", "measure__lead_unit", "applicant")
    held = row.measure
    today = clock.today()
    return {
        "court": contexts.court_name(),
        "problem": contexts.problem(held.problem),
        "sub_problem": contexts.sub_problem(held.sub_problem),
        "measure": contexts.measure(held),
        "attempt": contexts.attempt(row),
        "criteria": contexts.verdicts(row, actor),
        "cut_offs": contexts.cut_offs(today),
        "evidence": contexts.evidence_list(contexts.filed_for(actor, "rectification.measure", [held.pk])),
        "opinions": contexts.opinions(row),
        "checks": contexts.checks(row, actor),
        "decision": contexts.decision(row, actor),
        "review": contexts.review(row, actor),
        "printed_on": day(today),
        "printed_by": str(actor or ""),
    }


_WIDTHS = (26.0, 52.0, 26.0, 52.0)
_LABELS = (0, 2)


def _built(context: dict[str, Any]) -> bytes:
    problem, measure, attempt = context["problem"], context["measure"], context["attempt"]
    name = _("巡察整改事项销号审批表")
    document = layout.new_document(title=f"{name} {measure['code']}")
    layout.title(document, name)
    made = _("本表由闭环系统于%(day)s生成，内容取自整改台账") % {"day": context["printed_on"]}
    layout.paragraph(document, f"{context['court']}　{made}", size=layout.SIZE_5, line=20)
    table = layout.table(document, (), (), _WIDTHS)

    def pair(label: str, text: str, other: str, beside: str) -> None:
        layout.add_row(table, (label, text, other, beside), widths=_WIDTHS, centred=_LABELS)

    def wide(label: str, text: str) -> None:
        row = layout.add_row(table, (label, "", "", ""), widths=_WIDTHS, centred=(0,))
        layout.join(row, 1, 3, text)

    pair(_("巡察轮次"), problem["round"], _("巡察机构"), problem["body"])
    pair(_("问题编号"), problem["code"], _("整改类型"), problem["kind"])
    wide(_("反馈问题"), problem["verbatim"])
    part = context["sub_problem"]
    if part["no"] or part["title"] or part["verbatim"]:
        wide(_("具体问题"), f"{part['no']} {part['title']} {part['verbatim']}".strip())
    pair(_("措施编号"), measure["code"], _("第几次整改"), str(attempt["number"]))
    wide(_("整改措施"), measure["text"])
    wide(_("完成标准"), measure["standard"])
    pair(_("责任领导"), measure["leader"], _("责任部门"), measure["unit"])
    pair(_("责任人"), measure["person"], _("配合部门"), measure["co_units"])
    pair(_("完成期限"), measure["due"], _("申请日期"), attempt["applied_on"])
    pair(_("当前状态"), attempt["state"], _("整改结果"), attempt["result"])
    layout.paragraph(document, "", line=10)
    layout.heading(document, _("一、销号标准核验"))
    _criteria(document, context)
    layout.heading(document, _("二、佐证材料"))
    _evidence(document, context)
    layout.heading(document, _("三、审核意见"))
    _opinions(document, context)
    return layout.content(document)


def _criteria(document: Any, context: dict[str, Any]) -> None:
    rows = []
    for number, found in enumerate(context["criteria"], 1):
        basis = "\n".join([found["reason"], *found["facts"]]).strip()
        kept = _("销号时冻结") if found["frozen"] else _("按当前数据核验")
        rows.append((number, found["sentence"], found["verdict"], basis, f"{found['on']}\n{kept}"))
    heads = (_("序号"), _("销号标准"), _("结论"), _("依据的事实"), _("核验日期"))
    layout.table(document, heads, rows, (12, 40, 20, 52, 32), size=layout.SIZE_5, centred=(0, 2, 4))
    for source in context["cut_offs"]:
        text = _("数据来源：%(name)s，截止日：%(day)s") % {"name": source["name"], "day": source["cut_off"] or "—"}
        layout.paragraph(document, text, size=layout.SIZE_5, line=18)


def _evidence(document: Any, context: dict[str, Any]) -> None:
    rows = [
        (e["no"], e["title"], e["kind"], e["effective_on"], e["received_on"], e["sm3"][:16])
        for e in context["evidence"]
    ]
    if not rows:
        layout.paragraph(document, _("（无）"), indent=2)
        return
    heads = (_("序号"), _("材料名称"), _("类别"), _("形成日期"), _("收到日期"), _("SM3（前 16 位）"))
    layout.table(document, heads, rows, (12, 44, 20, 30, 30, 20), size=layout.SIZE_5, centred=(0, 2, 3, 4))


def _opinions(document: Any, context: dict[str, Any]) -> None:
    decision, review = context["decision"], context["review"]
    told = {"decide": _minutes(decision), "external": _review(review)}
    rows = []
    for said in context["opinions"]:
        person = said["person"] + (_("（代%(name)s）") % {"name": said["acted_for"]} if said["acted_for"] else "")
        more = told.pop(said["code"].split("_")[0], "")
        text = "\n".join(part for part in (said["step"], said["opinion"], more) if part)
        rows.append((said["level"], text, person, said["day"]))
    for check in context["checks"]:
        asked = _("；询问：%(who)s") % {"who": check["persons_asked"]} if check["persons_asked"] else ""
        text = f"{check['result']}。{check['method']}{asked}\n{check['note']}"
        rows.append((_("实地验收"), text, check["by"], check["on"]))
    blank = [_("部门负责人"), _("分管领导"), _("验收部门"), _("党组会审定")]
    rows.extend((level, "\n\n", "", "") for level in blank if level not in {row[0] for row in rows})
    heads = (_("环节"), _("意见"), _("姓名"), _("日期"))
    layout.table(document, heads, rows, (26, 70, 24, 36), size=layout.SIZE_S4, centred=(0, 2, 3))


def _minutes(decision: dict[str, str]) -> str:
    if not decision["minutes_no"]:
        return ""
    return (
        _("会议日期：%(held_on)s；会议纪要：%(minutes_no)s；结果：%(result)s；销号标准达标 %(criteria)s 项") % decision
    )


def _review(review: dict[str, str]) -> str:
    if not review["by"]:
        return ""
    return f"{review['by']}，{review['on']}，{review['document_no']}：{review['result']}"
