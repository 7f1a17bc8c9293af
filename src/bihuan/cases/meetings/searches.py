"""The ledger of searches for similar cases."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.ledger import Column, Filter, Ledger, Menu, Sheet, SheetColumn, StateColumn, register
from bihuan.kernel.ledger.forms import LedgerForm
from bihuan.kernel.wording import Message, wording

from .. import actions as a
from ..fields import CaseNumberField
from ..models import AgendaItem, SearchRecord
from ..opening.need import about_case
from .scopes import on_agenda

CASE_STAYS = wording("cases.search.case_stays", _("检索记录不能改到另一件案件名下；登错的，请作废后重新登记。"))

ON_AGENDA = wording("cases.search.on_agenda", _("该记录已随议题提交会议，不能再更正；确有错误的，请作废后重新登记。"))


class SearchForm(LedgerForm):
    """A search, the case typed by its number."""

    case = CaseNumberField(help_text=_("括号、全角半角不限。"))

    class Meta:
        model = SearchRecord
        fields: ClassVar = [
            "case", "gate", "ground", "searched_on", "by", "platform", "platform_text", "method", "terms",
            "result", "found", "use", "why_not", "written_on",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("by", self.person.pk)
            self.initial.setdefault("searched_on", clock.today())
        self.fields["written_on"].help_text = _("提交专业法官会议、审判委员会讨论的，检索情况须先写入审理报告。")


def stays(obj: Any) -> dict[str, Message]:
    """What may not be corrected: the case; everything once a meeting was given the record."""
    if AgendaItem.objects.filter(search=obj, voided_at=None).exists():
        return dict.fromkeys(SearchForm.Meta.fields, Message(ON_AGENDA))
    return {"case": Message(CASE_STAYS)}


SEARCHES = register(
    Ledger(
        code="cases.searches",
        path="cases/searches",
        model=SearchRecord,
        key="case",
        title=pgettext_lazy("ledger", "类案检索"),
        about=_("每件案件都要检索人民法院案例库；提交会议讨论等情形还要作类案检索，并写入审理报告。"),
        menu=Menu("cases_meetings", icon="search", order=70),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            "gate",
            "searched_on",
            "by",
            Column("platform", minor=True),
            Column("result", css="clip"),
            StateColumn("use", tones={"followed": "good", "considered": "good", "distinguished": "idle", "departed": "warn", "": "idle"}),
            "written_on",
        ),
        filters=(
            "gate",
            "ground",
            "result",
            "by",
            Filter("searched_on", kind="dates"),
            Filter(
                "report",
                _("审理报告"),
                kind="choice",
                choices=[("yes", _("已写入")), ("no", _("未写入"))],
                apply=lambda rows, value, person: rows.filter(written_on__isnull=value == "no"),
            ),
        ),
        search=("case__number", "found", "terms"),
        ordering=("-searched_on", "-pk"),
        form=SearchForm,
        add=a.SEARCH,
        change=a.SEARCH,
        void=a.SEARCH,
        frozen=stays,
        evidence=True,
        need=about_case("gate", "ground", "searched_on", "by", "platform", "method", "written_on", "report", more=on_agenda),
        sheet=Sheet(
            key=("case", "gate", "searched_on"),
            columns=(
                SheetColumn("case", _("案号"), lookup="number", required=True),
                SheetColumn("gate", _("检索种类"), required=True),
                SheetColumn("ground", _("检索事由")),
                SheetColumn("searched_on", _("检索日期"), aliases=("检索时间",), required=True),
                SheetColumn("by", _("检索人"), lookup="name", aliases=("承办人",), required=True),
                SheetColumn("platform", _("检索平台"), required=True),
                SheetColumn("platform_text", _("平台名称")),
                SheetColumn("method", _("检索方法"), required=True),
                SheetColumn("terms", _("检索条件"), aliases=("关键词",), required=True),
                SheetColumn("result", _("检索结果"), required=True),
                SheetColumn("found", _("检索到的案例")),
                SheetColumn("use", _("参照情况")),
                SheetColumn("why_not", _("未参照的理由")),
                SheetColumn("written_on", _("写入审理报告日期")),
            ),
        ),
    )
)
