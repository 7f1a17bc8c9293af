"""Writing a draft plan: problems, their parts, measures, criteria, staged targets; correcting and voiding them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, criteria
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import FormPage, ReasonForm
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import services
from .. import wordings as w
from ..ledgers import MEASURES, ROUNDS
from ..models import Criterion, InspectionRound, Measure, Problem
from ..services.items import draft_of
from .plan_forms import FORMS, MODELS, CriterionForm, MeasureForm, ProblemForm, SubForm, TargetForm, still_free


class PlanPage(FormPage):
    """A page about a row of a plan. `round` is its round; going back leads to the row's place on the round's page."""

    ledger = ROUNDS
    round: InspectionRound
    anchor: str = ""

    def back_url(self) -> str:
        """The round, at the row."""
        place = ROUNDS.url("detail", self.round.pk)
        return f"{place}#{self.anchor}" if self.anchor else place

    def more(self, form: Any) -> dict[str, Any]:
        """The crumbs name the round."""
        return {"about_name": self.round.name}

    def may_write(self) -> None:
        """Raise NotAllowed for whoever does not write plans, Refused once the plan is no draft."""
        access.require(self.person, a.PLAN_EDIT, self.round)
        draft_of(self.round)


class ProblemAdd(PlanPage):
    """A new problem of a draft plan."""

    heading = gettext_lazy("新增反馈问题")

    def prepare(self, **kwargs: Any) -> None:
        """The round."""
        self.round = self.seen(InspectionRound, kwargs["pk"])
        self.may_write()

    def form(self, *args: Any, **kwargs: Any) -> ProblemForm:
        """Its form."""
        return ProblemForm(*args, person=self.person)

    def save(self, form: Any) -> str:
        """Enter it."""
        row = services.create_problem(actor=self.person, round=self.round, **form.values())
        self.anchor = f"problem-{row.pk}"
        self.done(_("已新增问题“%(row)s”。") % {"row": row})
        return self.back_url()


class BelowProblem(PlanPage):
    """A new row under a problem."""

    problem: Problem

    def prepare(self, **kwargs: Any) -> None:
        """The problem and its round."""
        self.problem = self.seen(Problem, kwargs["pk"], "round")
        self.round, self.anchor = self.problem.round, f"problem-{self.problem.pk}"
        self.lede = str(self.problem)
        self.may_write()


class SubAdd(BelowProblem):
    """A new part of a problem."""

    heading = gettext_lazy("新增具体问题")

    def form(self, *args: Any, **kwargs: Any) -> SubForm:
        """Its form."""
        return SubForm(*args, person=self.person)

    def save(self, form: Any) -> str:
        """Enter it."""
        row = services.create_sub_problem(actor=self.person, problem=self.problem, **form.values())
        self.done(_("已新增具体问题“%(row)s”。") % {"row": row})
        return self.back_url()


class MeasureAdd(BelowProblem):
    """A new measure of a problem. Its criteria are set next."""

    heading = gettext_lazy("新增整改措施")

    def form(self, *args: Any, **kwargs: Any) -> MeasureForm:
        """Its form; `?sub=` chooses the part."""
        form = MeasureForm(*args, person=self.person, problem=self.problem)
        form.fields["sub_problem"].initial = self.request.GET.get("sub")
        form.fields["due"].initial = self.round.period_end
        return form

    def save(self, form: Any) -> str:
        """Enter it."""
        row = services.create_measure(actor=self.person, problem=self.problem, **form.values())
        self.done(_("已新增措施“%(row)s”，请接着设定销号标准。") % {"row": row.code})
        return reverse("rectification:plan_criteria", args=[row.pk])


class ItemPage(PlanPage):
    """A page about a problem, part or measure that is there already."""

    item: Any
    kind: str

    def prepare(self, **kwargs: Any) -> None:
        """The row and its round."""
        self.kind = kwargs["kind"]
        related = {"problem": ("round",), "sub": ("problem__round",), "measure": ("problem__round", "sub_problem")}
        self.item = self.seen(MODELS[self.kind], kwargs["pk"], *related[self.kind])
        if self.item.is_void:
            raise Http404("the row is void")
        problem = self.item if self.kind == "problem" else self.item.problem
        self.round, self.anchor = problem.round, f"problem-{problem.pk}"
        access.require(self.person, a.PLAN_EDIT, self.round)


class ItemChange(ItemPage):
    """Correct a row of the plan; what is frozen is not offered."""

    def prepare(self, **kwargs: Any) -> None:
        """The row, and whether something of it may still be corrected."""
        super().prepare(**kwargs)
        self.heading = _("修改：%(row)s") % {"row": self.item}
        self.only = still_free(self.item)
        if self.only is None:
            draft_of(self.round)
        elif self.only:
            self.lede = _("方案已批准，原文、期限和标准已冻结；这里只能改本院自己的归类和分析，其余请办理变更申请。")
        else:
            names = FORMS[self.kind].names
            field = _("、").join(str(type(self.item)._meta.get_field(name).verbose_name) for name in names)
            raise Refused(Message(w.FROZEN, {"item": str(self.item), "field": field}))

    def form(self, *args: Any, **kwargs: Any) -> Any:
        """Its form."""
        more = {"problem": self.item.problem} if self.kind == "measure" else {}
        return FORMS[self.kind](*args, person=self.person, obj=self.item, only=self.only, **more)

    def save(self, form: Any) -> str:
        """Correct it."""
        values = form.values()
        row = services.change_item(actor=self.person, obj=form.seen(), values=values)
        self.done(_("已修改“%(row)s”。") % {"row": row})
        return self.back_url()


class ItemVoid(ItemPage):
    """Void (作废) a row of a draft plan, with its reason. What stands under it goes with it."""

    button = gettext_lazy("确认作废")
    icon = "ban"
    danger = True

    def prepare(self, **kwargs: Any) -> None:
        """The row of a draft."""
        super().prepare(**kwargs)
        self.heading = _("作废：%(row)s") % {"row": self.item}
        self.lede = _("作废后保留可查，其下的具体问题和措施一并作废。")
        draft_of(self.round)

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        """The reason."""
        return ReasonForm(*args, person=self.person, obj=self.item)

    def save(self, form: Any) -> str:
        """Void it."""
        services.void_item(actor=self.person, obj=form.seen(), reason=form.cleaned_data["reason"])
        self.done(_("已作废“%(row)s”。") % {"row": self.item})
        return ROUNDS.url("detail", self.round.pk)


class OfMeasure(PlanPage):
    """A page about a measure of a draft plan."""

    measure: Measure

    def of(self, measure: Measure) -> None:
        """Take the measure and its round; `problem__round` is loaded."""
        self.measure, self.round = measure, measure.problem.round
        self.anchor = f"measure-{measure.pk}"
        self.lede = str(measure)
        self.may_write()

    def criteria_url(self) -> str:
        """The page of the measure's criteria."""
        return reverse("rectification:plan_criteria", args=[self.measure.pk])


