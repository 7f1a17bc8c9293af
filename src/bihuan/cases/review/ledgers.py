"""The ledgers of reviews: reviews, findings, samples, conduct toward enterprises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import access
from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, Panel, StateColumn, register
from bihuan.kernel.ledger.cells import Badge
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.kernel.workflow import Tone

from .. import actions as a
from ..models import CaseReview, ConductInstance, ReviewDraw, ReviewFinding
from ..models.reviews import NEGATIVE
from ..opening.need import about_case
from . import flows
from . import wordings as w
from .forms import ConductForm, FindingForm, ReviewForm
from .scopes import part_in, part_in_finding, recorded

PAGES = "bihuan.cases.review.pages"
TONES: dict[str, Tone] = {"excellent": "good", "qualified": "good", "flawed": "warn", "unqualified": "bad", "": "idle"}


def review_stays(obj: CaseReview) -> dict[str, Message]:
    """The case and the reason stay; the reviewer until the review is in."""
    held = {"case": Message(w.STAYS), "ground": Message(w.STAYS)}
    return held if obj.state in ("opened", "checked") else held | {"reviewer": Message(w.REVIEWER_STAYS)}


def finding_stays(obj: ReviewFinding) -> dict[str, Message]:
    """What was found stays once the review is in; the measure may be named later."""
    if obj.review.state == "checked":
        return {"review": Message(w.STAYS)}
    return dict.fromkeys(("review", "kind", "serious", "text"), Message(w.FINDING_STAYS))


def may_add_finding(person: Person, review: CaseReview) -> bool:
    """The reviewer, before the review is in."""
    return review.state == "checked" and access.may(person, a.REVIEW_DO, review)


def found(person: Person, review: CaseReview) -> Mapping[str, Any]:
    """The findings of a review."""
    rows = access.visible(person, ReviewFinding).filter(review=review, voided_at=None).order_by("pk")
    return {
        "rows": [{"row": row, "url": FINDINGS.url("detail", row.pk)} for row in rows],
        "add": f"{FINDINGS.url('add')}?review={review.pk}" if may_add_finding(person, review) else "",
    }


def _enterprise(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return rows.filter(case__enterprise=value == "yes")


def _sort(row: ConductInstance) -> Badge:
    bad = row.conduct in NEGATIVE
    return Badge("bad" if bad else "good", str(_("负面") if bad else _("正面")))


REVIEWS = register(
    Ledger(
        code="cases.reviews",
        path="cases/reviews",
        model=CaseReview,
        key="case",
        title=pgettext_lazy("ledger", "案件评查"),
        about=_("改判、发回案件全部评查；改判、发回不等于质量有问题，评查不影响裁判效力。评定等次以前听取承办人书面说明。"),
        menu=Menu("cases_review", icon="clipboard-check", order=80),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            "ground",
            "judge",
            "reviewer",
            Column("opened_on", minor=True, css="nowrap"),
            Due("due_on", done=lambda row: row.due_on is None),
            StateColumn("grade", tones=TONES),
            StateColumn(),
        ),
        filters=(
            "ground", "state", "grade", "judge", "reviewer",
            Filter("enterprise", _("涉企案件"), kind="choice", choices=[("yes", _("是")), ("no", _("否"))], apply=_enterprise),
            Filter("opened_on", kind="dates"),
            Filter("due_on", kind="overdue", open=Q(due_on__isnull=False)),
        ),
        search=("case__number",),
        ordering=("-opened_on", "-pk"),
        form=ReviewForm,
        add=a.REVIEW_KEEP,
        change=a.REVIEW_KEEP,
        void=a.REVIEW_KEEP,
        frozen=review_stays,
        facts=(
            "case", "ground", "appeal", "draw", "judge", "reviewer", "opened_on", "due_on", "self_grade", "proposed", "answered_on",
            "lapsed", "grade", "graded_on", "meeting",
        ),
        flow=flows.REVIEW_FLOW,
        panels=(Panel("findings", _("发现的问题"), "cases/review_findings.html", context=found),),
        evidence=True,
        need=about_case(
            "ground", "appeal", "draw", "judge", "reviewer", "enterprise", "opened_on", "due_on", "answered_on", "lapsed", "grade",
            "graded_on", "meeting", "state", more=part_in,
        ),
        views={"list": f"{PAGES}.ReviewList"},
    )
)  # fmt: skip

FINDINGS = register(
    Ledger(
        code="cases.review_findings",
        path="cases/review-findings",
        model=ReviewFinding,
        key="review",
        title=pgettext_lazy("ledger", "评查问题"),
        about=_("评查人在提出评查意见以前登记；纳入整改的，填整改措施编号。"),
        menu=Menu("cases_review", icon="alert-triangle", order=82),
        columns=(
            Column("review__case__number", _("案号"), css="nowrap"),
            "kind",
            Column("text", css="clip"),
            "serious",
            Column("measure", minor=True),
        ),
        filters=("kind", Filter("serious", kind="yes_no"), Filter("review__opened_on", _("启动日期"), kind="dates")),
        search=("review__case__number", "text", "measure"),
        ordering=("-pk",),
        form=FindingForm,
        add=a.REVIEW_DO,
        change=a.FINDING,
        void=a.REVIEW_DO,
        frozen=finding_stays,
        need=about_case(
            "review", "review__case__number", "kind", "serious", "measure", "review__opened_on", path="review__case", more=part_in_finding
        ),
        everywhere=False,
    )
)

DRAWS = register(
    Ledger(
        code="cases.review_draws",
        path="cases/review-draws",
        model=ReviewDraw,
        key="no",
        title=pgettext_lazy("ledger", "评查抽样"),
        about=_("按种子和可抽案件清单抽取，谁都能重新抽出同样的案件；清单的校验值在抽取时写入日志。"),
        menu=Menu("cases_review", icon="checklist", order=84),
        columns=(
            "no", Column("drawn_on", css="nowrap"), Column("first", css="nowrap"), Column("last", css="nowrap"), "enterprise",
            Column("population", css="num"), Column("size", css="num"), Column("drawn_by", minor=True),
        ),
        filters=(Filter("enterprise", kind="yes_no"), Filter("drawn_on", kind="dates")),
        search=("no", "seed"),
        ordering=("-drawn_on", "-pk"),
        facts=("no", "first", "last", "enterprise", "population", "size", "seed", "population_sha256", "drawn_by", "drawn_on"),
        views={"list": f"{PAGES}.DrawList", "detail": f"{PAGES}.DrawDetail"},
    )
)  # fmt: skip

CONDUCT = register(
    Ledger(
        code="cases.conduct",
        path="cases/conduct",
        model=ConductInstance,
        key="case",
        title=_("涉企正负面清单实例"),
        about=_("对照本院当日施行的正负面清单登记；清单由本院设定，清单以外的不能登记。"),
        menu=Menu("cases_review", icon="building", order=88),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            Column("sort", _("清单"), value=_sort, sort="", annotated=True),
            Column("conduct", css="clip"),
            Column("happened_on", css="nowrap"),
            Column("source", minor=True),
        ),
        filters=("conduct", Filter("happened_on", kind="dates")),
        search=("case__number", "text"),
        ordering=("-happened_on", "-pk"),
        form=ConductForm,
        add=a.CONDUCT,
        change=a.CONDUCT,
        void=a.CONDUCT,
        facts=("case", "conduct", "happened_on", "text", "source", "recorded_by"),
        need=about_case("sort", "conduct", "happened_on", "recorded_by", more=recorded),
    )
)
