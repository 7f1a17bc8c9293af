"""Looking back at closed items: planning, drawing a sample anybody can draw again, recording what was found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.pages.form_page import ActList, FormPage, HouseForm
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import services, terms
from .. import wordings as w
from ..ledgers import LOOK_BACKS, MEASURES
from ..models import (
    CLOSED_STATES,
    Attempt,
    InspectionRound,
    LookBack,
    LookBackMethod,
    LookBackResult,
    Measure,
    Rebound,
)

PLANNED = [c for c in LookBackMethod.choices if c[0] != LookBackMethod.RANDOM]
DRAWN = [c for c in LookBackMethod.choices if c[0] != LookBackMethod.SCHEDULED]


class LookBackList(ActList):
    """The list of look-backs, with the ways to a new one."""

    acts = (
        (a.LOOK_BACK, gettext_lazy("安排“回头看”"), "plus", "rectification:look_back_add"),
        (a.LOOK_BACK, gettext_lazy("随机抽取"), "arrows-exchange", "rectification:look_back_draw"),
    )


class LookBackDetail(LedgerDetail):
    """The look-back's page, over the ledger's."""

    template_name = "rectification/look_back.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the item, the draw, and what it led to."""
        context = super().detail_context(obj)
        may = access.may(self.person, a.LOOK_BACK, obj) and not obj.is_void
        rebound = None
        if obj.result == LookBackResult.REBOUNDED:
            rows = access.visible(self.person, Rebound).filter(attempt__measure=obj.measure_id)
            rebound = rows.filter(raised_on__gte=obj.done_on).order_by("raised_on", "pk").first()
        context.update(
            measure_link=MEASURES.url("detail", obj.measure_id),
            record_url=reverse("rectification:look_back_record", args=[obj.pk]) if may and obj.done_on is None else "",
            rebound=rebound,
            result_tone={"consolidated": "good", "weakened": "warn", "rebounded": "bad"}.get(obj.result, "idle"),
        )
        return context


def closed_measures(person: Any) -> Any:
    """The measures the person sees whose newest attempt is closed."""
    newest = Attempt.objects.filter(measure=OuterRef("pk")).order_by("-number").values("state")[:1]
    return access.visible(person, Measure).filter(voided_at=None).annotate(now=Subquery(newest)).filter(now__in=CLOSED_STATES)