class Criteria(OfMeasure):
    """The criteria of a measure, and the kinds one may add."""

    template = "rectification/round_criteria.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show them."""
        self.of(self.seen(Measure, kwargs["pk"], "problem__round"))
        rows = access.visible(self.person, Criterion).filter(measure=self.measure, voided_at=None)
        kinds = [
            {"label": k.label, "help": k.help, "url": reverse("rectification:plan_criterion_add", args=[self.measure.pk, k.code])}
            for k in criteria.kinds().values()
        ]
        context = {
            "measure": self.measure,
            "round": self.round,
            "criteria": [{"row": r, "label": kind_label(r.kind), "known": r.kind in criteria.kinds()} for r in rows],
            "kinds": kinds,
            "back": self.back_url(),
            "rounds_url": ROUNDS.url("list"),
            "rounds": ROUNDS,
            "add_measure": reverse("rectification:plan_measure_add", args=[self.measure.problem_id])
            + f"?sub={self.measure.sub_problem_id}",
        }
        return self.show(context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Nothing is sent here."""
        return self.http_method_not_allowed(request)


def kind_label(code: str) -> Any:
    """What a kind of criterion is called."""
    found = criteria.kinds().get(code)
    return found.label if found else code


class CriterionPage(OfMeasure):
    """The parameters of a criterion, said back as a sentence before they are saved."""

    template = "rectification/round_criterion.html"
    obj: Criterion | None = None
    kind: criteria.CriterionKind

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Preview or save."""
        if request.POST.get("act") != "preview":
            return super().post(request, **kwargs)
        self.prepare(**kwargs)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form, WRONG_INPUT)
        try:
            self.sentence = form.sentence()
        except Refused as refusal:
            return self.ask(form, refuse(form, refusal))
        return self.ask(form)

    def form(self, *args: Any, **kwargs: Any) -> CriterionForm:
        """The kind's form."""
        return CriterionForm(*args[:1], person=self.person, kind=self.kind, obj=self.obj)

    def back_url(self) -> str:
        """The measure's criteria."""
        return self.criteria_url()

    def more(self, form: Any) -> dict[str, Any]:
        """The sentence, if asked for."""
        return {"about_name": self.measure.code, "sentence": getattr(self, "sentence", ""), "kind": self.kind}


