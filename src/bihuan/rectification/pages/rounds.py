"""The round's page: where the plan stands, its milestones and rates, its tree, and what is missing before approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock, law_words
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.cells import remaining
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.models import Person
from bihuan.kernel.pages.form_page import ActList, FormPage
from bihuan.kernel.wording import Message
from bihuan.law.errors import LawError

from .. import actions as a
from .. import selectors, services, terms
from ..flows import ATTEMPT_FLOW
from ..ledgers import MEASURES, PROBLEMS, ROUNDS
from ..models import Criterion, InspectionRound, Milestone, MilestoneKind, ProblemKind, StagedTarget
from ..services.items import draft_of
from .plan_forms import MilestoneForm, RoundChangeForm, RoundForm

PROBLEMS_A_PAGE = 20


@dataclass(frozen=True)
class Node:
    """A milestone as the page shows it."""

    row: Milestone
    tone: str
    label: str
    url: str


class RoundList(ActList):
    """The list of rounds, with the ways to a new one."""

    acts = (
        (a.ROUND, gettext_lazy("登记轮次"), "plus", "rectification:round_add"),
        (a.ROUND, gettext_lazy("读取整改通报"), "file-search", "rectification:notice_read"),
    )


class RoundDetail(LedgerDetail):
    """The round's page, over the ledger's."""

    template_name = "rectification/round.html"

    def offers(self, obj: Any) -> list[dict[str, Any]]:
        """An old round is filed, any other is submitted: the other way is no offer."""
        other = "submit" if obj.is_backfilled else "file"
        return [one for one in super().offers(obj) if one["step"].code != other]

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds progress, milestones, tree, and what the person may do to the plan."""
        context = super().detail_context(obj)
        person = self.person
        draft = obj.state == "draft" and not obj.is_void
        edits = draft and access.may(person, a.PLAN_EDIT, obj)
        progress = selectors.plan_progress(person, obj)
        for row in progress.milestones:
            row.round = obj
        page = selectors.problem_pages(person, progress, PROBLEMS_A_PAGE).get_page(self.request.GET.get("page", 1))
        tree = selectors.trees(person, page.object_list)
        pks = [leaf.measure.pk for branch in tree for leaf in branch.all_leaves]
        by_state = [
            {"label": ATTEMPT_FLOW.label(code), "tone": _tone(code), "count": progress.by_state[code]}
            for code in selectors.BOARD
            if progress.by_state.get(code)
        ]
        context.update(
            draft=draft,
            edits=edits,
            plans=edits and not obj.is_backfilled,
            progress=progress,
            by_state=by_state,
            why_period=[*(law_words.message(step) for step in obj.period_trace), version_line(obj.period_version)],
            today=clock.today(),
            milestones=[milestone_node(person, row) for row in progress.milestones],
            tree=tree,
            page_obj=page,
            criteria_of=_counts(access.visible(person, Criterion), pks),
            targets_of=_counts(access.visible(person, StagedTarget), pks),
            long_term=ProblemKind.LONG_TERM,
            missing=_missing(context["offers"]),
            sees_all=access.may(person, a.PLAN_EDIT) or access.may(person, a.PLAN_APPROVE),
            plan_urls=_plan_urls(person, obj, edits),
            lists_urls=_lists_urls(obj),
            measures_list=f"{MEASURES.url('list')}?round={obj.pk}",
            problems_list=f"{PROBLEMS.url('list')}?round={obj.pk}",
        )
        return context


def version_line(version: str) -> str:
    """Which version of the dated rule and of the calendar said so."""
    return _("参数与日历版本：%(version)s") % {"version": version}


def _tone(code: str) -> str:
    return next(state.tone for state in ATTEMPT_FLOW.states if state.code == code)


