"""The closed lists of the cases domain."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Line(models.TextChoices):
    """The line of work a case belongs to; taken from its type code, bankruptcy apart from the rest of the civil ones."""

    CIVIL = "civil", pgettext_lazy("case line", "民事")
    CRIMINAL = "criminal", pgettext_lazy("case line", "刑事")
    ADMINISTRATIVE = "administrative", pgettext_lazy("case line", "行政")
    ENFORCEMENT = "enforcement", pgettext_lazy("case line", "执行")
    COMPENSATION = "compensation", pgettext_lazy("case line", "国家赔偿")
    BANKRUPTCY = "bankruptcy", pgettext_lazy("case line", "破产")
    OTHER = "other", pgettext_lazy("case line", "其他")


class Sealed(models.TextChoices):
    """Why a case is closed to all but those who work on it."""

    OPEN = "", pgettext_lazy("sealed", "否")
    JUVENILE = "juvenile", _("未成年人犯罪记录封存")
    PRIVACY = "privacy", _("涉及个人隐私")


class ClosingManner(models.TextChoices):
    """How a case was closed."""

    JUDGMENT = "judgment", _("判决")
    MEDIATION = "mediation", pgettext_lazy("closing", "调解")
    WITHDRAWAL = "withdrawal", _("撤诉")
    RULING = "ruling", _("裁定")
    TERMINATED_CURRENT = "terminated_current", _("终结本次执行程序")
    EXECUTED = "executed", _("执行完毕")
    OTHER = "other", pgettext_lazy("closing", "其他")


class PartyRole(models.TextChoices):
    """Where a party stands in a case."""

    CLAIMANT = "claimant", _("原告、申请人、自诉人")
    RESPONDENT = "respondent", _("被告、被申请人")
    DEFENDANT = "defendant", _("被告人")
    THIRD = "third", _("第三人")
    OTHER = "other", pgettext_lazy("party", "其他")


class PartyKind(models.TextChoices):
    """What a party is."""

    PERSON = "person", _("自然人")
    ENTERPRISE = "enterprise", _("企业")
    BUSINESS = "business", _("个体工商户")
    ORGAN = "organ", _("机关、事业单位")
    OTHER = "other", pgettext_lazy("party", "其他")


class TurnKind(models.TextChoices):
    """How a clock turns."""

    CONVERT = "convert", _("程序转换")
    RESTART = "restart", _("重新计算")


class Decision(models.TextChoices):
    """What was decided of an extension in the case system."""

    GRANTED = "granted", pgettext_lazy("extension", "批准")
    REFUSED = "refused", pgettext_lazy("extension", "不批准")


class HearingKind(models.TextChoices):
    """What a sitting was for."""

    TRIAL = "trial", _("开庭审理")
    PRE_TRIAL = "pre_trial", _("庭前会议")
    MEDIATION = "mediation", pgettext_lazy("hearing", "调解")
    INQUIRY = "inquiry", _("听证、询问")
    PRONOUNCEMENT = "pronouncement", _("宣判")
    OTHER = "other", pgettext_lazy("hearing", "其他")


class Adjourned(models.TextChoices):
    """Why a hearing was adjourned; empty where it was not."""

    NO = "", _("没有延期")
    ABSENT = "absent", _("必须到庭的人有正当理由没有到庭")
    CHALLENGE = "challenge", _("当事人临时提出回避申请")
    EVIDENCE = "evidence", _("需要通知新的证人到庭、调取新的证据、重新鉴定勘验或者补充调查")
    FORCE_MAJEURE = "force_majeure", _("不可抗力或者意外事件")
    OTHER = "other", _("其他应当延期的情形")


class AppealOutcome(models.TextChoices):
    """How an appeal ended."""

    UPHELD = "upheld", _("维持")
    CHANGED = "changed", _("改判")
    REMANDED = "remanded", _("发回重审")
    WITHDRAWN = "withdrawn", pgettext_lazy("appeal", "撤回上诉")


class Channel(models.TextChoices):
    """How material came in."""

    WINDOW = "window", _("窗口")
    POST = "post", pgettext_lazy("channel", "邮寄")
    ONLINE = "online", pgettext_lazy("channel", "网上")


class ReceiptOutcome(models.TextChoices):
    """What became of a receipt (收件)."""

    FILED = "filed", pgettext_lazy("receipt", "登记立案")
    REFUSED_RULING = "refused_ruling", _("裁定不予受理（不予立案）")
    RETURNED = "returned", _("退回并记录")
    FILED_FIRST = "filed_first", _("先行立案")
    WITHDRAWN = "withdrawn", pgettext_lazy("receipt", "撤回")


class ComplaintGround(models.TextChoices):
    """Grounds of a complaint about filing (登记立案规定13)."""

    NOT_TAKEN = "not_taken", _("不接收诉状")
    NO_RECEIPT = "no_receipt", _("接收后不出具书面凭证")
    NOT_TOLD_AT_ONCE = "not_told_at_once", _("不一次性告知补正内容")
    NOT_FILED = "not_filed", _("有案不立")
    DELAYED = "delayed", _("拖延立案")
    HINDERED = "hindered", _("干扰立案")
    NEITHER = "neither", _("既不立案又不作出裁定或者决定")


class ComplaintFinding(models.TextChoices):
    """What was found of a complaint."""

    UPHELD = "upheld", _("属实")
    PARTLY = "partly", _("部分属实")
    UNFOUNDED = "unfounded", _("不属实")


class PendingCause(models.TextChoices):
    """Why a case has been pending for long."""

    APPRAISAL = "appraisal", _("鉴定、评估、审计")
    SERVICE = "service", _("送达困难、公告")
    RELATED = "related", _("等待关联案件结果")
    COMPLEX = "complex", _("案情疑难复杂")
    SUSPENDED = "suspended", _("依法中止")
    SUPERIOR = "superior", _("请示上级法院")
    STABILITY = "stability", _("群体性、维稳因素")
    NO_PROPERTY = "no_property", _("财产难以查控、处置")
    STAFF = "staff", _("承办人变动、工作安排")
    OTHER = "other", pgettext_lazy("pending", "其他")


class RequestState(models.TextChoices):
    """Where a request stands: asked here, decided in the case system."""

    OPEN = "open", _("待案件系统审批")
    GRANTED = "granted", pgettext_lazy("request", "已批准")
    DIFFERS = "differs", _("批准内容与申请不同")
    REFUSED = "refused", pgettext_lazy("request", "未批准")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "已撤回")
