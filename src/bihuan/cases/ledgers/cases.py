"""The ledger of cases. Imported from the case system by case number; corrected with a reason; its page is the domain's own.

A sealed case stands in the list with its number and its days; what is in it shows on its page to those it is open to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, Panel, Sheet, SheetColumn, register
from bihuan.kernel.ledger.cells import Badge
from bihuan.law.errors import NotInForce
from bihuan.law.limits.clocks import PREFIX, cutoff

from .. import actions as a
from .. import reading as r
from ..clock.lamps import choices, condition, lamp_of
from ..meetings.terms import lines
from ..models import Case, Line
from ..opening.need import of_cases
from ..opening.nodes import FILTERS, NODES
from ..services.ahead import Ahead
from ..services.keeping import find_people, ids_of, services
from ..sources import CASES as SOURCE

PAGES = "bihuan.cases.pages.cases"
HIDDEN = _("（不公开）")
TIERS = {"12": "twelve-months", "18": "eighteen-months", "24": "twenty-four-months", "36": "thirty-six-months"}


def unless_sealed(show: Callable[[Case], Any]) -> Callable[[Case], Any]:
    """What a list says of a case, but not of a sealed one."""
    return lambda row: str(HIDDEN) if row.sealed else show(row)


def _lamp(row: Case) -> Badge:
    found = lamp_of(row, clock.today())
    return Badge(found.tone, found.name)


def _by_lamp(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return rows.filter(condition(value, clock.today()))


def _by_state(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return rows.filter(closed_on__isnull=value == "open")


def tier_cutoff(months: str, on: dt.date) -> dt.date | None:
    """The latest filing day of a case that has passed the tier; None where the tier is not in force."""
    try:
        return cutoff(PREFIX + TIERS[months], on)
    except NotInForce:
        return None


def _by_tier(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    day = tier_cutoff(value, clock.today())
    return rows.filter(closed_on=None, filed_on__lte=day, line__in=lines(clock.today())) if day else rows.none()


def _by_judge(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    from bihuan.kernel import access
    from bihuan.kernel.ledger.filters import OWN

    people = access.viewer(person).acts_for if value == OWN else [int(value)]
    return rows.filter(judge__in=people)


def _oversight(person: Any, case: Case) -> Any:
    from ..oversight import panel  # it stands on this ledger

    return panel.context(person, case)


def _overseen(person: Any, case: Case) -> bool:
    from ..oversight import panel

    return panel.shown(person, case)


CASES = register(
    Ledger(
        code="cases.cases",
        path="cases/cases",
        model=Case,
        key="number",
        title=_("案件与审限"),
        about=_("案件数据从案件系统导入，届满日由系统按法律计算；点案号看为什么。"),
        menu=Menu("cases", icon="briefcase", order=10),
        columns=(
            Column("number", sort=("year", "type_code", "serial", "suffix")),
            Column("lamp", _("提示灯"), value=_lamp, sort="", annotated=True),
            Due("expires_on", _("届满日"), done=lambda row: row.closed_on is not None or row.paused_now),
            Column("cause", value=unless_sealed(lambda row: row.cause), css="clip", sort=""),
            Column("procedure", value=unless_sealed(lambda row: row.get_procedure_display()), minor=True, sort=""),
            "division",
            Column("judge", value=unless_sealed(lambda row: row.judge or row.judge_name), sort=""),
            Column("filed_on", css="nowrap"),
            Column("closed_on", minor=True, css="nowrap"),
        ),
        filters=(
            Filter("state", _("办理情况"), choices=[("open", _("未结")), ("closed", _("已结"))], apply=_by_state, initial="open"),
            Filter("lamp", _("提示灯"), choices=choices, apply=_by_lamp),
            Filter("line", choices=Line.choices),
            "procedure",
            "division",
            Filter("judge", apply=_by_judge),
            Filter("tier", _("长期未结"), choices=[(n, _("%(months)s 个月档") % {"months": n}) for n in TIERS], apply=_by_tier),
            Filter("provisional", _("待公布放假安排"), kind="yes_no"),
            Filter("enterprise", kind="yes_no"),
            Filter("filed_on", kind="dates"),
            Filter("expires_on", _("届满日"), kind="dates"),
        ),
        search=("number", "cause", "parties"),
        everywhere=Q(sealed=""),
        need=of_cases(*NODES, *FILTERS),
        ordering=("-filed_on", "-id"),
        form=(
            "procedure", "cause", "parties", "enterprise", "sealed", "division", "judge", "assistant", "received_on", "filed_on",
            "transferred_on", "heard_on", "closed_on", "closing_manner", "closing_text", "served_on", "effective_on", "appealable",
            "custody", "foreign", "amount", "under", "limit_given", "trigger_given", "limit_reason",
        ),
        change=a.KEEP,
        void=a.KEEP,
        facts=(
            "line", "procedure", "cause", "parties", "enterprise", "sealed", "division", "judge", "assistant", "panel",
            "received_on", "filed_on", "transferred_on", "heard_on", "closed_on", "closing_manner", "served_on", "effective_on",
            "appealable", "custody", "foreign", "amount",
        ),
        sheet=Sheet(
            key=("number",),
            source=SOURCE,
            action=a.KEEP,
            whole=True,
            columns=(
                SheetColumn("number", required=True, reads=r.own_number, width=28, aliases=("案件编号", "案件号")),
                SheetColumn("procedure", reads=r.one(r.procedures), aliases=("审理程序", "程序"),
                            value=lambda row: r.titles(r.procedures, [row.procedure] if row.procedure else [])),
                SheetColumn("cause", aliases=("立案案由", "结案案由", "罪名")),
                SheetColumn("parties", aliases=("当事人信息", "当事人姓名", "双方当事人")),
                SheetColumn("enterprise", aliases=("是否涉企", "涉企")),
                SheetColumn("sealed", aliases=("是否不公开", "不公开情形")),
                SheetColumn("division", lookup="name", required=True, aliases=("承办庭室", "庭室", "承办部门名称", "所属部门")),
                SheetColumn("judge_name", _("承办人"), aliases=("承办法官", "主审法官", "承办人姓名", "审判员")),
                SheetColumn("assistant_name", _("法官助理、书记员"), aliases=("法官助理", "书记员")),
                SheetColumn("panel_names", _("合议庭成员"), aliases=("合议庭",)),
                SheetColumn("received_on", aliases=("收案时间", "收到日期", "收案日")),
                SheetColumn("filed_on", required=True, aliases=("立案时间", "立案日", "受理日期")),
                SheetColumn("transferred_on", aliases=("分案日期", "移送日期")),
                SheetColumn("heard_on", aliases=("开庭日期", "首次开庭时间")),
                SheetColumn("closed_on", aliases=("结案时间", "结案日", "审结日期")),
                SheetColumn("closing_manner", reads=r.one(r.closings), aliases=("结案类型",)),
                SheetColumn("closing_text"),
                SheetColumn("served_on", aliases=("送达时间",)),
                SheetColumn("effective_on", aliases=("生效时间", "裁判生效日期")),
                SheetColumn("appealable", aliases=("是否可上诉",)),
                SheetColumn("custody", aliases=("是否在押", "在押")),
                SheetColumn("foreign", aliases=("是否涉外", "涉外")),
                SheetColumn("amount", aliases=("标的额", "诉讼标的", "执行标的", "标的金额")),
                SheetColumn("facts", reads=r.several(r.facts), value=lambda row: r.titles(r.facts, row.facts)),
            ),
        ),
        panels=(Panel("oversight", _("监督管理与阅核"), "cases/oversight_panel.html", context=_oversight, shown=_overseen),),
        services=services(ids_of, find_people) | {"ahead": Ahead},
        views={
            "list": f"{PAGES}.CaseList",
            "export": f"{PAGES}.CaseExport",
            "detail": f"{PAGES}.CaseDetail",
        },
    )
)  # fmt: skip
