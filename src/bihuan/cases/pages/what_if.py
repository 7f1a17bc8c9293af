"""What if: change a fact in preview and see the due date move. Nothing is written."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.pages.base import PersonView

from .. import words
from ..clock.history import Facts, facts_of
from ..fields import TermField
from ..models import Case, CaseGrant, CasePause, CaseTurn, TurnKind
from .cases import Act, act_on
from .drawing import draw
from .sealed import require_open
from .why import why

NONE = [("", "—")]


class WhatIf(forms.Form):
    """One fact of each kind; what is left empty stays as it is."""

    filed_on = forms.DateField(label=gettext_lazy("立案日期改为"), required=False)
    ground = forms.ChoiceField(label=gettext_lazy("增加扣除、中止"), required=False)
    first = forms.DateField(label=gettext_lazy("扣除开始日期"), required=False)
    last = forms.DateField(label=gettext_lazy("扣除结束日期"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("增加延长，批准人"), required=False)
    term = TermField(label=gettext_lazy("延长期限"), required=False, help_text=gettext_lazy("如六个月、30日"))
    until = forms.DateField(label=gettext_lazy("延长至"), required=False)
    applied_on = forms.DateField(label=gettext_lazy("申请日期"), required=False)
    decided_on = forms.DateField(label=gettext_lazy("批准日期"), required=False)
    to = forms.ChoiceField(label=gettext_lazy("转为程序"), required=False)
    turned_on = forms.DateField(label=gettext_lazy("转换日期"), required=False)
    closed_on = forms.DateField(label=gettext_lazy("结案日期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("ground", words.grounds()), ("by", words.approvers()), ("to", words.procedures())):
            field: Any = self.fields[name]
            field.choices = [*NONE, *choices]
        dress(self)

    def clean(self) -> dict[str, Any]:
        """What belongs together comes together."""
        given = super().clean() or {}
        if given.get("ground") and not given.get("first"):
            self.add_error("first", _("增加扣除的，请填开始日期。"))
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("结束日期早于开始日期，请核对。"))
        if given.get("to") and not given.get("turned_on"):
            self.add_error("turned_on", _("转换程序的，请填转换日期。"))
        if (given.get("term") or given.get("until")) and not given.get("by"):
            self.add_error("by", _("增加延长的，请选择批准人。"))
        if given.get("by") and not given.get("term") and not given.get("until") and "term" not in self.errors:
            self.add_error("term", _("增加延长的，请填延长期限或者延长至哪一日。"))
        if given.get("by") and not given.get("applied_on"):
            self.add_error("applied_on", _("增加延长的，请填申请日期。"))
        return given


def supposed(case: Case, facts: Facts, given: dict[str, Any]) -> tuple[Case, Facts]:
    """The case and its facts as they would be. The case given is left as it is."""
    other = copy.copy(case)
    pauses, grants, turns = list(facts[0]), list(facts[1]), list(facts[2])
    if given.get("filed_on"):
        other.filed_on = given["filed_on"]
    if given.get("closed_on"):
        other.closed_on = given["closed_on"]
    if given.get("ground"):
        pauses.append(CasePause(case=case, ground=given["ground"], first=given["first"], last=given["last"], facts=[]))
    if given.get("by"):
        grants.append(
            CaseGrant(
                case=case, by=given["by"], term=given["term"], until=given["until"], applied_on=given["applied_on"],
                decided_on=given["decided_on"] or given["applied_on"], facts=[],
            )
        )  # fmt: skip
    if given.get("to"):
        turns.append(CaseTurn(case=case, kind=TurnKind.CONVERT, was=case.procedure, to=given["to"], on=given["turned_on"]))
        other.procedure = given["to"]
    return other, (pauses, grants, turns)


class WhatIfPage(PersonView):
    """The form beside both answers."""

    template = "cases/what_if.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the case as it would be."""
        from ..ledgers import CASES

        case = require_open(self.person, self.seen(Case, pk, "division", "judge"))
        on, facts = clock.today(), facts_of(case)
        asked = bool(request.GET)
        form = WhatIf(request.GET if asked else None)
        now = why(case, on, facts)
        context: dict[str, Any] = {
            "case": case, "form": form, "now": now, "list": CASES.url("list"), "list_title": CASES.title,
            "back": CASES.url("detail", case.pk),
        }  # fmt: skip
        if asked and form.is_valid() and any(form.cleaned_data.values()):
            other, changed = supposed(case, facts, form.cleaned_data)
            then = why(other, on, changed)
            before = now.reckoning.due if now.reckoning else None
            after = then.reckoning.due if then.reckoning else None
            context |= {
                "then": then,
                "drawing": draw(other, then.reckoning, on) if then.reckoning else None,
                "moved": (after - before).days if before and after else None,
            }
        return self.show(context)


def _offer(person: Any, case: Case) -> Act:
    return Act(gettext_lazy("试算"), "bulb", reverse("cases:what_if", args=[case.pk]))


act_on(_offer)
