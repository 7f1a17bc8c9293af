"""What the applications for the case system share: the case they are about, what was checked, and the table it all stands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import formats
from django.utils.translation import gettext as _

from bihuan.kernel import law_findings, law_words, paper
from bihuan.kernel.wording import message_of

from ..models import ExclusionRequest, ExtensionRequest

Row = tuple[str, str]


def application(row: ExtensionRequest | ExclusionRequest, title: str, asked: Sequence[Row]) -> bytes:
    """The application as .docx: the case, what is asked for, and room for the opinions."""
    case = row.case
    document = paper.new_document(title=f"{title} {case.number}")
    paper.title(document, title, case.number)
    rows = [*of_the_case(row), *asked, (_("部门负责人意见"), "\n\n"), (_("院长意见"), "\n\n")]
    paper.table(document, (_("项目"), _("内容")), rows, (40, 116), centred=(0,))
    return paper.content(document)


def of_the_case(row: ExtensionRequest | ExclusionRequest) -> list[Row]:
    """What an application says of its case."""
    case = row.case
    return [
        (_("案由"), case.cause),
        (_("当事人"), case.parties),
        (_("承办部门、承办人"), f"{case.division} {case.judge or case.judge_name}"),
        (_("适用期限"), str(message_of(law_words.limit_name(case.limit_id))) if case.limit_id else ""),
        (_("起算日"), day(case.trigger_on)),
        (_("届满日"), day(row.due_on)),
        (_("申请日期"), day(row.asked_on)),
    ]


def checked(row: ExtensionRequest | ExclusionRequest) -> str:
    """What the check found when it was asked for."""
    return "\n".join(str(law_findings.finding_message(found)) for found in row.checked) or _("没有发现问题")


def day(value: dt.date | None) -> str:
    """A day as documents write it."""
    return formats.date_format(value, "DATE_FORMAT") if value else "—"