def _counts(rows: Any, measures: Iterable[int]) -> dict[int, int]:
    """Measure id -> number of its standing rows, in one statement."""
    found: dict[int, int] = {}
    for pk in rows.filter(measure__in=list(measures), voided_at=None).values_list("measure_id", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


def _missing(offers: Iterable[dict[str, Any]]) -> list[Message]:
    """What stands between the draft and its submission, for whoever may submit it."""
    return [message for one in offers if one["step"].code == "submit" for message in one["offer"].refusals]


def _plan_urls(person: Person, obj: InspectionRound, edits: bool) -> dict[str, str]:
    urls: dict[str, str] = {}
    if edits:
        urls = {
            "problem": reverse("rectification:plan_problem_add", args=[obj.pk]),
            "lists": reverse("rectification:lists_import", args=[obj.pk]),
            "defaults": reverse("rectification:plan_defaults", args=[obj.pk]),
        }
    if obj.state == "draft" and access.may(person, a.ROUND, obj):
        urls["change"] = reverse("rectification:round_change", args=[obj.pk])
    return urls


def _lists_urls(obj: InspectionRound) -> dict[str, str]:
    return {kind: reverse("rectification:lists_export", args=[obj.pk, kind]) for kind in ("docx", "xlsx")}


def milestone_node(person: Person, row: Milestone) -> Node:
    """A milestone: done, or how long it still has."""
    url = ""
    if row.done_on is None and access.may(person, a.MILESTONE, row.round):
        url = reverse("rectification:milestone", args=[row.round_id, row.kind])
    if row.done_on is not None:
        late = row.due is not None and row.done_on > row.due
        return Node(row, "warn" if late else "good", _("逾期完成") if late else _("已完成"), url)
    if row.due is None:
        return Node(row, "idle", _("未定期限"), url)
    if row.round.is_backfilled:
        return Node(row, "idle", _("未登记"), url)
    label, tone = remaining(row.due)
    return Node(row, tone or "idle", label, url)


@dataclass(frozen=True)
class Computed:
    """What a feedback day leads to, before anything is saved."""

    feedback_on: dt.date
    period_end: dt.date
    why: list[Message]
    milestones: list[tuple[str, dt.date]]


def computed(feedback_on: dt.date) -> Computed:
    """The end of the concentrated period and the days of the milestones. Raises Refused where no rule is in force."""
    from ..services import rounds

    found = rounds._period(feedback_on)
    dues = rounds._milestones(feedback_on, found["period_end"])
    nodes = [(str(MilestoneKind(kind).label), due) for kind, (due, _version) in dues.items()]
    return Computed(feedback_on, found["period_end"], [law_words.message(step) for step in found["period_trace"]], nodes)


class RoundAdd(FormPage):
    """A new round. The computed days are shown before it is saved."""

    template = "rectification/round_add.html"
    heading: Any = gettext_lazy("登记巡察轮次")
    lede = gettext_lazy("以反馈意见为准登记。集中整改期满日和关键节点按反馈日当时有效的规定计算，可先查看再保存。")
    ledger = ROUNDS
    preview: Computed | None = None

    def prepare(self, **kwargs: Any) -> None:
        """Only who keeps the rounds."""
        access.require(self.person, a.ROUND)

    def form(self, *args: Any, **kwargs: Any) -> RoundForm:
        """Its form."""
        return RoundForm(*args[:1], person=self.person)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Preview or save."""
        if request.POST.get("act") != "preview":
            return super().post(request, **kwargs)
        self.prepare(**kwargs)
        form = self.form(request.POST)
        form.is_valid()
        day = form.cleaned_data.get("feedback_on")
        for name in [name for name in form.errors if name != "feedback_on"]:
            del form.errors[name]  # what is not typed yet is no fault of a preview
        if day is None:
            return self.ask(form, WRONG_INPUT)
        try:
            self.preview = computed(day)
        except Refused as refusal:
            return self.ask(form, refuse(form, refusal))
        except LawError as error:
            form.add_error("feedback_on", str(error))
            return self.ask(form, WRONG_INPUT)
        return self.ask(form)

    def save(self, form: Any) -> str:
        """Register it."""
        row = services.create_round(actor=self.person, **form.values())
        self.done(_("已登记“%(row)s”，集中整改期满日 %(day)s。") % {"row": row, "day": row.period_end})
        return ROUNDS.url("detail", row.pk)

    def more(self, form: Any) -> dict[str, Any]:
        """The preview, if asked for."""
        return {"preview": self.preview}


class RoundChange(RoundAdd):
    """Correct a round whose plan is a draft."""

    lede = gettext_lazy("方案提交前可以更正；反馈日期改变时，期满日和未完成的节点一并重算。")

    def prepare(self, **kwargs: Any) -> None:
        """The round."""
        self.round = self.seen(InspectionRound, kwargs["pk"])
        self.heading = _("更正：%(row)s") % {"row": self.round}
        access.require(self.person, a.ROUND, self.round)
        draft_of(self.round)

    def form(self, *args: Any, **kwargs: Any) -> RoundChangeForm:
        """Its form."""
        return RoundChangeForm(*args[:1], person=self.person, obj=self.round)

    def save(self, form: Any) -> str:
        """Correct it."""
        values = form.values()
        reason = values.pop("reason")
        row = services.change_round(actor=self.person, round=form.seen(), values=values, reason=reason)
        self.done(_("已更正“%(row)s”。") % {"row": row})
        return self.back_url()

    def back_url(self) -> str:
        """The round."""
        return ROUNDS.url("detail", self.round.pk)


class MilestoneRecord(FormPage):
    """Record that a milestone was passed."""

    ledger = ROUNDS
    icon = "flag"

    def prepare(self, **kwargs: Any) -> None:
        """The round and its milestone."""
        self.round = self.seen(InspectionRound, kwargs["pk"])
        row = access.visible(self.person, Milestone).filter(round=self.round, kind=kwargs["kind"], voided_at=None).first()
        if row is None:
            raise Http404(f"no milestone {kwargs['kind']}")
        self.milestone = row
        access.require(self.person, a.MILESTONE, self.round)
        self.heading = _("登记节点：%(node)s") % {"node": row.get_kind_display()}
        if row.due:
            self.lede = _("应完成日期：%(day)s") % {"day": row.due}

    def form(self, *args: Any, **kwargs: Any) -> MilestoneForm:
        """Its form."""
        form = MilestoneForm(*args[:1], person=self.person, obj=self.milestone)
        form.fields["done_on"].initial = self.milestone.done_on or clock.today()
        return form

    def save(self, form: Any) -> str:
        """Record it."""
        row = services.record_milestone(
            actor=self.person, round=self.round, kind=self.milestone.kind, **form.values()
        )
        self.done(_("已登记“%(node)s”。") % {"node": row.get_kind_display()})
        return self.back_url()

    def back_url(self) -> str:
        """The round."""
        return ROUNDS.url("detail", self.round.pk)

    def more(self, form: Any) -> dict[str, Any]:
        """The crumbs name the round."""
        return {"about_name": self.round.name}


def default_due(feedback_on: dt.date) -> dt.date:
    """The last day of the concentrated period, for rows whose own day is not known. Raises LawError."""
    return terms.due_by(terms.CONCENTRATED, feedback_on)[0].due
