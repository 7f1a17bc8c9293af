"""What the acts on a measure ask for. Each form knows its service; the page around them is the same."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.ledger.forms import dress, limit_choices
from bihuan.kernel.models import Person, Unit

from .. import actions as a
from ..models import (
    OPEN_STATES,
    Assessment,
    ChangeKind,
    Figure,
    Measure,
    OnSite,
    OutcomeKind,
    StagedTarget,
)
from ..services import changes, doing, hand_over, letters, look_backs, rebounds


class Act(forms.Form):
    """Base: `code` in the address, `action` who may, `label` the heading, `run` the service."""

    code: ClassVar[str]
    action: ClassVar[str]
    label: ClassVar[Any]
    about: ClassVar[Any] = ""
    do_not_call_in_templates: ClassVar[bool] = True  # the page names the act by its class, and a template would call it

    def __init__(self, *args: Any, person: Person, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.measure = person, measure
        limit_choices(self, person)
        dress(self)

    @classmethod
    def fits(cls, measure: Measure, state: str) -> bool:
        """Whether the act makes sense for a measure whose newest attempt is in `state` ("" before the plan's approval)."""
        return state in OPEN_STATES

    def run(self) -> None:
        """Do it through the service; Refused says why not."""
        raise TypeError("an act names its service")


def _today() -> Any:
    return clock.today()


class ProgressAct(Act):
    code, action, label = "progress", a.PROGRESS, _("填报进展")
    day = forms.DateField(label=_("日期"), initial=_today)
    text = forms.CharField(
        label=_("进展情况"), widget=forms.Textarea, help_text=_("写做了什么、到了什么程度；有数据的填在下面。")
    )
    figure = forms.ModelChoiceField(label=_("数据项"), queryset=Figure.objects.filter(voided_at=None), required=False)
    value = forms.DecimalField(label=_("数值"), required=False, max_digits=18, decimal_places=4)

    def run(self) -> None:
        """Note the progress."""
        doing.add_progress(actor=self.person, measure=self.measure, **self.cleaned_data)


class OutcomeAct(Act):
    code, action, label = "outcome", a.OUTCOME, _("登记成果")
    kind = forms.ChoiceField(label=_("成果类别"), choices=OutcomeKind.choices)
    title = forms.CharField(label=_("名称"), max_length=200)
    day = forms.DateField(label=_("日期"), initial=_today)
    number = forms.IntegerField(label=_("数量"), min_value=1, initial=1)
    amount = forms.DecimalField(
        label=_("金额（元）"), required=False, max_digits=16, decimal_places=2, help_text=_("清退或追回资金时必填。")
    )
    document = forms.CharField(label=_("文号"), max_length=80, required=False)

    def run(self) -> None:
        """Record the outcome."""
        doing.add_outcome(actor=self.person, measure=self.measure, **self.cleaned_data)


class SituationAct(Act):
    code, action, label = "situation", a.SITUATION, _("登记新情况")
    about = _("整改中或销号后出现的新情况随时登记；问题线索不得写入，按规定另行移送。")
    day = forms.DateField(label=_("日期"), initial=_today)
    text = forms.CharField(label=_("新情况"), widget=forms.Textarea)

    @classmethod
    def fits(cls, measure: Measure, state: str) -> bool:
        """At any time."""
        return True

    def run(self) -> None:
        """Note the new situation on the problem."""
        problem = self.measure.problem
        doing.add_situation(actor=self.person, problem=problem, measure=self.measure, **self.cleaned_data)


class ExtensionAct(Act):
    code, action, label = "extension", a.CHANGE_REQUEST, _("申请延期")
    about = _("方案批准后期限已冻结。延期须经分管领导审核、党组批准，批准前原期限不变。")
    due = forms.DateField(label=_("延至"))
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea)

    @classmethod
    def fits(cls, measure: Measure, state: str) -> bool:
        """While the work is on."""
        return state in {"not_started", "in_progress"}

    def run(self) -> None:
        """Ask for the extension."""
        given = self.cleaned_data
        changes.request_change(
            actor=self.person,
            measure=self.measure,
            changes={"due": given["due"]},
            reason=given["reason"],
            kind=ChangeKind.EXTENSION,
        )


class ChangeAct(Act):
    code, action, label = "change", a.CHANGE_REQUEST, _("申请变更内容")
    about = _("只填写需要变更的项。批准前按原内容执行；批准后写入日志，原内容保留可查。")
    text = forms.CharField(label=_("整改措施"), widget=forms.Textarea, required=False)
    completion_standard = forms.CharField(label=_("完成标准"), widget=forms.Textarea, required=False)
    starts = forms.DateField(label=_("开始日期"), required=False)
    due = forms.DateField(label=_("完成期限"), required=False)
    lead_unit = forms.ModelChoiceField(
        label=_("责任部门"), queryset=Unit.objects.filter(closed_on=None), required=False
    )
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea)
    fits = ExtensionAct.fits

    def run(self) -> None:
        """Ask for the change of what was filled in."""
        given = dict(self.cleaned_data)
        reason = given.pop("reason")
        wanted = {name: value for name, value in given.items() if value not in (None, "")}
        changes.request_change(actor=self.person, measure=self.measure, changes=wanted, reason=reason)


