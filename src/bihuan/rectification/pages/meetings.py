"""One meeting of the party group, many items: what waits for its decision, deciding on many at once, what it decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.ledger.views.base import WRONG_INPUT
from bihuan.kernel.models import Person
from bihuan.kernel.pages.base import PersonView, row_ids
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import selectors, services
from ..changing import DATES, FIELDS, label
from ..flows import ATTEMPT_FLOW, CHANGE_FLOW, REBOUND_FLOW
from ..ledgers import CHANGES, MEASURES, MEETINGS, REBOUNDS
from ..models import ChangeRequest, Closure, InspectionRound, PartyGroupMeeting, ProblemKind, Rebound, Result
from .measures import Judged, judged

RESULTS = [choice for choice in Result.choices if choice[0]]
REFUSAL_TOLD = 60


@dataclass(frozen=True)
class Waiting:
    """An item before the meeting: what it is, what the facts say, what stands against deciding it now."""

    pk: int
    code: str
    text: str
    unit: str
    url: str
    against: list[Message]
    judged: list[Judged] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    long_term: bool = False

    @property
    def open(self) -> bool:
        """Whether it can be decided now."""
        return not self.against


class DecideForm(forms.Form):
    """The result of the chosen items and a note for all of them."""

    result = forms.ChoiceField(label=gettext_lazy("结果"), choices=RESULTS, initial=Result.DONE, widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("审定意见"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class MeetingDetail(LedgerDetail):
    """The meeting's page, over the ledger's."""

    template_name = "rectification/meeting.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds what waits and what was decided."""
        context = super().detail_context(obj)
        context.update(meeting_context(self.person, obj))
        return context


def meeting_context(person: Person, meeting: PartyGroupMeeting) -> dict[str, Any]:
    """The queues the person may decide on, and all that this meeting decided."""
    decides, confirms = access.may(person, a.DECIDE), access.may(person, a.REBOUND_CONFIRM)
    approves = access.may(person, a.CHANGE_APPROVE)
    live = not meeting.is_void
    return {
        "decides": decides and live,
        "confirms": confirms and live,
        "approves": approves and live,
        "attempts": waiting_attempts(person) if live and decides else [],
        "rebounds": waiting_rebounds(person) if live and confirms else [],
        "changes": waiting_changes(person) if live else [],
        "closures": list(
            access.visible(person, Closure)
            .filter(meeting=meeting)
            .select_related("attempt__measure__problem", "attempt__measure__lead_unit", "verifier")
            .order_by("attempt__measure__order", "pk")
        ),
        "confirmed": list(
            access.visible(person, Rebound)
            .filter(meeting=meeting)
            .select_related("attempt__measure__lead_unit", "reopened")
        ),
        "approved_changes": [
            {"row": row, "lines": change_lines(row)}
            for row in access.visible(person, ChangeRequest).filter(meeting=meeting).select_related("measure")
        ],
        "plans": list(access.visible(person, InspectionRound).filter(plan_meeting=meeting)),
        "rebound_label": {state.code: state for state in REBOUND_FLOW.states},
        "form": DecideForm(),
        "decide_url": reverse("rectification:meeting_decide", args=[meeting.pk]),
    }


def _refusals(flow: Any, person: Person, obj: Any, step: str) -> list[Message] | None:
    """What stands against a step, or None when it is not the person's to take."""
    for offer in flow.offers(person, obj):
        if offer.transition.code == step:
            return list(offer.refusals)
    return None


def waiting_attempts(person: Person) -> list[Waiting]:
    """Verified items, the longest waiting first, each with its criteria's verdicts now."""
    found = []
    for attempt in selectors.to_decide(person):
        against = _refusals(ATTEMPT_FLOW, person, attempt, "decide")
        if against is None:
            continue
        measure = attempt.measure
        found.append(
            Waiting(
                attempt.pk, measure.code, measure.text, str(measure.lead_unit), MEASURES.url("detail", measure.pk),
                against, judged(measure, attempt),
                long_term=measure.problem.kind == ProblemKind.LONG_TERM,
            )
        )  # fmt: skip
    return found


