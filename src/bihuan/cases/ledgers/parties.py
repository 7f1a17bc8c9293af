"""Parties one by one, where the case system exports them as a sheet of their own. Of a sealed case none is ever shown here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger import Filter, Ledger, Menu, Sheet, SheetColumn, register

from .. import actions as a
from ..models import CaseParty, PartyKind, PartyRole
from ..sources import CASES as SOURCE
from .clocks import NUMBER

PARTIES = register(
    Ledger(
        code="cases.parties",
        path="cases/parties",
        model=CaseParty,
        key="pk",
        row_title="name",
        title=_("当事人登记"),
        about=_("案件系统导出的当事人，按案号导入。不公开案件的、须说明理由才能查看的案件的当事人不在这里显示。"),
        menu=Menu("cases_records", icon="users", order=57),
        columns=("case", "role", "name", "kind"),
        filters=(Filter("role", choices=PartyRole.choices), Filter("kind", choices=PartyKind.choices)),
        search=("name", "case__number"),
        ordering=("-case", "id"),
        form=("role", "name", "kind"),
        change=a.KEEP,
        void=a.KEEP,
        sheet=Sheet(
            key=("case", "role", "name"),
            source=SOURCE,
            action=a.KEEP,
            whole=True,
            columns=(
                NUMBER,
                SheetColumn("role", required=True, aliases=("当事人地位", "诉讼角色", "地位")),
                SheetColumn("name", required=True, aliases=("当事人", "当事人姓名", "当事人名称", "姓名", "名称")),
                SheetColumn("kind", aliases=("类型", "当事人类别")),
            ),
        ),
        everywhere=False,
        views={name: f"bihuan.cases.opening.parties.Party{name.title()}" for name in ("list", "export", "detail", "change", "void", "history")},
    )
)
