"""The ledgers of rectification. Lists, filters, sheets, forms and steps come from these declarations; the pages of a
round, a problem and a measure are the domain's own (see pages/)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, Sheet, SheetColumn, StateColumn, register
from bihuan.kernel.ledger.cells import Badge
from bihuan.kernel.wording import Message, message_of

from . import actions as a
from . import flows, step_forms  # noqa: F401  the step forms register themselves
from .models import (
    OPEN_STATES,
    REVIEW_STATES,
    Attempt,
    ChangeRequest,
    Figure,
    InspectionRound,
    LookBack,
    Measure,
    PartyGroupMeeting,
    Problem,
    Reading,
    Rebound,
    SupervisionLetter,
)
from .rates import late
from .services.ledger import change_reading, create_reading, figure_stays, meeting_stays, merged_readings, void_unused

GROUP = "rectification"
PAGES = "bihuan.rectification.pages"
ATTEMPT_STATES = [(s.code, s.label) for s in flows.ATTEMPT_FLOW.states]


def light_of(row: Measure) -> Badge:
    """Where the newest attempt stands, as colour and words."""
    if not row.light:
        return Badge("idle", str(_("方案未批准")))
    state = flows.ATTEMPT_FLOW.named(row.light)
    return Badge(state.tone, str(state.label))


def plain_number(value: Decimal | None) -> str:
    """A figure without the zeros the column pads it with; a dash where there is none."""
    return "—" if value is None else f"{value.normalize():f}"


def _overdue(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    """Past its day with work still to do, as the overview counts it; or not."""
    if value == "yes":
        return rows.filter(late(clock.today()))
    return rows.filter(Q(open_due__isnull=True) | Q(open_due__gte=clock.today()) | Q(light__in=REVIEW_STATES))


def why_period(obj: Any) -> list[Message]:
    """Why the concentrated period ends on that day."""
    return [message_of(step) for step in obj.period_trace]


ROUNDS = register(
    Ledger(
        code="rectification.rounds",
        path="rectification/rounds",
        model=InspectionRound,
        key="code",
        row_title="name",
        title=pgettext_lazy("ledger", "巡察轮次与整改方案"),
        menu=Menu(GROUP, icon="list-details", order=20, label=_("轮次与方案")),
        columns=(
            "code",
            "name",
            "body",
            Column("kind", minor=True),
            "feedback_on",
            Due("period_end", why=why_period, done=lambda row: row.state in {"approved", "filed"}),
            StateColumn(),
        ),
        filters=("kind", "state"),
        search=("code", "name", "body"),
        ordering=("-feedback_on",),
        flow=flows.PLAN_FLOW,
        views={"list": f"{PAGES}.rounds.RoundList", "detail": f"{PAGES}.rounds.RoundDetail"},
    )
)

PROBLEMS = register(
    Ledger(
        code="rectification.problems",
        path="rectification/problems",
        model=Problem,
        key="code",
        row_title="title",
        title=pgettext_lazy("ledger", "反馈问题"),
        menu=Menu(GROUP, icon="list-tree", order=30),
        columns=(
            "code",
            Column("title", sort=""),
            Column("category", sort="", minor=True),
            Column("kind", sort=""),
            Column("grade", minor=True),
            Column("leader", sort=("leader_id",)),
            Column("round", sort=("feedback_on", "order"), minor=True),
        ),
        filters=("round", "category", "kind", "grade", "leader"),
        search=("code", "title", "verbatim", "root_cause"),
        ordering=("-feedback_on", "order"),
        evidence=True,
        views={"detail": "bihuan.rectification.pages.problems.ProblemDetail"},
    )
)

MEASURES = register(
    Ledger(
        code="rectification.measures",
        path="rectification/measures",
        model=Measure,
        key="code",
        title=pgettext_lazy("ledger", "整改措施"),
        menu=Menu(GROUP, icon="list-check", order=40),
        columns=(
            "code",
            Column("text", sort="", css="clip"),
            Column("lead_unit", sort=("lead_unit_id", "due")),
            Column("person", sort=("person_id", "due")),
            Column("leader", sort=("leader_id", "due"), minor=True),
            Due("due", sort=("due",), done=lambda row: row.light not in OPEN_STATES),
            Column("light", sort=("light", "due"), value=light_of),
        ),
        filters=(
            "round",
            Filter("state", kind="choice", field="light", choices=ATTEMPT_STATES),
            "lead_unit",
            "person",
            "leader",
            Filter("problem__kind", _("整改类型")),
            Filter("problem", _("问题编号"), kind="text", apply=lambda rows, code, person: rows.filter(problem__code=code.strip())),
            Filter(
                "late",
                _("是否超期"),
                kind="choice",
                apply=_overdue,
                choices=[("yes", _("已超期")), ("no", _("未超期"))],
            ),
            Filter("due", kind="dates"),
        ),
        search=("code", "text", "completion_standard"),
        ordering=("-feedback_on", "order"),
        evidence=True,
        views={"detail": "bihuan.rectification.pages.measures.MeasureDetail"},
    )
)

ATTEMPTS = register(
    Ledger(
        code="rectification.attempts",
        path="rectification/attempts",
        model=Attempt,
        key="number",
        row_title="measure",
        title=pgettext_lazy("ledger", "整改过程"),
        columns=(
            Column("measure__code", _("措施编号"), sort=""),
            Column("measure__text", _("整改措施"), sort="", css="clip"),
            Column("measure__lead_unit", _("责任部门"), sort=""),
            "number",
            StateColumn(),
            Column("applied_on", minor=True),
        ),
        filters=("state",),
        search=("measure__code", "measure__text"),
        ordering=("-opened_on",),
        flow=flows.ATTEMPT_FLOW,
        views={
            "do": "bihuan.rectification.pages.measures.AttemptDo",
            "detail": "bihuan.rectification.pages.measures.AttemptDetail",
        },
    )
)

CHANGES = register(
    Ledger(
        code="rectification.changes",
        path="rectification/changes",
        model=ChangeRequest,
        key="pk",
        row_title="measure",
        title=pgettext_lazy("ledger", "变更与延期"),
        menu=Menu(GROUP, icon="calendar-time", order=70),
        columns=(
            Column("measure__code", _("措施编号"), sort=""),
            "kind",
            Column("reason", sort="", css="clip"),
            "requested_by",
            "requested_on",
            StateColumn(),
        ),
        filters=("kind", "state", Filter("requested_on", kind="dates")),
        search=("measure__code", "reason"),
        ordering=("-requested_on",),
        facts=("measure", "kind", "reason", "requested_by", "requested_on", "meeting", "applied_at"),
        flow=flows.CHANGE_FLOW,
    )
)

REBOUNDS = register(
    Ledger(
        code="rectification.rebounds",
        path="rectification/rebounds",
        model=Rebound,
        key="pk",
        row_title="attempt",
        title=pgettext_lazy("ledger", "疑似反弹"),
        menu=Menu(GROUP, icon="arrow-back-up", order=60),
        columns=(
            Column("attempt__measure__code", _("措施编号"), sort=""),
            Column("attempt__measure__lead_unit", _("责任部门"), sort=""),
            "origin",
            "raised_on",
            Due("verify_due", done=lambda row: row.state != "suspected"),
            StateColumn(),
        ),
        filters=("state", "origin", Filter("raised_on", kind="dates")),
        search=("attempt__measure__code", "attempt__measure__text"),
        ordering=("-raised_on",),
        facts=(
            "attempt",
            "origin",
            "raised_on",
            "raised_by",
            "verify_due",
            "verified_by",
            "verified_on",
            "verdict",
            "confirm_due",
            "meeting",
            "reopened",
        ),
        flow=flows.REBOUND_FLOW,
        views={"detail": "bihuan.rectification.pages.rebounds.ReboundDetail"},
    )
)

LOOK_BACKS = register(
    Ledger(
        code="rectification.look_backs",
        path="rectification/look-backs",
        model=LookBack,
        key="pk",
        row_title="measure",
        title=pgettext_lazy("ledger", "“回头看”复核"),
        menu=Menu(GROUP, icon="refresh", order=65),
        columns=(
            Column("measure__code", _("措施编号"), sort=""),
            Column("measure__lead_unit", _("责任部门"), sort=""),
            "method",
            Due("planned_on", done=lambda row: row.done_on is not None),
            "by",
            StateColumn("result", tones={"consolidated": "good", "weakened": "warn", "rebounded": "bad", "": "idle"}),
        ),
        filters=("method", "result", Filter("planned_on", kind="dates")),
        search=("measure__code", "measure__text", "note"),
        ordering=("-planned_on",),
        facts=("measure", "method", "planned_on", "by", "done_on", "persons_asked", "result", "note"),
        views={"list": f"{PAGES}.look_backs.LookBackList", "detail": f"{PAGES}.look_backs.LookBackDetail"},
    )
)

LETTERS = register(
    Ledger(
        code="rectification.letters",
        path="rectification/letters",
        model=SupervisionLetter,
        key="no",
        row_title="title",
        title=pgettext_lazy("ledger", "督办函"),
        menu=Menu(GROUP, icon="mail", order=75),
        columns=(
            "no",
            "title",
            "to_unit",
            "issued_on",
            Due("due", done=lambda row: row.replied_on is not None),
            Column("receipt_by"),
            Column("replied_on", minor=True),
        ),
        filters=("to_unit", Filter("issued_on", kind="dates"), Filter("due", kind="overdue", open=Q(replied_on=None))),
        search=("no", "title", "text"),
        ordering=("-issued_on",),
        facts=("no", "title", "text", "to_unit", "issued_on", "issued_by", "due", "receipt_by", "receipt_at", "reply"),
        views={"list": f"{PAGES}.letters.LetterList", "detail": f"{PAGES}.letters.LetterDetail"},
    )
)

MEETINGS = register(
    Ledger(
        code="rectification.meetings",
        path="rectification/meetings",
        model=PartyGroupMeeting,
        key="minutes_no",
        title=pgettext_lazy("ledger", "党组会议"),
        menu=Menu(GROUP, icon="gavel", order=80),
        columns=("minutes_no", "held_on", "title"),
        filters=(Filter("held_on", kind="dates"),),
        search=("minutes_no", "title"),
        ordering=("-held_on",),
        form=("held_on", "minutes_no", "title"),
        view=a.MEETING,
        add=a.MEETING,
        change=a.MEETING,
        void=a.MEETING,
        frozen=meeting_stays,
        services={"void": void_unused},
        views={"detail": "bihuan.rectification.pages.meetings.MeetingDetail"},
    )
)

FIGURES = register(
    Ledger(
        code="rectification.figures",
        path="rectification/figures",
        model=Figure,
        key="code",
        row_title="name",
        title=pgettext_lazy("ledger", "数据项"),
        menu=Menu(GROUP, icon="ruler", order=95),
        columns=("code", "name", "unit_of_measure", "direction", "owner_role"),
        filters=("direction",),
        search=("code", "name"),
        ordering=("code",),
        form=("code", "name", "unit_of_measure", "direction", "owner_role", "definition"),
        add=a.FIGURE,
        change=a.FIGURE,
        void=a.FIGURE,
        frozen=figure_stays,
        services={"void": void_unused},
    )
)

READINGS = register(
    Ledger(
        code="rectification.readings",
        path="rectification/readings",
        model=Reading,
        key="pk",
        row_title="figure",
        title=pgettext_lazy("ledger", "数据读数"),
        about=_("销号与反弹所依据的月度数据，由数据责任岗位按月导入；整改部门不能改。"),
        menu=Menu(GROUP, icon="chart-line", order=90),
        columns=(
            "figure",
            Column("period", value=lambda row: f"{row.period:%Y-%m}", css="nowrap"),
            Column("unit", value=lambda row: row.unit or _("全院")),
            Column("value", value=lambda row: f"{plain_number(row.value)} {row.figure.unit_of_measure}", css="num"),
            Column("numerator", value=lambda row: plain_number(row.numerator), css="num", minor=True),
            Column("denominator", value=lambda row: plain_number(row.denominator), css="num", minor=True),
            Column("source", minor=True),
        ),
        filters=("figure", "unit", Filter("period", kind="dates")),
        search=("figure__name", "source"),
        ordering=("-period", "figure_id"),
        form=("figure", "period", "unit", "numerator", "denominator", "value", "source"),
        add=a.READING,
        change=a.READING,
        void=a.READING,
        sheet=Sheet(
            key=("figure", "period", "unit"),
            source="readings",
            whole=True,
            columns=(
                SheetColumn(
                    "figure", _("数据项"), lookup="name", aliases=("指标", "指标名称", "数据项名称"), required=True
                ),
                SheetColumn("period", _("期间"), kind="month", aliases=("月份", "统计月份"), required=True),
                SheetColumn("unit", _("部门"), lookup="name", help=_("空即为全院。")),
                SheetColumn("numerator", _("分子")),
                SheetColumn("denominator", _("分母")),
                SheetColumn("value", _("数值"), aliases=("读数", "值"), help=_("有分子、分母时可不填。")),
                SheetColumn("source", _("数据来源"), aliases=("来源",)),
            ),
        ),
        services={"after": merged_readings, "create": create_reading, "change": change_reading},
        everywhere=False,
    )
)
