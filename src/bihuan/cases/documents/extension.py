"""The application for an extension (延长审限申请表), to be approved in the case system: what is asked, why, and the days as computed."""

from __future__ import annotations

import datetime as dt

from django.utils import formats
from django.utils.translation import gettext as _

from bihuan.kernel import law_findings, law_words, paper
from bihuan.kernel.wording import Message, message_of, wording

from ..models import ExclusionRequest, ExtensionRequest

PLAIN = wording("cases.print.plain", "%(text)s")


def extension_application(row: ExtensionRequest) -> bytes:
    """The document as .docx."""
    case = row.case
    document = paper.new_document(title=f"{_('延长审限申请表')} {case.number}")
    paper.title(document, _("延长审限申请表"), case.number)
    asked = (row.until and _("延长至 %(day)s") % {"day": day(row.until)}) or str(
        Message(PLAIN, {"text": law_words.term(row.term)})
    )
    rows = [
        *of_the_case(row),
        (_("批准人"), row.get_by_display()),
        (_("申请延长"), asked),
        (_("理由"), row.reason),
        (_("核查"), checked(row)),
        (_("迟延的原因"), row.late_reason or "—"),
        (_("部门负责人意见"), "\n\n"),
        (_("院长意见"), "\n\n"),
    ]
    paper.table(document, (_("项目"), _("内容")), rows, (40, 116), centred=(0,))
    return paper.content(document)


def of_the_case(row: ExtensionRequest | ExclusionRequest) -> list[tuple[str, str]]:
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
