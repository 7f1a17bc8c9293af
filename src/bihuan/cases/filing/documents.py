"""The register of complaints about filing and the reply to one, to print."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bihuan.kernel import access, law_words, paper
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.law.limits.book import current_limits

from ..models import FilingComplaint
from ..rules.limits import ARTICLE
from .history import COMPLAINT

WIDTHS = (26.0, 24.0, 24.0, 34.0, 24.0, 24.0, 22.0, 47.0, 24.0)


def _day(value: Any) -> str:
    return date_format(value, "SHORT_DATE_FORMAT") if value else "—"


def register(actor: Person, year: int) -> bytes:
    """The register of a year: the complaints the person may see."""
    seen = access.visible(actor, FilingComplaint).filter(accepted_on__year=year, voided_at=None)
    rows = list(seen.select_related("unit", "person").order_by("accepted_on", "pk"))
    document = paper.new_document(title=f"{_('不立案投诉登记台账')} {year}", landscape=True)
    paper.title(document, _("不立案投诉登记台账"), _("%(year)s 年") % {"year": year})
    heads = (_("登记号"), _("受理日期"), _("被投诉部门"), _("投诉事由"), _("查办人"), _("应答复日期"), _("查明情况"), _("处理情况"), _("答复日期"))
    lines = [
        (
            row.no, _day(row.accepted_on), str(row.unit), row.get_ground_display(), str(row.person or "—"), _day(row.due_on),
            row.get_finding_display() or "—", row.handling or "—", _day(row.replied_on),
        )
        for row in rows
    ]  # fmt: skip
    late = sum(bool(row.due_on and row.replied_on and row.replied_on > row.due_on) for row in rows)
    paper.table(document, heads, lines, WIDTHS, centred=(0, 1, 5, 6, 8))
    paper.paragraph(document, "", line=12)
    told = {"count": len(lines), "replied": sum(row.replied_on is not None for row in rows), "late": late}
    paper.paragraph(document, _("共 %(count)s 件，已答复 %(replied)s 件，其中逾期答复 %(late)s 件。") % told, indent=2)
    return paper.content(document)


def reply(row: FilingComplaint) -> bytes:
    """The answer to the complainant, whose name is written in by hand: the platform does not keep it."""
    document = paper.new_document(title=f"{_('不立案投诉答复书')} {row.no}")
    paper.title(document, _("不立案投诉答复书"), row.no)
    paper.paragraph(document, _("＿＿＿＿＿＿："))
    about = _("您关于“%(ground)s”的投诉，本院于%(day)s受理。") % {
        "ground": row.get_ground_display(), "day": date_format(row.accepted_on, "DATE_FORMAT"),
    }  # fmt: skip
    paper.paragraph(document, about, indent=2)
    if row.receipt is not None:
        paper.paragraph(document, _("所涉收件编号：%(no)s。") % {"no": row.receipt.receipt_no}, indent=2)
    paper.paragraph(document, _("经查，投诉的情况%(finding)s。") % {"finding": row.get_finding_display()}, indent=2)
    paper.paragraph(document, row.handling, indent=2)
    article = law_words.article(current_limits().get(COMPLAINT).on(row.accepted_on).basis.cite(row.accepted_on))
    basis = str(Message(ARTICLE, {"article": article}))
    paper.paragraph(document, _("依照%(basis)s，特此答复。") % {"basis": basis}, indent=2)
    paper.paragraph(document, "")
    paper.paragraph(document, _("（院印）"), align=paper.RIGHT)
    paper.paragraph(document, date_format(row.replied_on, "DATE_FORMAT") if row.replied_on else _("　　年　　月　　日"), align=paper.RIGHT)
    return paper.content(document)