def waiting_rebounds(person: Person) -> list[Waiting]:
    """Rebounds found by verification that wait for the party group's word."""
    rows = access.visible(person, Rebound).filter(state="found").select_related("attempt__measure__lead_unit", "verified_by")
    found = []
    for row in rows.order_by("confirm_due", "pk"):
        against = _refusals(REBOUND_FLOW, person, row, "confirm")
        if against is None:
            continue
        measure = row.attempt.measure
        lines = [_("核实意见：%(verdict)s（%(person)s）") % {"verdict": row.verdict, "person": row.verified_by or ""}]
        if row.confirm_due:
            lines.append(_("党组会确认期限：%(day)s") % {"day": row.confirm_due})
        found.append(
            Waiting(
                row.pk, measure.code, measure.text, str(measure.lead_unit), REBOUNDS.url("detail", row.pk), against,
                lines=lines,
            )
        )  # fmt: skip
    return found


def waiting_changes(person: Person) -> list[Waiting]:
    """Changes the leader in charge agreed to, for whoever approves them."""
    rows = access.visible(person, ChangeRequest).filter(state="agreed").select_related("measure__lead_unit", "requested_by")
    found = []
    for row in rows.order_by("requested_on", "pk"):
        against = _refusals(CHANGE_FLOW, person, row, "approve")
        if against is None:
            continue
        found.append(
            Waiting(
                row.pk, row.measure.code, row.reason, str(row.measure.lead_unit), CHANGES.url("detail", row.pk), against,
                lines=change_lines(row),
            )
        )  # fmt: skip
    return found


def change_lines(row: ChangeRequest) -> list[str]:
    """What a change changes, field by field."""
    lines = []
    for name, pair in row.changes.items():
        if name in (*FIELDS, *DATES) and isinstance(pair, list) and len(pair) == 2:
            told = {"field": label(name), "before": pair[0] or "—", "after": pair[1] or "—"}
            lines.append(_("%(field)s：%(before)s → %(after)s") % told)
        elif name == "criteria":
            lines.append(
                _("销号标准：新增 %(add)s 项，作废 %(void)s 项")
                % {"add": len(pair.get("add", [])), "void": len(pair.get("void", []))}
            )
    return lines


