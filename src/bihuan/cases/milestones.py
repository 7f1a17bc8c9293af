"""Milestones of bankruptcy cases: who sees them, their ledger, and the rule for those with a limit of the law.

Where the law has no limit a late milestone is marked in the list, and nobody is alerted.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import parameter_words, sources
from bihuan.kernel.access import scope
from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, Sheet, SheetColumn, register
from bihuan.kernel.ledger.cells import Badge
from bihuan.kernel.ledger.forms import LedgerForm
from bihuan.kernel.rules import Params, carrying, rule
from bihuan.kernel.wording import Message, wording
from bihuan.law.dated import current_parameters

from . import actions as a
from .fields import CaseNumberField
from .models import Milestone, MilestoneKind
from .opening.need import about_case
from .scopes import about_open_cases

STATUTORY = "bankruptcy.statutory"
SOURCE = "bankruptcy-milestones"
STAYS = wording("cases.milestone.stays", _("节点记录不能改到另一件案件或者另一节点；登错的，请作废后重新登记。"))

scope(Milestone)(about_open_cases)
sources.register_source(
    SOURCE, name=_("破产案件节点登记"), owner_role="trial_management", every=sources.LIVE, models=("cases.Milestone",)
)
parameter_words.spell("milestones", {kind.value: wording(f"cases.milestone.{kind.value}", kind.label) for kind in MilestoneKind})


class MilestoneForm(LedgerForm):
    """A milestone, the case typed by its number."""

    case = CaseNumberField(help_text=_("只登记破产、强制清算案件。"))

    class Meta:
        model = Milestone
        fields: ClassVar = ["case", "kind", "due_on", "done_on", "reference"]


def limit_of(row: Milestone) -> Badge:
    """Whether the law sets the day."""
    held = current_parameters().get(STATUTORY).find_on(row.due_on)
    if held is not None and row.kind in held.content["milestones"]:
        return Badge("active", str(_("法定期限")))
    return Badge("idle", str(_("无法定期限，只标记")))


MILESTONES = register(
    Ledger(
        code="cases.milestones",
        path="cases/milestones",
        model=Milestone,
        key="case",
        title=pgettext_lazy("ledger", "破产案件节点"),
        about=_("审理破产案件没有法定总期限。有法定期限的节点逾期预警，没有的只在表中标记。"),
        menu=Menu("cases_records", icon="flag", order=90),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            "kind",
            Column("limit", _("期限依据"), value=limit_of, sort="", annotated=True),
            Due("due_on", done=lambda row: row.done_on is not None),
            Column("done_on", css="nowrap"),
            Column("case__judge", _("承办人"), minor=True),
        ),
        filters=(
            "kind",
            Filter("due_on", kind="overdue", open=Q(done_on__isnull=True)),
            Filter("done_on", kind="dates"),
        ),
        search=("case__number", "reference"),
        ordering=("due_on", "pk"),
        form=MilestoneForm,
        add=a.MILESTONE,
        change=a.MILESTONE,
        void=a.MILESTONE,
        frozen=lambda obj: dict.fromkeys(("case", "kind"), Message(STAYS)),
        need=about_case("kind", "limit", "due_on", "done_on"),
        sheet=Sheet(
            key=("case", "kind"),
            columns=(
                SheetColumn("case", _("案号"), lookup="number", required=True),
                SheetColumn("kind", _("节点"), required=True),
                SheetColumn("due_on", _("应完成日期"), required=True),
                SheetColumn("done_on", _("完成日期")),
                SheetColumn("reference", _("文书或者依据")),
            ),
        ),
    )
)


@rule(
    "cases.milestone.overdue",
    title=_("破产案件法定节点逾期"),
    says=_("应于 %(due)s 前完成，至今没有登记完成"),
    about="cases.Milestone",
    severity="warning",
    domain="cases",
    sources=(SOURCE,),
    basis=STATUTORY,
    population=lambda on: Milestone.objects.filter(voided_at=None, case__voided_at=None, case__closed_on=None),
)
def overdue(on: dt.date, p: Params) -> QuerySet[Any]:
    """Milestones with a limit of the law, of cases that still run, past their day."""
    rows = Milestone.objects.filter(voided_at=None, done_on=None, due_on__lt=on, case__voided_at=None, case__closed_on=None)
    return carrying(
        rows.filter(kind__in=p["milestones"]),
        alert_due=F("due_on"),
        alert_unit_id=F("case__division_id"),
        alert_person_id=F("case__judge_id"),
        alert_subject=F("case__number"),
    )
