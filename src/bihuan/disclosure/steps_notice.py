"""What stands against a step of a notice, and what the steps write: the locked version, the comparison with what is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.workflow import Context

from . import publishing
from .models import NoticeSection, PublicNotice, VettingBody, VettingReply
from .notice import figures, versions

NO_REPLY = wording("disclosure.notice.no_reply", _("还没有%(body)s的审核答复。"))
NOT_AGREED = wording(
    "disclosure.notice.not_agreed", _("%(body)s最近一次答复是“%(result)s”，修改后须再次送审并取得同意。")
)
UNAPPROVED = wording("disclosure.notice.unapproved", _("“%(section)s”提出不公开，尚未批准。"))
FILL_IN = wording("disclosure.notice.fill_in", _("“%(section)s”还有“（请填写）”，请补充。"))
UNFILLED = wording("disclosure.notice.unfilled", _("正文里的{%(name)s}在台账里找不到，请核对措施编号。"))
EMPTY_PUBLIC = wording("disclosure.notice.empty_public", _("公开版没有一项整改事项，不能定稿。"))
DAY_WRONG = wording("disclosure.notice.day", _("公开日期 %(day)s 须在定稿日期 %(first)s 与今天之间，请核对。"))
WHERE = wording("disclosure.notice.where", _("请写明公开的网址或者载体。"))
DIFFERS = wording(
    "disclosure.notice.differs",
    _(
        "公开的文字与定稿不一致：第 %(line)s 行，公开的是“%(published)s”，定稿是“%(vetted)s”。请更正公开的文字，或者重新送审。"
    ),
)
BLANK_HERE = "（请填写）"


def sections_of(notice: PublicNotice) -> list[NoticeSection]:
    """The sections that stand, in order."""
    return list(notice.sections.filter(voided_at=None).order_by("order", "pk"))


def whole(context: Context) -> list[Message]:
    """Nothing is left to fill in, and there is something to publish."""
    sections = sections_of(context.obj)
    found = [
        Message(FILL_IN, {"section": one.heading or str(one.get_kind_display())})
        for one in sections
        if BLANK_HERE in one.text
    ]
    made = versions.drawn(context.obj, sections, versions.INTERNAL)
    unfilled = sorted(figures.used(block.text for block in made.blocks))
    found += [Message(UNFILLED, {"name": name}) for name in unfilled]
    if not [one for one in sections if one.kind == "entry" and not one.ground]:
        found.append(Message(EMPTY_PUBLIC))
    return found


def grounds_approved(context: Context) -> list[Message]:
    """What stays out was approved."""
    waiting = [one for one in sections_of(context.obj) if one.ground and one.ground_approved_by_id is None]
    return [Message(UNAPPROVED, {"section": one.heading}) for one in waiting]


def vetted(context: Context) -> list[Message]:
    """Every vetting body agreed, last."""
    last: dict[str, VettingReply] = {}
    for row in context.obj.replies.filter(voided_at=None).order_by("replied_on", "pk"):
        last[row.body] = row
    found = []
    for body in VettingBody:
        row = last.get(body.value)
        if row is None:
            found.append(Message(NO_REPLY, {"body": str(body.label)}))
        elif row.result != "agreed":
            found.append(Message(NOT_AGREED, {"body": str(body.label), "result": str(row.get_result_display())}))
    return found


def lock(context: Context) -> Mapping[str, Any]:
    """Both versions with their figures, frozen, and their digests."""
    notice: PublicNotice = context.obj
    sections = sections_of(notice)
    made = {
        which: versions.frozen(versions.drawn(notice, sections, which))
        for which in (versions.PUBLIC, versions.INTERNAL)
    }
    return {
        "locked": made,
        "locked_on": clock.today(),
        "public_sm3": made[versions.PUBLIC]["sm3"],
        "internal_sm3": made[versions.INTERNAL]["sm3"],
    }


def published(context: Context) -> Mapping[str, Any]:
    """Where and when; the text that stands there is compared with the locked one."""
    notice: PublicNotice = context.obj
    day: dt.date = context.data["published_on"]
    if notice.locked_on is None or not notice.locked_on <= day <= clock.today():
        raise Refused(Message(DAY_WRONG, {"day": day.isoformat(), "first": str(notice.locked_on)}))
    where = str(context.data.get("published_at", "")).strip()
    if not where:
        raise Refused(Message(WHERE))
    compare(notice, str(context.data.get("text", "")))
    return {"published_on": day, "published_at": where[:300]}


def laid_open(context: Context) -> None:
    """The public pages show it."""
    publishing.publish(context.obj)


def taken_down(context: Context) -> None:
    """The public pages show it no more; what was published stays on record here."""
    publishing.withdraw(context.obj)


def compare(notice: PublicNotice, text: str) -> None:
    """Raises Refused at the first line in which a published text is not the locked public version."""
    found = versions.first_difference(versions.version(notice, versions.PUBLIC).text, text)
    if found is not None:
        line, there, here = found
        raise Refused(Message(DIFFERS, {"line": line, "published": there[:60], "vetted": here[:60]}))
