"""The bulletins of trial management: the monthly analysis of trial quality and the quarterly consultation with its minutes.

For analysis only: figures of the court against its own past and by line of cases; no division or judge stands beside another.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.bulletins import Figure, Parts, Trend, Words, kind, year_so_far

OFFICE, TRIAL_MANAGEMENT = "office", "trial_management"

FLOWING = (
    Figure("filed", _("本期新收"), "cases.filed"),
    Figure("closed", _("本期结案"), "cases.closed"),
    Figure("clearance", _("结收比"), "cases.clearance"),
    Figure("pending", _("期末未结"), "cases.pending"),
    Figure("filed_year", _("年度累计新收"), "cases.filed", span=year_so_far),
    Figure("closed_year", _("年度累计结案"), "cases.closed", span=year_so_far),
    Figure("closure_rate_year", _("年度结案率"), "cases.closure-rate", span=year_so_far),
)
QUALITY = (
    Figure("within_limit", _("审限内结案率"), "cases.within-limit"),
    Figure("overdue", _("超审限未结率"), "cases.backlog"),
    Figure("long_pending", _("超12个月未结案件比"), "cases.pending-12"),
    Figure("days_to_close", _("平均审理天数"), "cases.days-to-close"),
    Figure("settled", _("调撤率"), "cases.settled"),
    Figure("appeal_rate", _("上诉率（年度累计）"), "cases.appeal-rate", span=year_so_far),
)
BY_LINE = Parts(
    "by_line", _("按案件条线分列"), ("cases.filed", "cases.closed", "cases.pending", "cases.within-limit"), "line"
)

MONTHLY = kind(
    "cases.monthly",
    title=_("审判质效月分析"),
    domain="cases",
    period="month",
    layout="notice",
    numbering="document",
    countersign="optional",
    drafters=(TRIAL_MANAGEMENT,),
    reviewers=(OFFICE,),
    signers=("president", "leader"),
    keepers=(OFFICE,),
    figures=(*FLOWING, *QUALITY),
    tables=(BY_LINE,),
    trends=(
        Trend("closed_trend", _("近十二个月结案"), "cases.closed", 12),
        Trend("limit_trend", _("近十二个月审限内结案率"), "cases.within-limit", 12),
    ),
    words=(
        Words(
            "lead",
            _("基本情况"),
            _(
                "本月新收 {filed}，结案 {closed}，结收比 {clearance}，月末未结 {pending}。年度累计新收 {filed_year}，结案 {closed_year}，"
                "结案率 {closure_rate_year}。审限内结案率 {within_limit}，平均审理 {days_to_close}。"
            ),
            help=_("花括号里是数据的名称，印发时换成数值。"),
        ),
        Words("analysis", _("分析研判"), help=_("与本院自己以往相比有什么变化，原因是什么；不排名、不点名比较。")),
        Words("advice", _("工作建议"), _("各庭对超审限、长期未结案件逐案说明原因，按月清理。")),
    ),
)

QUARTERLY = kind(
    "cases.quarterly",
    title=_("审判质效数据会商纪要"),
    domain="cases",
    period="quarter",
    layout="minutes",
    drafters=(TRIAL_MANAGEMENT,),
    reviewers=(OFFICE,),
    signers=("president", "leader"),
    figures=(*FLOWING, *QUALITY),
    tables=(BY_LINE,),
    trends=(Trend("closed_trend", _("近八个季度结案"), "cases.closed", 8),),
    words=(
        Words("attendees", _("参加会商"), help=_("会商时间、主持人、参加部门和人员。")),
        Words(
            "lead",
            _("数据情况"),
            _("本季度新收 {filed}，结案 {closed}，审限内结案率 {within_limit}，超12个月未结案件比 {long_pending}。"),
        ),
        Words("discussion", _("会商意见")),
        Words("tasks", _("议定事项"), help=_("事项、责任部门、完成时间。")),
    ),
)
