"""Why cases have been pending for long, by tier: what the office goes through with the judges."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, register
from bihuan.law.dated import current_parameters
from bihuan.law.limits.clocks import PREFIX

from .. import actions as a
from ..models import PendingCause, PendingReason
from ..rules.pending import TIERS


def tier_name(tier: str) -> str:
    """A tier by the title of its parameter."""
    return gettext(current_parameters().get(tier).title)


def _tiers() -> list[tuple[str, str]]:
    return [(PREFIX + name, tier_name(PREFIX + name)) for name in TIERS]


def _by_state(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return rows.filter(case__closed_on__isnull=value == "open")


PENDING_REASONS = register(
    Ledger(
        code="cases.pending",
        path="cases/pending",
        model=PendingReason,
        key="pk",
        row_title="case",
        title=_("长期未结原因"),
        about=_("超过档次仍未结的案件，逐档登记原因、解决措施和计划结案日期；在案件页面登记，在这里更正。"),
        menu=Menu("cases_limits", icon="hourglass-high", order=34),
        columns=(
            "case",
            Column("case__judge", _("承办人"), sort=""),
            Column("tier", value=lambda row: tier_name(row.tier)),
            "cause",
            Column("solution", css="clip", minor=True),
            Due("plan_on", done=lambda row: row.case.closed_on is not None),
            Column("recorded_on", minor=True),
        ),
        filters=(
            Filter(
                "state",
                _("办理情况"),
                choices=[("open", _("未结")), ("closed", _("已结"))],
                apply=_by_state,
                initial="open",
            ),
            Filter("tier", choices=_tiers),
            Filter("cause", choices=PendingCause.choices),
            Filter("division", _("承办部门"), field="case__division"),
            Filter("judge", _("承办人"), field="case__judge"),
            Filter("plan_on", kind="dates"),
        ),
        search=("case__number", "detail", "solution"),
        ordering=("-recorded_on", "-id"),
        rows=lambda rows: rows.select_related("case__judge"),
        form=("cause", "detail", "solution", "plan_on"),
        facts=("case", "tier", "cause", "detail", "solution", "plan_on", "recorded_on", "recorded_by"),
        change=a.PENDING,
        void=a.PENDING,
    )
)
