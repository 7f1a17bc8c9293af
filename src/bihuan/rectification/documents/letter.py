"""督办函 with its 回执."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel import access
from bihuan.kernel import paper as layout
from bihuan.kernel.models import Person
from bihuan.kernel.paper import day

from ..models import Measure, SupervisionLetter
from . import contexts, templates
from .access_rules import seen

NAME = "supervision_letter"


def supervision_letter(actor: Person | None, letter: SupervisionLetter) -> bytes:
    """The letter and its receipt slip as a .docx. Raises NotAllowed when `actor` does not see the letter."""
    context = letter_context(actor, letter)
    return templates.render(NAME, context, lambda: _built(context))


def letter_context(actor: Person | None, letter: SupervisionLetter) -> dict[str, Any]:
    """What the letter holds (see README.md). Measures are those of the letter that `actor` sees."""
    row = seen(actor, letter, "to_unit", "issued_by", "receipt_by")
    measures = access.visible(actor, Measure).filter(letters=row).select_related("lead_unit", "person", "leader")
    return {
        "court": contexts.court_name(),
        "no": row.no,
        "title": row.title,
        "to": str(row.to_unit),
        "text": row.text,
        "paragraphs": [line for line in row.text.split("\n") if line.strip()],
        "measures": [contexts.measure(one) for one in measures.order_by("order", "id")],
        "due": day(row.due),
        "issued_by": str(row.issued_by),
        "issued_on": day(row.issued_on),
        "receipt": {
            "by": str(row.receipt_by or ""),
            "at": day(row.receipt_at),
            "reply": row.reply,
            "replied_on": day(row.replied_on),
        },
    }


def _built(context: dict[str, Any]) -> bytes:
    document = layout.new_document(title=f"{_('督办函')} {context['no']}")
    layout.title(document, context["title"] or _("督办函"), context["no"])
    layout.paragraph(document, f"{context['to']}：")
    for text in context["paragraphs"]:
        layout.paragraph(document, text, indent=2)
    if context["measures"]:
        layout.paragraph(document, _("督办事项如下："), indent=2, keep=True)
        rows = [(m["code"], m["text"], m["due"], m["person"]) for m in context["measures"]]
        heads = (_("措施编号"), _("整改措施"), _("完成期限"), _("责任人"))
        layout.table(document, heads, rows, (26, 70, 36, 24), centred=(0, 2, 3))
        layout.paragraph(document, "", line=12)
    due = _("请于%(day)s前书面回复办理情况，收到本函后即填写回执。") % {"day": context["due"]}
    layout.paragraph(document, due, indent=2, keep=True)
    layout.paragraph(document, "", keep=True)
    layout.signature(document, context["court"], context["issued_on"])
    note = _("（签发人：%(name)s）") % {"name": context["issued_by"]}
    layout.paragraph(document, note, indent=2)
    _receipt(document, context)
    return layout.content(document)


def _receipt(document: Any, context: dict[str, Any]) -> None:
    head = layout.paragraph(
        document, _("回　　执"), font=layout.TITLE, size=layout.SIZE_2, align=layout.CENTRE, line=36
    )
    head.paragraph_format.page_break_before = True
    layout.paragraph(document, "", line=14)
    held = context["receipt"]
    widths = (36.0, 120.0)
    table = layout.table(document, (), (), widths)
    rows = (
        (_("督办函编号"), context["no"]),
        (_("标题"), context["title"]),
        (_("送达部门"), context["to"]),
        (_("回复期限"), context["due"]),
        (_("签收人"), held["by"] or "\n"),
        (_("签收日期"), held["at"] or _("　　　年　　月　　日")),
        (_("办理情况回复"), held["reply"] or "\n" * 10),
        (_("回复日期"), held["replied_on"] or _("　　　年　　月　　日")),
        (_("部门负责人签字"), "\n\n"),
    )
    for row in rows:
        layout.add_row(table, row, widths=widths, centred=(0,), size=layout.SIZE_4)