class OwnerAct(Act):
    code, action, label = "owner", a.HAND_OVER, _("更换责任人")
    about = _("只换这一条措施的责任人或责任领导；整批移交请用“工作移交”。")
    owner = forms.ModelChoiceField(label=_("责任人"), queryset=Person.objects.all(), required=False)
    leader = forms.ModelChoiceField(label=_("责任领导"), queryset=Person.objects.all(), required=False)
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea)

    def run(self) -> None:
        """Give the measure its new owner."""
        given = self.cleaned_data
        hand_over.change_owner(
            actor=self.person,
            measure=self.measure,
            reason=given["reason"],
            person=given["owner"],
            leader=given["leader"],
        )


class VerificationAct(Act):
    code, action, label = "verification", a.VERIFY, _("登记实地验收")
    about = _("先登记实地验收情况，再办理“验收通过”或“验收退回”。验收人不得是申请人或责任部门人员。")
    on = forms.DateField(label=_("验收日期"), initial=_today)
    method = forms.CharField(label=_("验收方式"), max_length=200, help_text=_("如：现场查看、抽查原始记录、询问当事人"))
    persons_asked = forms.CharField(label=_("询问人员"), max_length=300, required=False)
    result = forms.ChoiceField(label=_("验收结论"), choices=OnSite.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("验收情况"), widget=forms.Textarea)

    @classmethod
    def fits(cls, measure: Measure, state: str) -> bool:
        """While the item waits for its verification."""
        return state == "leader_passed"

    def run(self) -> None:
        """Record the on-site check."""
        attempt = doing.open_attempt_of(self.measure)
        doing.record_verification(actor=self.person, attempt=attempt, **self.cleaned_data)


class TargetAct(Act):
    code, action, label = "target", a.TARGET, _("评估阶段目标")
    target = forms.ModelChoiceField(label=_("阶段目标"), queryset=StagedTarget.objects.none())
    result = forms.ChoiceField(
        label=_("评估结果"), choices=[c for c in Assessment.choices if c[0]], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("说明"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = access.visible(self.person, StagedTarget).filter(
            measure=self.measure, assessed_on=None, voided_at=None
        )
        self.fields["target"].queryset = waiting  # type: ignore[attr-defined]

    @classmethod
    def fits(cls, measure: Measure, state: str) -> bool:
        """While a target waits for its assessment."""
        return state in OPEN_STATES and any(t.assessed_on is None and not t.is_void for t in measure.targets.all())

    def run(self) -> None:
        """Assess the target."""
        doing.assess_target(actor=self.person, **self.cleaned_data)


class LetterAct(Act):
    code, action, label = "letter", a.LETTER, _("制发督办函")
    no = forms.CharField(label=_("督办函编号"), max_length=60)
    title = forms.CharField(label=_("标题"), max_length=120)
    text = forms.CharField(label=_("督办内容"), widget=forms.Textarea)
    due = forms.DateField(label=_("回复期限"))

    def run(self) -> None:
        """Issue the letter to the department that leads the measure."""
        letters.issue_letter(
            actor=self.person, to_unit=self.measure.lead_unit, measures=[self.measure], **self.cleaned_data
        )


class LookBackAct(Act):
    code, action, label = "look-back", a.LOOK_BACK, _("安排“回头看”")
    planned_on = forms.DateField(label=_("计划日期"), required=False, help_text=_("空即按规定间隔安排。"))
    method = forms.ChoiceField(
        label=_("方式"), choices=[("scheduled", _("定期复核")), ("reverse", _("反向核实（询问相关人员）"))]
    )

    @classmethod
    def fits(cls, measure: Measure, state: str) -> bool:
        """After closing."""
        return state in {"internally_closed", "accepted"}

    def run(self) -> None:
        """Plan the look-back."""
        look_backs.plan_look_back(actor=self.person, measure=self.measure, **self.cleaned_data)


class SuspectAct(Act):
    code, action, label = "suspect", a.REBOUND_RAISE, _("提出疑似反弹")
    reason = forms.CharField(
        label=_("依据"), widget=forms.Textarea, help_text=_("写明发现的事实和来源；举报人信息不得写入。")
    )
    fits = LookBackAct.fits

    def run(self) -> None:
        """Raise the suspicion on the newest attempt."""
        attempt = self.measure.attempts.order_by("-number").first()
        assert attempt is not None, "fits() lets only closed measures through"
        rebounds.raise_rebound(actor=self.person, attempt=attempt, reason=self.cleaned_data["reason"])


ACTS: dict[str, type[Act]] = {
    act.code: act
    for act in (
        ProgressAct,
        OutcomeAct,
        VerificationAct,
        TargetAct,
        ExtensionAct,
        ChangeAct,
        OwnerAct,
        SituationAct,
        LetterAct,
        LookBackAct,
        SuspectAct,
    )
}
