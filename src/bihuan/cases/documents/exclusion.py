"""The application for an exclusion (扣除审限申请表), to be registered in the case system: the ground, the days, what they stand on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.kernel import paper

from ..models import ExclusionRequest
from ..words import facts
from .extension import checked, day, of_the_case


def exclusion_application(row: ExclusionRequest) -> bytes:
    """The document as .docx."""
    case = row.case
    named = dict(facts())
    document = paper.new_document(title=f"{_('扣除审限申请表')} {case.number}")
    paper.title(document, _("扣除审限申请表"), case.number)
    until = day(row.last) if row.last else _("尚未结束")
    rows = [
        *of_the_case(row),
        (_("事由"), row.get_ground_display()),
        (_("起止日期"), f"{day(row.first)} — {until}"),
        (_("已证明的情形"), "、".join(str(named.get(fact, fact)) for fact in row.facts) or "—"),
        (_("依据的文书或材料"), row.reference),
        (_("理由"), row.reason),
        (_("核查"), checked(row)),
        (_("部门负责人意见"), "\n\n"),
        (_("院长意见"), "\n\n"),
    ]
    paper.table(document, (_("项目"), _("内容")), rows, (40, 116), centred=(0,))
    return paper.content(document)
