"""上会清单 and the agenda of a meeting, to print. Numbers and days only: nobody's opinion, no party of a sealed case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bihuan.kernel import access, paper
from bihuan.kernel.models import Person
from bihuan.law.dated import current_parameters

from ..models import AgendaItem, Body, Meeting
from . import selectors
from .sql import months_of

WIDTHS = (14.0, 66.0, 34.0, 26.0, 30.0, 30.0, 25.0)


def day(value: Any) -> str:
    """A day, or a dash."""
    return date_format(value, "SHORT_DATE_FORMAT") if value else "—"


def agenda(actor: Person, body: Body, on: dt.date) -> bytes:
    """The cases that must be put before the body, as of a day."""
    rows = list(selectors.agenda(body, on))
    document = paper.new_document(title=f"{_('上会清单')} {body.label}", landscape=True)
    paper.title(document, _("%(body)s上会清单") % {"body": body.label}, _("截至 %(day)s") % {"day": date_format(on, "DATE_FORMAT")})
    rule = current_parameters().get(selectors.TRIGGERS[body])
    held = rule.find_on(on)
    over = _("自立案之日起超过 %(months)s 个月尚未结案、未经%(body)s讨论的案件共 %(count)s 件（日历时间，不扣除）。")
    reach = _("自立案之日起满 %(months)s 个月尚未结案、未经%(body)s讨论的案件共 %(count)s 件（日历时间，不扣除）。")
    if held is not None:
        told = {"months": months_of(held.term()), "body": body.label, "count": len(rows)}
        paper.paragraph(document, (over if held.content["boundary"] == "over" else reach) % told, indent=2)
    heads = (_("序号"), _("案号"), _("承办部门"), _("承办人"), _("立案日期"), _("应上会"), _("类案检索"))
    lines = [
        (n, row.number, str(row.division), row.judge_name or str(row.judge or "—"), day(row.filed_on), day(row.trigger_since), searched(row))
        for n, row in enumerate(rows, start=1)
    ]
    paper.table(document, heads, lines, WIDTHS, centred=(0, 3, 4, 5, 6))
    paper.paragraph(document, "", line=12)
    paper.paragraph(document, _("没有写入审理报告的类案检索记录的案件，不能列入议题。"), indent=2)
    return paper.content(document)


def searched(row: Any) -> str:
    """Where the search stands."""
    if row.in_report:
        return _("已写入报告")
    return _("未写入报告") if row.searched else _("未检索")


def meeting(actor: Person, row: Meeting) -> bytes:
    """The agenda of one meeting, with the items the person may see."""
    items = access.visible(actor, AgendaItem).filter(meeting=row, voided_at=None).select_related("case__division", "case__judge")
    document = paper.new_document(title=f"{_('会议议程')} {row.no}", landscape=True)
    below = f"{row.no}　{date_format(row.held_on, 'DATE_FORMAT')}"
    paper.title(document, _("%(body)s议程") % {"body": row.get_body_display()}, below)
    heads = (_("序号"), _("案号"), _("承办部门"), _("汇报人"), _("立案日期"), _("提交事由"), _("审理报告"))
    lines = [
        (
            item.place, item.case.number, str(item.case.division), item.case.judge_name or str(item.case.judge or "—"),
            day(item.case.filed_on), item.get_trigger_display(), _("已提交") if item.report_sm3 else _("未提交"),
        )
        for item in items.order_by("place")
    ]  # fmt: skip
    paper.table(document, heads, lines, (14.0, 62.0, 32.0, 24.0, 28.0, 44.0, 21.0), centred=(0, 3, 4, 6))
    return paper.content(document)
