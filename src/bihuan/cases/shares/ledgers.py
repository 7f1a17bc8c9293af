"""The ledgers of shares: what was counted (nobody writes it), and the targets (a change is a new row)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.ledger import Column, Filter, Ledger, Menu, register
from bihuan.kernel.ledger.cells import Badge

from .. import actions as a
from ..models import Quota, ShareRecord, ShareTarget
from .forms import TargetForm
from .services import quarter_end

PAGES = "bihuan.cases.shares.pages"


def standing(row: ShareRecord) -> Badge:
    """Whether the minimum up to the day is reached."""
    if row.quota != Quota.YES:
        return Badge("idle", str(row.get_quota_display()))
    if not row.cases:
        return Badge("idle", str(_("法官没有结案，无从比较")))
    if row.below and row.last < quarter_end(row.year, row.quarter):
        return Badge("wait", str(_("目前低于折算数")))
    return Badge("warn", str(_("低于最低数"))) if row.below else Badge("good", str(_("达到最低数")))


def hard(row: ShareRecord) -> str:
    """Hard cases handled in the post this year, whoever held it, beside the year's target of the post."""
    return f"{row.hard if row.hard_post is None else row.hard_post} / {'—' if row.hard_target is None else row.hard_target}"


def period(row: ShareRecord) -> str:
    """From when to when."""
    return f"{row.first:%Y-%m-%d} – {row.last:%m-%d}"


def _quarters() -> list[tuple[str, str]]:
    return [(str(n), str(_("第 %(n)s 季度") % {"n": n})) for n in range(1, 5)]


def _by_quarter(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return rows.filter(quarter=int(value))


def _by_year(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return rows.filter(year=int(value))


def _years() -> list[tuple[str, str]]:
    return [(str(n), str(n)) for n in range(clock.today().year, clock.today().year - 6, -1)]


RECORDS = register(
    Ledger(
        code="cases.share_records",
        path="cases/shares",
        model=ShareRecord,
        key="person",
        row_title="post",
        title=pgettext_lazy("ledger", "院庭长办案"),
        about=_("本年 1 月 1 日起累计，每晚统计。按部门、岗位次序排列，不排名；各人只看到自己的。"),
        view=a.SHARE_VIEW,
        menu=Menu("cases_oversight", icon="user-check", order=78),
        columns=(
            Column("person", sort=""),
            Column("post", css="clip", sort=""),
            Column("period", _("期间"), value=period, css="nowrap", sort=""),
            Column("handled", css="num", sort=""),
            Column("in_charge", css="num", minor=True, sort=""),
            Column("minimum", _("折算最低数"), value=lambda row: f"{row.minimum:.2f}", css="num", sort="", annotated=True),
            Column("standing", _("办案情况"), value=standing, sort="", annotated=True),
            Column("hard", _("重大疑难复杂（已办/任务）"), value=hard, css="num", sort=""),
        ),
        filters=(
            Filter("year", choices=_years, apply=_by_year),
            Filter("quarter", choices=_quarters, apply=_by_quarter),
            "role",
            "quota",
        ),
        ordering=("-year", "-quarter", "post__unit__order", "place", "post_id", "person_id"),
        rows=lambda rows: rows.select_related("post__unit", "person"),
        views={"list": f"{PAGES}.RecordList", "detail": f"{PAGES}.RecordDetail"},
    )
)

TARGETS = register(
    Ledger(
        code="cases.share_targets",
        path="cases/share-targets",
        model=ShareTarget,
        key="post",
        row_title="year",
        title=pgettext_lazy("ledger", "院庭长办案年度任务"),
        about=_("每年明确每个岗位办理重大疑难复杂案件的件数，任务随岗位移交。调整时重新登记一条，原来的保留。"),
        columns=(
            Column("year", css="num"),
            Column("post", css="clip"),
            Column("person", minor=True),
            Column("count", css="num", sort=""),
            "in_quota",
            Column("set_on", css="nowrap"),
            Column("set_by", minor=True),
            Column("reference", css="clip", minor=True),
        ),
        filters=(Filter("year", choices=_years, apply=_by_year), Filter("set_on", kind="dates")),
        search=("person__name", "reference"),
        ordering=("-year", "person__username", "-set_on", "-pk"),
        rows=lambda rows: rows.select_related("post__unit", "person", "set_by"),
        form=TargetForm,
        facts=("year", "post", "person", "in_quota", "count", "set_on", "set_by", "reference"),
        view=a.SHARE_VIEW,
        add=a.SHARE_TARGET,
        void=a.SHARE_TARGET,
    )
)
