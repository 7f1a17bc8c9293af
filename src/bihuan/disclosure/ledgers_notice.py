"""The ledgers of public notices and of what the vetting bodies replied."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger import Column, Filter, Ledger, Menu, StateColumn, register

from .flows_notice import NOTICE_FLOW
from .models import PublicNotice, VettingReply

PAGES = "bihuan.disclosure.pages"

NOTICES = register(
    Ledger(
        code="disclosure.notices",
        path="disclosure/notices",
        model=PublicNotice,
        key="no",
        row_title="title",
        title=_("公开通报"),
        about=_(
            "整改进展通报：由台账逐段生成，文字由人修改，数字随台账变动，定稿时固定。党内版全文，公开版不含经批准不公开的事项。"
        ),
        menu=Menu("disclosure", icon="speakerphone", order=5),
        columns=(
            "no",
            "title",
            "round",
            Column("drafted_on", css="nowrap", minor=True),
            "locked_on",
            "published_on",
            StateColumn(),
        ),
        filters=("state", "round", Filter("published_on", kind="dates")),
        search=("no", "title"),
        ordering=("-drafted_on", "-id"),
        facts=(
            "round",
            "drafted_by",
            "drafted_on",
            "locked_on",
            "public_sm3",
            "internal_sm3",
            "published_on",
            "published_at",
        ),
        flow=NOTICE_FLOW,
        evidence=False,
        views={"list": f"{PAGES}.notices.NoticeList", "detail": f"{PAGES}.notices.NoticeDetail"},
    )
)

REPLIES = register(
    Ledger(
        code="disclosure.vetting_replies",
        path="disclosure/vetting",
        model=VettingReply,
        key="pk",
        row_title="document",
        title=_("通报审核答复"),
        about=_("巡察机构、纪检监察机关、组织部门对公开通报的审核答复。"),
        columns=("notice", "body", "by", Column("replied_on", css="nowrap"), "document", "result"),
        filters=("body", "result", Filter("replied_on", kind="dates")),
        search=("document",),
        ordering=("-replied_on", "-id"),
        facts=("notice", "body", "by", "replied_on", "document", "result", "note"),
    )
)
