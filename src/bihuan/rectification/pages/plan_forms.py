"""Forms of a plan's rows: made from the models, checked again by the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.models import fields_for_model, model_to_dict
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import criteria
from bihuan.kernel.criteria import CriterionKind, Param
from bihuan.kernel.ledger.forms import dress, limit_choices
from bihuan.kernel.pages.form_page import HouseForm

from ..models import Criterion, InspectionRound, Measure, Milestone, Problem, StagedTarget, SubProblem
from ..services.items import FREE_AFTER_FREEZING


class RowForm(HouseForm):
    """A form with the fields `names` of `model`, filled from `obj`."""

    model: ClassVar[Any]
    names: ClassVar[tuple[str, ...]]
    helps: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, obj: Any = None, only: frozenset[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        names = [name for name in self.names if only is None or name in only]
        made = fields_for_model(self.model, fields=names)
        self.fields.update({name: made[name] for name in names})
        if obj is not None:
            for name, value in model_to_dict(obj, names).items():
                self.fields[name].initial = value
        for name, text in self.helps.items():
            if name in self.fields:
                self.fields[name].help_text = text
        limit_choices(self, self.person, obj)
        dress(self)


class RoundForm(RowForm):
    """A round. Its dates are computed from the feedback day."""

    model = InspectionRound
    names: ClassVar[tuple[str, ...]] = (
        "code", "name", "body", "kind", "inspected_from", "inspected_to", "feedback_on", "is_backfilled", "note",
    )  # fmt: skip
    helps = {
        "code": _("全院唯一，如：2026-1"),
        "body": _("如：市委第一巡察组"),
        "feedback_on": _("集中整改期满日和各关键节点由此起算。"),
        "is_backfilled": _("仅补录已结束的旧轮次：录入后归档备查，不走方案审批，不产生待办。"),
    }


class RoundChangeForm(RoundForm):
    """A round under correction: its number and nature stay, and the reason is asked."""

    names = ("name", "body", "kind", "inspected_from", "inspected_to", "feedback_on", "note")
    reason = forms.CharField(label=_("更正理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*self.names, "reason", "version"])


class MilestoneForm(RowForm):
    """A milestone passed, and what proves it."""

    model = Milestone
    names = ("done_on", "document", "note")
    helps = {"document": _("如：党组会议纪要〔2026〕3号、整改方案报送函文号")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].required = self.fields["document"].required = True


class ProblemForm(RowForm):
    """A problem in the feedback's own words."""

    model = Problem
    names = ("code", "title", "verbatim", "category", "kind", "grade", "leader", "root_cause", "root_cause_code")
    helps = {
        "code": _("如：二-3"),
        "verbatim": _("照录反馈意见原文，不改写。问题线索不得录入本台账，请交纪检监察机构办理。"),
        "root_cause_code": _("用于识别同类问题反复出现。"),
    }


class SubForm(RowForm):
    """A part of a problem; number and title may be empty where the feedback gives none."""

    model = SubProblem
    names = ("no", "title", "verbatim")


class MeasureForm(RowForm):
    """A measure with its owners, dates and standard."""

    model = Measure
    names = (
        "code", "sub_problem", "text", "lead_unit", "leader", "person", "co_units", "starts", "due",
        "completion_standard",
    )  # fmt: skip
    helps = {
        "code": _("如：二-3-1"),
        "co_units": _("可多选（按住Ctrl点选），也可不选。"),
        "completion_standard": _("写明做到什么程度算完成；可核实的标准另在“销号标准”中设定。"),
    }

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = self.fields["sub_problem"]
        parts.queryset = parts.queryset.filter(problem=problem, voided_at=None)  # type: ignore[attr-defined]
        parts.empty_label = None  # type: ignore[attr-defined]


class TargetForm(RowForm):
    """A stage of a long-term item."""

    model = StagedTarget
    names = ("due", "text", "criterion")
    helps = {"criterion": _("选定后，评估为“达到”须有数据支持。")}

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.fields["criterion"]
        held.queryset = held.queryset.filter(measure=measure, voided_at=None)  # type: ignore[attr-defined]


FORMS: dict[str, type[RowForm]] = {"problem": ProblemForm, "sub": SubForm, "measure": MeasureForm}
MODELS: dict[str, type[Any]] = {"problem": Problem, "sub": SubProblem, "measure": Measure}


def still_free(obj: Any) -> frozenset[str] | None:
    """The fields that may be corrected: all while the plan is a draft, our own notes once it is frozen."""
    if not obj.is_frozen:
        return None
    return frozenset(FREE_AFTER_FREEZING) if isinstance(obj, Problem) else frozenset()


class CriterionForm(HouseForm):
    """The parameters of one kind of criterion. The kind itself judges them, field by field and together."""

    def __init__(self, *args: Any, kind: CriterionKind, obj: Criterion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.kind = kind
        for param in kind.fields:
            field = _field(param)
            if obj is not None:
                field.initial = obj.params.get(param.name)
            self.fields[param.name] = field
        dress(self)

    def clean(self) -> dict[str, Any]:
        """Each parameter as its kind takes it."""
        given = super().clean() or {}
        for param in self.kind.fields:
            if param.name in given:
                _value, problem = param.clean(given[param.name])
                if problem is not None:
                    self.add_error(param.name, str(problem))
        return given

    def params(self) -> dict[str, Any]:
        """What the kind is given."""
        return {k: v for k, v in self.values().items() if v not in (None, "")}

    def sentence(self) -> str:
        """The criterion as it would stand in the plan. Raises Refused."""
        return str(criteria.describe(self.kind.code, self.kind.clean(self.params())))


def _field(param: Param) -> forms.Field:
    about: dict[str, Any] = {"label": param.label, "required": param.required, "help_text": param.help}
    if param.kind == "choice" and param.choices is not None:
        choices = list(param.choices())
        if not any(code == "" for code, _label in choices):
            choices.insert(0, ("", _("请选择")))
        return forms.ChoiceField(choices=choices, **about)
    if param.kind == "date":
        return forms.DateField(**about)
    if param.kind in {"integer", "decimal"}:
        mode = "numeric" if param.kind == "integer" else "decimal"
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": mode}), max_length=30, **about)
    return forms.CharField(max_length=300, **about)