@dataclass
class Report:
    """What came of deciding on many: each refused item with its reasons."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, list[Message]]] = field(default_factory=list)

    def tell(self, request: HttpRequest, done: str) -> None:
        """Say it above the next page, item by item."""
        if self.done:
            messages.success(request, done % {"count": len(self.done), "codes": _("、").join(self.done[:REFUSAL_TOLD])})
        for code, reasons in self.refused:
            text = _("%(code)s 未办理：%(reasons)s") % {"code": code, "reasons": _("；").join(str(r) for r in reasons)}
            messages.error(request, text)


class MeetingDecide(PersonView):
    """Decide on the chosen items in the name of a meeting. Each is decided for itself; a refusal stops no other."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A reloaded page shows the meeting."""
        return HttpResponseRedirect(MEETINGS.url("detail", pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """`what`: attempts, rebounds or changes; `act`: yes or no."""
        access.require(self.person, a.MEETING)
        meeting = self.seen(PartyGroupMeeting, pk)
        if meeting.is_void:
            raise Http404("the meeting is void")
        handlers = {"attempts": self.attempts, "rebounds": self.rebounds, "changes": self.changes}
        handler = handlers.get(request.POST.get("what", ""))
        if handler is None:
            raise Http404("nothing to decide named")
        chosen = row_ids(request.POST.getlist("pk"))
        whole = False
        if not chosen:
            messages.error(request, _("请先勾选要办理的事项。"))
        else:
            whole = handler(meeting, chosen, request.POST.get("act") == "no", request.POST.get("note", "").strip())
        return HttpResponseRedirect(MEETINGS.url("detail", pk)) if whole else self.again(meeting, chosen)

    def again(self, meeting: PartyGroupMeeting, chosen: list[int]) -> HttpResponse:
        """The meeting's page with what was chosen and typed, under the reasons."""
        page = MeetingDetail(ledger=MEETINGS)
        page.setup(self.request, pk=meeting.pk)
        asked = self.request.POST
        kept = {"what": asked["what"], "pk": chosen, "note": asked.get("note", "")} if "what" in asked else {}
        context = {**page.detail_context(page.get_object()), "kept": kept}
        if kept.get("what") == "attempts":
            context["form"] = DecideForm(initial={"result": asked.get("result"), "note": kept["note"]})
        return page.show(page.template_name, WRONG_INPUT, **context)

    def attempts(self, meeting: PartyGroupMeeting, chosen: list[int], no: bool, note: str) -> bool:
        """Close the chosen items with a result, or return them with a reason."""
        access.require(self.person, a.DECIDE)
        rows = [t for t in selectors.to_decide(self.person) if t.pk in chosen]
        report = Report()
        if no:
            for row in rows:
                act = partial(services.decide_return, actor=self.person, attempt=row, note=note)
                self._one(report, row.measure.code, act)
            report.tell(self.request, _("已退回 %(count)s 项：%(codes)s。"))
            return self._gone(chosen, rows) and not report.refused
        form = DecideForm(self.request.POST)
        if not form.is_valid():
            messages.error(self.request, _("请选择整改结果。"))
            return False
        result = form.cleaned_data["result"]
        done = services.decide(actor=self.person, attempts=rows, meeting=meeting, result=result, note=note)
        report.done = [t.measure.code for t in done.closed]
        report.refused = [(t.measure.code, list(reasons)) for t, reasons in done.refused]
        report.tell(self.request, _("已审定销号 %(count)s 项：%(codes)s。"))
        return self._gone(chosen, rows) and not report.refused

    def rebounds(self, meeting: PartyGroupMeeting, chosen: list[int], no: bool, note: str) -> bool:
        """Confirm the chosen rebounds, or overrule them with a reason."""
        access.require(self.person, a.REBOUND_CONFIRM)
        rows = list(
            access.visible(self.person, Rebound).filter(pk__in=chosen, state="found").select_related("attempt__measure")
        )
        report = Report()
        for row in rows:
            given: dict[str, Any] = {"rebound": row, "meeting": meeting, "confirmed": not no, "note": note}
            self._one(report, row.attempt.measure.code, partial(services.confirm_rebound, actor=self.person, **given))
        told = _("已认定不构成反弹 %(count)s 项：%(codes)s。") if no else _("已确认反弹并重新打开 %(count)s 项：%(codes)s。")
        report.tell(self.request, told)
        return self._gone(chosen, rows) and not report.refused

    def changes(self, meeting: PartyGroupMeeting, chosen: list[int], no: bool, note: str) -> bool:
        """Approve the chosen changes, or refuse them with a reason."""
        access.require(self.person, a.CHANGE_APPROVE)
        rows = list(
            access.visible(self.person, ChangeRequest).filter(pk__in=chosen, state="agreed").select_related("measure")
        )
        report = Report()
        for row in rows:
            given: dict[str, Any] = {"request": row, "approved": not no, "meeting": meeting, "note": note}
            self._one(report, row.measure.code, partial(services.approve, actor=self.person, **given))
        told = _("未批准变更 %(count)s 项：%(codes)s。") if no else _("已批准变更 %(count)s 项：%(codes)s。")
        report.tell(self.request, told)
        return self._gone(chosen, rows) and not report.refused

    def _one(self, report: Report, code: str, act: Callable[[], Any]) -> None:
        """One item in its own transaction."""
        try:
            act()
            report.done.append(code)
        except Refused as refusal:
            report.refused.append((code, list(refusal.reasons)))

    def _gone(self, chosen: list[int], rows: Iterable[Any]) -> bool:
        """Whether all chosen items were still there to decide; those another person decided meanwhile are told."""
        lost = len(set(chosen) - {row.pk for row in rows})
        if lost:
            messages.error(self.request, _("有 %(count)s 项已被他人办理或已不在待审定状态，请核对下方最新列表。") % {"count": lost})
        return not lost

