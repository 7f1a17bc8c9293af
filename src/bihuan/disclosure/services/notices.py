"""Drawing a notice up, editing its sections, keeping an entry out, recording what the vetting bodies replied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, log
from bihuan.kernel.errors import Refused, Stale
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import changes_of, unit_of_work
from bihuan.kernel.workflow import CHANGED
from bihuan.rectification import selectors as rectification

from .. import actions as a
from ..models import Ground, NoticeSection, NoticeState, PublicNotice, SectionKind, VettingReply
from ..notice import drafting, figures

NO_PROBLEMS = wording("disclosure.notice.no_problems", _("“%(round)s”还没有反馈问题，无法生成通报。"))
NO_TAKEN = wording("disclosure.notice.taken", _("编号“%(no)s”已经使用，请换一个。"))
NOT_OPEN = wording("disclosure.notice.not_open", _("“%(no)s”已经定稿，不能再改；确需更正的，另起草一份。"))
NOT_DRAFT = wording("disclosure.notice.not_draft", _("“%(no)s”正在送审，要修改的请先收回。"))
BLANK = wording("disclosure.notice.blank", _("正文不能为空。"))
NOT_ENTRY = wording("disclosure.notice.not_entry", _("只有整改事项可以不公开，“%(section)s”不可以。"))
SAY_WHY = wording("disclosure.notice.say_why", _("不公开的须选定理由并写明说明。"))
NO_GROUND = wording("disclosure.notice.no_ground", _("“%(section)s”没有提出不公开，无须批准。"))
NO_DOCUMENT = wording("disclosure.notice.no_document", _("批准不公开须写明批准文件（会议纪要或者文号）。"))
LATER = wording("disclosure.notice.later", _("答复日期 %(day)s 晚于今天，请核对。"))
WHY_NOT = wording("disclosure.notice.why_not", _("修改后同意、不同意的，须写明说明。"))
log.event("disclosure.notice.drawn", _("起草公开通报：%(no)s，%(count)s 个部分"))
log.event("disclosure.section.edited", _("修改通报“%(no)s”的“%(section)s”"))
log.event("disclosure.section.kept_out", _("提出“%(section)s”不公开：%(ground)s"))
log.event("disclosure.section.back", _("“%(section)s”恢复公开"))
log.event("disclosure.section.approved", _("批准“%(section)s”不公开（%(document)s）"))
log.event("disclosure.vetting.recorded", _("登记审核答复：%(no)s，%(body)s，%(result)s"))


def draw_up(*, actor: Person, no: str, round: Any, title: str, signed_by: str) -> PublicNotice:
    """A draft of all sections, from the ledger as it is now. Raises NotAllowed, Refused (no problems, number taken)."""
    access.require(actor, a.DRAW_UP)
    problems = rectification.told_problems(round)
    if not problems:
        raise Refused(Message(NO_PROBLEMS, {"round": str(round)}))
    with unit_of_work(actor) as uow:
        try:
            with transaction.atomic():
                row: PublicNotice = PublicNotice.objects.create(
                    no=no.strip(),
                    round=round,
                    title=title.strip(),
                    signed_by=signed_by.strip(),
                    drafted_by=actor,
                    drafted_on=clock.today(),
                )
        except IntegrityError as error:
            raise Refused(Message(NO_TAKEN, {"no": no})) from error
        made = [
            NoticeSection(
                notice=row,
                order=place,
                kind=one.kind,
                heading=one.heading[:200],
                text=one.text,
                problem_id=one.problem_id,
            )
            for place, one in enumerate(drafting.draft(round, problems), start=1)
        ]
        NoticeSection.objects.bulk_create(made)
        uow.record("disclosure.notice.drawn", row, params={"no": row.no, "count": len(made)}, covers=[NoticeSection])
    return row


def edit_section(*, actor: Person, section: NoticeSection, heading: str, text: str) -> NoticeSection:
    """Change the words of a section; figures stay places. Raises NotAllowed, Refused (locked, unknown place), Stale."""
    access.require(actor, a.EDIT, section)
    if not text.strip():
        raise Refused(Message(BLANK))
    figures.check(text)
    figures.check(heading)
    values = {"heading": heading.strip(), "text": text.replace("\r\n", "\n").strip()}
    return _write(
        actor, section, values, "disclosure.section.edited", {"no": section.notice.no, "section": _name(section)}
    )


def keep_out(*, actor: Person, section: NoticeSection, ground: str, note: str) -> NoticeSection:
    """Ask that an entry stays out of the public version ("" takes it back). What was approved before falls. Raises as edit_section."""
    access.require(actor, a.EDIT, section)
    if section.kind != SectionKind.ENTRY:
        raise Refused(Message(NOT_ENTRY, {"section": _name(section)}))
    if ground and (ground not in Ground.values or not note.strip()):
        raise Refused(Message(SAY_WHY))
    values = {
        "ground": ground,
        "ground_note": note.strip()[:300] if ground else "",
        "ground_approved_by": None,
        "ground_document": "",
    }
    event = "disclosure.section.kept_out" if ground else "disclosure.section.back"
    params = {"section": _name(section)} | ({"ground": str(Ground(ground).label)} if ground else {})
    return _write(actor, section, values, event, params)


def approve_ground(*, actor: Person, section: NoticeSection, document: str) -> NoticeSection:
    """Approve that an entry stays out, naming the document. Raises NotAllowed, Refused, Stale."""
    access.require(actor, a.KEEP_OUT, section)
    if not section.ground:
        raise Refused(Message(NO_GROUND, {"section": _name(section)}))
    if not document.strip():
        raise Refused(Message(NO_DOCUMENT))
    values = {"ground_approved_by": actor, "ground_document": document.strip()[:120]}
    params = {"section": _name(section), "document": values["ground_document"]}
    return _write(actor, section, values, "disclosure.section.approved", params, vetting_too=True)


def record_reply(
    *,
    actor: Person,
    notice: PublicNotice,
    body: str,
    by: str,
    replied_on: dt.date,
    document: str,
    result: str,
    note: str = "",
) -> VettingReply:
    """Record what a vetting body replied. Raises NotAllowed, Refused."""
    access.require(actor, a.REPLY, notice)
    if notice.state != NoticeState.VETTING:
        raise Refused(Message(NOT_OPEN if notice.locked else NOT_SENT, {"no": notice.no}))
    if replied_on > clock.today():
        raise Refused(Message(LATER, {"day": replied_on.isoformat()}))
    if result != "agreed" and not note.strip():
        raise Refused(Message(WHY_NOT))
    with unit_of_work(actor) as uow:
        row: VettingReply = VettingReply.objects.create(
            notice=notice,
            body=body,
            by=by.strip(),
            replied_on=replied_on,
            document=document.strip(),
            result=result,
            note=note.strip(),
        )
        params = {"no": notice.no, "body": row.get_body_display(), "result": row.get_result_display()}
        uow.record("disclosure.vetting.recorded", row, params=params)
    return row


NOT_SENT = wording("disclosure.notice.not_sent", _("“%(no)s”还没有送审，不能登记审核答复。"))


def _write(
    actor: Person,
    section: NoticeSection,
    values: Mapping[str, Any],
    event: str,
    params: Mapping[str, Any],
    *,
    vetting_too: bool = False,
) -> NoticeSection:
    with unit_of_work(actor) as uow:
        notice = PublicNotice.objects.select_for_update(no_key=True).get(pk=section.notice_id)
        if notice.locked:
            raise Refused(Message(NOT_OPEN, {"no": notice.no}))
        if notice.state != NoticeState.DRAFT and not vetting_too:
            raise Refused(Message(NOT_DRAFT, {"no": notice.no}))
        before = NoticeSection.objects.get(pk=section.pk)
        after = NoticeSection.objects.get(pk=section.pk)
        for name, value in values.items():
            setattr(after, name, value)
        changes = changes_of(before, after, values)
        if not NoticeSection.objects.filter(pk=section.pk, revision=section.revision).update(
            revision=F("revision") + 1, **values
        ):
            raise Stale(Message(CHANGED))
        uow.record(event, section, params=params, changes=changes)
    section.refresh_from_db()
    return section


def _name(section: NoticeSection) -> str:
    return section.heading or str(section.get_kind_display())
