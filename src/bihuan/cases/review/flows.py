"""The lifecycle of a review: self-check, review, the judge's answer, the office's grade, the committee where it is defective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import clock, inbox
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message
from bihuan.kernel.workflow import Context, Flow, State, Transition

from .. import actions as a
from ..meetings.terms import after
from ..models import DEFECTIVE, SAT, CaseReview, ReviewGrade, ReviewState
from ..models.reviews import not_reviewer
from . import wordings as w

TERMS = {
    "opened": "local.review.self-check",
    "checked": "local.review.review",
    "reviewed": "local.review.answer",
    "answered": "local.review.grade",
    "submitted": "local.review.committee",
}
"""The dated term of each state's step."""


def due_in(state: str) -> Any:
    """The day by which the step of a state entered today is due; None at the end."""
    return after(TERMS[state], clock.today()) if state in TERMS else None


def moving(state: str, *taken: str) -> Callable[[Context], Mapping[str, Any]]:
    """Columns of a step into `state`: its due day, and what the form gave under the names `taken`."""
    return lambda context: {"due_on": due_in(state)} | {name: context.data[name] for name in taken}


def has_reviewer(context: Context) -> Message | None:
    """A reviewer is named, and had no part in the case."""
    review: CaseReview = context.obj
    if review.reviewer_id is None:
        return Message(w.NO_REVIEWER, {"case": review.case.number})
    if not_reviewer(review.case, review.judge_id, review.reviewer_id):
        return Message(w.NOT_REVIEWER, {"case": review.case.number})
    return None


def has_lapsed(context: Context) -> Message | None:
    """The judge had the whole time to answer."""
    due = context.obj.due_on
    return None if due < clock.today() else Message(w.NOT_LAPSED, {"due": due.isoformat()})


def answered(context: Context) -> Mapping[str, Any]:
    """The judge was heard today."""
    return {"answered_on": clock.today(), "due_on": due_in("answered")}


def lapsed(context: Context) -> Mapping[str, Any]:
    """The judge let the time pass."""
    return {"lapsed": True, "due_on": due_in("answered")}


def graded(context: Context) -> Mapping[str, Any]:
    """The office gives grades that are not defective."""
    grade = context.data["grade"]
    if grade in DEFECTIVE:
        raise Refused(Message(w.COMMITTEE_ONLY, {"grade": str(ReviewGrade(grade).label)}))
    return {"grade": grade, "graded_on": clock.today(), "due_on": None}


def submitted(context: Context) -> Mapping[str, Any]:
    """What is to be discussed is defective."""
    if context.data["proposed"] not in DEFECTIVE:
        raise Refused(Message(w.NOT_DEFECTIVE))
    return {"proposed": context.data["proposed"], "due_on": due_in("submitted")}


def decided(context: Context) -> Mapping[str, Any]:
    """The committee's grade, of a meeting that took place."""
    meeting = context.data["meeting"]
    if not meeting.is_committee or meeting.state not in SAT:
        raise Refused(Message(w.NOT_COMMITTEE, {"meeting": meeting.no}))
    return {"grade": context.data["grade"], "meeting": meeting, "graded_on": clock.today(), "due_on": None}


def tell_reviewed(context: Context) -> None:
    """The judge is told, with the day."""
    review: CaseReview = CaseReview.objects.select_related("case", "judge").get(pk=context.obj.pk)
    if review.due_on is not None:
        inbox.send(review.judge, Message(w.TOLD_REVIEWED, {"case": review.case.number, "due": review.due_on.isoformat()}))


def tell_graded(context: Context) -> None:
    """The judge is told the grade."""
    review = CaseReview.objects.select_related("case", "judge").get(pk=context.obj.pk)
    inbox.send(review.judge, Message(w.TOLD_GRADED, {"case": review.case.number, "grade": str(review.get_grade_display())}))


REVIEW_FLOW = Flow(
    code="cases.review",
    model=CaseReview,
    name=_("案件评查"),
    states=(
        State("opened", ReviewState.OPENED.label, "wait"),
        State("checked", ReviewState.CHECKED.label, "active"),
        State("reviewed", ReviewState.REVIEWED.label, "wait"),
        State("answered", ReviewState.ANSWERED.label, "active"),
        State("submitted", ReviewState.SUBMITTED.label, "warn"),
        State("graded", ReviewState.GRADED.label, "good", final=True),
    ),
    transitions=(
        Transition(
            "self_check", _("提交自查"), ("opened",), "checked", a.REVIEW_CHECK, needs_note=True,
            prepare=moving("checked", "self_grade"), form="cases.review-self", tone="good",
        ),
        Transition(
            "review", _("提出评查意见"), ("checked",), "reviewed", a.REVIEW_DO, guards=(has_reviewer,), needs_note=True,
            prepare=moving("reviewed", "proposed"), effect=tell_reviewed, form="cases.review-do", tone="good",
        ),
        Transition(
            "answer", _("书面说明"), ("reviewed",), "answered", a.REVIEW_CHECK, needs_note=True, prepare=answered, tone="good",
        ),
        Transition(
            "lapse", _("逾期未说明，继续办理"), ("reviewed",), "answered", a.REVIEW_GRADE, guards=(has_lapsed,), prepare=lapsed, tone="warn",
        ),
        Transition(
            "grade", _("评定等次"), ("answered",), "graded", a.REVIEW_GRADE, not_by=("review", "answer"), needs_note=True,
            prepare=graded, effect=tell_graded, form="cases.review-grade", tone="good",
        ),
        Transition(
            "submit", _("提交审判委员会"), ("answered",), "submitted", a.REVIEW_GRADE, not_by=("answer",), needs_note=True,
            prepare=submitted, form="cases.review-submit", tone="warn",
        ),
        Transition(
            "decide", pgettext_lazy("review", "登记审判委员会决定"), ("submitted",), "graded", a.REVIEW_DECIDE, not_by=("answer",),
            prepare=decided, effect=tell_graded, form="cases.review-decide", silent=True, tone="good",
        ),
    ),
)  # fmt: skip
