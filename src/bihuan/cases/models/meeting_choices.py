"""The closed lists of meetings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Body(models.TextChoices):
    """The two bodies: one advises, one decides."""

    PROFESSIONAL = "professional", _("专业法官会议")
    COMMITTEE = "committee", _("审判委员会")


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    PLANNED = "planned", pgettext_lazy("meeting", "筹备中")
    HELD = "held", pgettext_lazy("meeting", "已召开")
    MINUTED = "minuted", _("记录已签署")
    FAILED = "failed", _("人数不足，未开成")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "已取消")


class Grade(models.IntegerChoices):
    """Grades of judges (法官等级), the highest first."""

    CHIEF = 1, _("首席大法官")
    GRAND_1 = 2, _("一级大法官")
    GRAND_2 = 3, _("二级大法官")
    SENIOR_1 = 4, _("一级高级法官")
    SENIOR_2 = 5, _("二级高级法官")
    SENIOR_3 = 6, _("三级高级法官")
    SENIOR_4 = 7, _("四级高级法官")
    JUDGE_1 = 8, _("一级法官")
    JUDGE_2 = 9, _("二级法官")
    JUDGE_3 = 10, _("三级法官")
    JUDGE_4 = 11, _("四级法官")
    JUDGE_5 = 12, _("五级法官")


class Trigger(models.TextChoices):
    """Why a case is put before a meeting."""

    SIX_MONTHS = "six_months", _("长期未结，须提交专业法官会议")
    TEN_MONTHS = "ten_months", _("长期未结，须提交审判委员会")
    PANEL = "panel", _("独任法官、合议庭提请，或者合议庭有分歧")
    UNIFORM = "uniform", _("需要统一法律适用")
    OVERSIGHT = "oversight", _("属于“四类案件”")
    STATUTORY = "statutory", _("依法应当由审判委员会讨论决定")
    ORDERED = "ordered", _("院长、庭长决定提交")
    OTHER = "other", pgettext_lazy("trigger", "其他")


class Result(models.TextChoices):
    """What came of an item; never who thought what."""

    NONE = "", "—"
    AGREED = "agreed", _("同意承办人、合议庭意见")
    OTHERWISE = "otherwise", _("作出不同于承办人、合议庭意见的结论")
    SUPPLEMENT = "supplement", _("补充事实、证据后再议")
    SPEED_UP = "speed_up", _("提出推进、限期办结的安排")
    COMMITTEE = "committee", _("提交审判委员会")
    SUPERIOR = "superior", _("依法报请上级法院")


class Answer(models.TextChoices):
    """What the panel did with the advice of the professional judges' meeting."""

    NONE = "", "—"
    TAKEN = "taken", pgettext_lazy("advice", "采纳")
    PARTLY = "partly", pgettext_lazy("advice", "部分采纳")
    KEPT = "kept", _("复议后未采纳")
    COMMITTEE = "committee", _("未采纳，提请审判委员会讨论")


class Execution(models.TextChoices):
    """How a decision of the committee was carried out."""

    NONE = "", "—"
    DECIDED = "decided", _("按决定作出裁判")
    PROCEDURE = "procedure", _("按决定办理程序事项")
    RECONSIDERED = "reconsidered", _("提请复议后按复议决定办理")


class PriorExempt(models.TextChoices):
    """Why a case went to the committee without the professional judges' meeting."""

    NONE = "", "—"
    STATUTORY = "statutory", _("依法应当提交，院长、庭长与合议庭没有分歧")
    OVERLAP = "overlap", _("与审判委员会组成人员重合较多")
    SPECIAL = "special", _("其他特殊事由，经院长批准")


class ItemState(models.TextChoices):
    """Where an item stands."""

    LISTED = "listed", pgettext_lazy("agenda", "待议")
    CONCLUDED = "concluded", pgettext_lazy("agenda", "已议")
    DEFERRED = "deferred", _("本次未议")
    ANSWERED = "answered", _("合议庭已反馈")
    EXECUTED = "executed", _("决定已落实")
    SUPERSEDED = "superseded", pgettext_lazy("agenda", "已重新讨论")


class Remedy(models.TextChoices):
    """What a defect asks for."""

    CORRECT = "correct", pgettext_lazy("remedy", "补正")
    REDISCUSS = "rediscuss", _("重新讨论")


class DefectState(models.TextChoices):
    """Where a defect stands."""

    OPEN = "open", pgettext_lazy("defect", "待处理")
    CORRECTED = "corrected", pgettext_lazy("defect", "已补正")
    REDISCUSSED = "rediscussed", pgettext_lazy("defect", "已重新讨论")


class DefectCode(models.TextChoices):
    """What may be wrong with a meeting that had its quorum. Each is found by the system; nobody enters one."""

    COMPOSITION_EVEN = "composition_even", _("组成人员不是单数")
    CHAIR_WRONG = "chair_wrong", _("主持人不符合规定")
    NOT_SPOKEN = "not_spoken", _("到会人员没有发言")
    ORDER_WRONG = "order_wrong", _("发言没有按法官等级由低到高")
    CHAIR_NOT_LAST = "chair_not_last", _("主持人没有最后发言")
    REASON_MISSING = "reason_missing", _("发表意见没有说明理由")
    MINUTES_MISSING = "minutes_missing", _("会议记录没有按期归入")
    UNSIGNED = "unsigned", _("会议记录没有按期签名")
    NO_MAJORITY = "no_majority", _("没有获得全体组成人员的过半数同意")
    REPORT_MISSING = "report_missing", _("没有审理报告")
    SEARCH_LOST = "search_lost", _("类案检索记录已作废或者没有写入审理报告")
    PRIOR_MISSING = "prior_missing", _("提交审判委员会前没有经专业法官会议讨论")