class PlanForm(HouseForm):
    """A closed measure to look at again."""

    measure = forms.ModelChoiceField(label=gettext_lazy("整改措施"), queryset=Measure.objects.none())
    method = forms.ChoiceField(label=gettext_lazy("方式"), choices=PLANNED, widget=forms.RadioSelect)
    planned_on = forms.DateField(
        label=gettext_lazy("计划日期"), required=False, help_text=gettext_lazy("空即按规定的间隔安排。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = closed_measures(self.person)  # type: ignore[attr-defined]


class LookBackPlan(FormPage):
    """Plan a look-back at one closed measure."""

    heading = gettext_lazy("安排“回头看”")
    lede = gettext_lazy("对已销号的措施再次核实。复核前不通知责任部门。")
    ledger = LOOK_BACKS
    icon = "refresh"

    def prepare(self, **kwargs: Any) -> None:
        """Only who looks back."""
        access.require(self.person, a.LOOK_BACK)

    def form(self, *args: Any, **kwargs: Any) -> PlanForm:
        """Its form; `?measure=` chooses the measure."""
        first = {"measure": self.request.GET.get("measure"), "method": LookBackMethod.SCHEDULED}
        return PlanForm(*args[:1], person=self.person, initial=first)

    def save(self, form: Any) -> str:
        """Plan it."""
        row = services.plan_look_back(actor=self.person, **form.values())
        self.done(_("已安排 %(day)s 复核“%(measure)s”。") % {"day": row.planned_on, "measure": row.measure.code})
        return LOOK_BACKS.url("detail", row.pk)


class DrawForm(HouseForm):
    """What to draw from, and how."""

    round = forms.ModelChoiceField(label=gettext_lazy("巡察轮次"), queryset=InspectionRound.objects.filter(voided_at=None))
    method = forms.ChoiceField(label=gettext_lazy("方式"), choices=DRAWN, initial=LookBackMethod.RANDOM, widget=forms.RadioSelect)
    count = forms.IntegerField(label=gettext_lazy("抽取项数"), required=False, min_value=1, max_value=500)
    planned_on = forms.DateField(label=gettext_lazy("计划日期"), required=False, help_text=gettext_lazy("空即今天。"))
    seed = forms.RegexField(
        r"^[0-9A-Za-z_-]*$",
        label=gettext_lazy("随机种子"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("空即由系统生成。种子记入抽样记录：任何人用同一种子都能重新抽出同样的结果。"),
    )


class LookBackDraw(FormPage):
    """Draw closed measures of a round at random."""

    heading = gettext_lazy("抽取“回头看”样本")
    lede = gettext_lazy("从已销号措施中随机抽取，抽样种子和范围随记录保存，可以复算。")
    button = gettext_lazy("抽取")
    ledger = LOOK_BACKS
    icon = "arrows-exchange"

    def prepare(self, **kwargs: Any) -> None:
        """Only who looks back."""
        access.require(self.person, a.LOOK_BACK)

    def form(self, *args: Any, **kwargs: Any) -> DrawForm:
        """Its form."""
        form = DrawForm(*args[:1], person=self.person, initial={"round": self.request.GET.get("round")})
        held = terms.values(terms.LOOK_BACK, clock.today())
        form.fields["count"].help_text = _("空即按规定：不少于 %(percent)s%%，且不少于 %(least)s 项。") % {
            "percent": held["sample_percent"],
            "least": held["sample_at_least"],
        }
        return form

    def save(self, form: Any) -> str:
        """Draw."""
        made = services.draw_sample(actor=self.person, **form.values())
        codes = _("、").join(row.measure.code for row in made)
        told = {"taken": len(made), "pool": made[0].draw["pool"], "seed": made[0].draw["seed"], "codes": codes}
        self.done(_("从 %(pool)s 项中抽取 %(taken)s 项：%(codes)s。种子：%(seed)s。") % told)
        return LOOK_BACKS.url("list")


class RecordForm(HouseForm):
    """What a look-back found."""

    done_on = forms.DateField(label=gettext_lazy("完成日期"))
    persons_asked = forms.CharField(label=gettext_lazy("询问人员"), max_length=300, required=False)
    result = forms.ChoiceField(
        label=gettext_lazy("复核结果"), choices=[c for c in LookBackResult.choices if c[0]], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("复核情况"),
        widget=forms.Textarea,
        help_text=gettext_lazy("写明看了什么、问了谁、与销号材料是否一致。问题线索不得写入。"),
    )


class LookBackRecord(FormPage):
    """Record what a look-back found. A rebound raises a suspicion at once."""

    heading = gettext_lazy("登记复核结果")
    ledger = LOOK_BACKS
    icon = "clipboard-check"

    def prepare(self, **kwargs: Any) -> None:
        """The look-back."""
        self.row = self.seen(LookBack, kwargs["pk"], "measure")
        self.lede = str(self.row.measure)
        access.require(self.person, a.LOOK_BACK, self.row)
        if self.row.done_on is not None:
            raise Refused(Message(w.LOOK_BACK_DONE))

    def form(self, *args: Any, **kwargs: Any) -> RecordForm:
        """Its form: a reverse check names whom it asked."""
        form = RecordForm(*args[:1], person=self.person, obj=self.row)
        form.fields["done_on"].initial = clock.today()
        asked = form.fields["persons_asked"]
        if self.row.method == LookBackMethod.REVERSE:
            asked.required = True
            asked.help_text = _("反向核实须写明询问了哪些人员。")
        return form

    def save(self, form: Any) -> str:
        """Record it."""
        row = services.record_look_back(actor=self.person, look_back=form.seen(), **form.values())
        self.done(_("已登记复核结果：%(result)s。") % {"result": row.get_result_display()})
        return LOOK_BACKS.url("detail", row.pk)

    def back_url(self) -> str:
        """The look-back."""
        return LOOK_BACKS.url("detail", self.row.pk)