class CriterionAdd(CriterionPage):
    """A new criterion of a kind."""

    def prepare(self, **kwargs: Any) -> None:
        """The measure and the kind."""
        self.of(self.seen(Measure, kwargs["pk"], "problem__round"))
        if kwargs["kind"] not in criteria.kinds():
            raise Http404(f"no criterion kind {kwargs['kind']}")
        self.kind = criteria.kind(kwargs["kind"])
        self.heading = _("设定销号标准：%(kind)s") % {"kind": self.kind.label}

    def save(self, form: Any) -> str:
        """Set it."""
        row = services.add_criterion(
            actor=self.person, measure=self.measure, kind=self.kind.code, params=form.params()
        )
        self.done(_("已设定：%(sentence)s") % {"sentence": row.sentence})
        return self.criteria_url()


class OneCriterion(CriterionPage):
    """A criterion that is there already."""

    def prepare(self, **kwargs: Any) -> None:
        """The criterion, its measure, its kind."""
        self.obj = self.seen(Criterion, kwargs["pk"], "measure__problem__round")
        self.of(self.obj.measure)
        if self.obj.is_void:
            raise Http404("the criterion is void")
        self.kind = criteria.kind(self.obj.kind)
        self.heading = _("修改销号标准：%(kind)s") % {"kind": self.kind.label}

    def save(self, form: Any) -> str:
        """Correct it."""
        row = services.change_criterion(actor=self.person, criterion=form.seen(), params=form.params())
        self.done(_("已改为：%(sentence)s") % {"sentence": row.sentence})
        return self.criteria_url()


class CriterionVoid(OfMeasure):
    """Void a criterion of a draft plan."""

    heading = gettext_lazy("作废销号标准")
    button = gettext_lazy("确认作废")
    icon = "ban"
    danger = True

    def prepare(self, **kwargs: Any) -> None:
        """The criterion."""
        self.obj = self.seen(Criterion, kwargs["pk"], "measure__problem__round")
        self.of(self.obj.measure)
        self.lede = str(self.obj.sentence)

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        """The reason."""
        return ReasonForm(*args, person=self.person, obj=self.obj)

    def save(self, form: Any) -> str:
        """Void it."""
        services.void_criterion(actor=self.person, criterion=form.seen(), reason=form.cleaned_data["reason"])
        self.done(_("已作废销号标准。"))
        return self.criteria_url()

    def back_url(self) -> str:
        """The measure's criteria."""
        return self.criteria_url()


class TargetAdd(PlanPage):
    """A staged target of a measure, before or after the plan's approval."""

    heading = gettext_lazy("设定阶段目标")

    def prepare(self, **kwargs: Any) -> None:
        """The measure."""
        self.measure = self.seen(Measure, kwargs["pk"], "problem__round")
        self.round, self.anchor, self.lede = self.measure.problem.round, f"measure-{self.measure.pk}", str(self.measure)
        access.require(self.person, a.PLAN_EDIT, self.measure)

    def form(self, *args: Any, **kwargs: Any) -> TargetForm:
        """Its form."""
        return TargetForm(*args, person=self.person, measure=self.measure)

    def save(self, form: Any) -> str:
        """Set it."""
        services.add_target(actor=self.person, measure=self.measure, **form.values())
        self.done(_("已设定阶段目标。"))
        return self.back_url() if self.round.state == "draft" else MEASURES.url("detail", self.measure.pk)


class DefaultCriteria(PersonView):
    """Give every bare measure of a draft plan an on-site check."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it and say how many."""
        round_ = self.seen(InspectionRound, pk)
        try:
            count = services.add_default_criteria(actor=self.person, round=round_)
            self.done(_("已为%(count)s项没有销号标准的措施设定“实地验收合格”。") % {"count": count})
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
        return HttpResponseRedirect(ROUNDS.url("detail", pk))
