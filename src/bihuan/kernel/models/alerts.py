"""Alerts: one standing row a breach, the steps it went through, and what each patrol covered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..facts import Fact, Kept


class Severity(models.TextChoices):
    """How grave a breach is. Orders lists and chooses the pace of the ladder."""

    NOTICE = "notice", pgettext_lazy("severity", "提示")
    WARNING = "warning", pgettext_lazy("severity", "预警")
    SERIOUS = "serious", pgettext_lazy("severity", "严重")


GRAVITY = {Severity.SERIOUS.value: 0, Severity.WARNING.value: 1, Severity.NOTICE.value: 2}
"""By what lists of alerts are sorted."""


class BreachState(models.TextChoices):
    """The system's side: does the breach stand? Nobody sets it by hand."""

    OPEN = "open", pgettext_lazy("breach", "存在")
    CLEARED = "cleared", pgettext_lazy("breach", "已消除")
    UNDETERMINED = "undetermined", pgettext_lazy("breach", "无法判断")


STANDING = (BreachState.OPEN, BreachState.UNDETERMINED)


class HandlingState(models.TextChoices):
    """The people's side: what is being done about it."""

    NEW = "new", _("未查看")
    SEEN = "seen", _("已查看")
    HANDLING = "handling", _("处理中")
    DATA_ERROR = "data_error", _("数据有误待确认")
    PAUSED = "paused", _("数据更正中（暂停）")


class Level(models.IntegerChoices):
    """The rungs of the ladder. The last is the discipline team stationed at the court where a leader is the owner."""

    OWNER = 0, pgettext_lazy("ladder", "责任人")
    HEAD = 1, pgettext_lazy("ladder", "部门负责人")
    LEADER = 2, pgettext_lazy("ladder", "分管领导")
    TOP = 3, pgettext_lazy("ladder", "院长")


class Campaign(Kept):
    """The backlog of a domain at its baseline day: worked off by staged targets, outside the ladder.

    `targets` is a list of {"on": ISO date, "remaining": int}, by day.
    """

    domain = models.CharField(_("业务领域"), max_length=40)
    title = models.CharField(_("名称"), max_length=120)
    baseline_on = models.DateField(_("基线日期"))
    targets = models.JSONField(_("阶段目标"), default=list)

    class Meta:
        verbose_name = _("存量清理")
        ordering: ClassVar = ["-baseline_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="campaign_one_a_domain", fields=["domain"], condition=Q(voided_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.title


class Alert(Fact):
    """A breach of a rule by an object, from the day it was first seen until the facts say it is gone."""

    rule = models.CharField(_("规则"), max_length=80)
    domain = models.CharField(_("业务领域"), max_length=40)
    about = models.CharField(_("对象类别"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("对象"))
    subject = models.CharField(_("事项"), max_length=200, blank=True)
    severity = models.CharField(_("级别"), max_length=10, choices=Severity.choices)
    breach_state = models.CharField(_("情形"), max_length=12, choices=BreachState.choices, default=BreachState.OPEN)
    handling_state = models.CharField(
        _("处理状态"), max_length=12, choices=HandlingState.choices, default=HandlingState.NEW
    )
    owner = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, blank=True, related_name="alerts", verbose_name=_("责任人")
    )
    unit = models.ForeignKey(
        "kernel.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    track = models.CharField(_("限定范围"), max_length=40, blank=True)
    about_leader = models.BooleanField(_("涉及院领导"), default=False)
    due = models.DateField(_("到期日"), null=True, blank=True)
    first_seen = models.DateField(_("首次发现"))
    last_seen = models.DateField(_("最近发现"))
    cleared_on = models.DateField(_("消除日期"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices, default=Level.OWNER)
    climb_after = models.DateField(_("处理期限（逾期升级）"), null=True, blank=True)
    handle_by = models.DateField(_("承诺办结日"), null=True, blank=True)
    promised_level = models.SmallIntegerField(_("承诺时层级"), default=-1)
    paused_until = models.DateField(_("暂停至"), null=True, blank=True)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="alerts", verbose_name=_("存量清理")
    )
    trace = models.JSONField(_("依据"), default=dict)
    revision = models.PositiveIntegerField(default=0)
    gravity = models.GeneratedField(
        expression=models.Case(*(models.When(severity=name, then=n) for name, n in GRAVITY.items()), default=3),
        output_field=models.PositiveSmallIntegerField(_("级别次序")),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("预警")
        ordering: ClassVar = ["-first_seen", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="alert_stands_once",
                fields=["rule", "object_id"],
                condition=Q(breach_state__in=["open", "undetermined"]),
            ),
            models.CheckConstraint(
                name="alert_cleared_has_day",
                condition=Q(breach_state="cleared", cleared_on__isnull=False)
                | (~Q(breach_state="cleared") & Q(cleared_on__isnull=True)),
            ),
            models.CheckConstraint(name="alert_level_known", condition=Q(level__lte=3)),
            models.CheckConstraint(
                name="alert_paused_has_deadline",
                condition=~Q(handling_state="paused") | Q(paused_until__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "breach_state", "due"], name="alert_owner"),
            models.Index(fields=["unit", "breach_state", "due"], name="alert_unit"),
            models.Index(fields=["about", "object_id"], name="alert_object"),
            models.Index(fields=["breach_state", "climb_after"], name="alert_climb"),
            models.Index(fields=["rule", "first_seen"], name="alert_rule_seen"),
            models.Index(
                fields=["gravity", "due", "first_seen", "id"], name="alert_gravest", condition=Q(cleared_on__isnull=True)
            ),
            models.Index(
                fields=["rule", "gravity", "due", "first_seen", "id"],
                name="alert_rule_gravest",
                condition=Q(cleared_on__isnull=True),
            ),
            models.Index(fields=["-cleared_on", "-id"], name="alert_cleared", condition=Q(cleared_on__isnull=False)),
            models.Index(fields=["-first_seen", "-id"], name="alert_newest"),
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.rule} {self.object_id}"

    @property
    def level_code(self) -> str:
        """The wording code of the rung the alert is on: the last one is another where a leader is the owner."""
        aside = self.about_leader and self.level == Level.TOP
        return "alert.level.aside" if aside else f"alert.level.{self.level}"

    @property
    def stands(self) -> bool:
        """Whether the breach has not been cleared."""
        return self.breach_state != BreachState.CLEARED


class StepKind(models.TextChoices):
    """What happened to an alert."""

    OPENED = "opened", _("产生预警")
    CLIMBED = "climbed", _("升级")
    SEEN = "seen", _("查看")
    HANDLED = "handled", _("登记处理情况")
    REPORTED = "reported", _("报告数据有误")
    CONFIRMED = "confirmed", _("确认数据有误，暂停")
    REFUSED = "refused", _("认定数据无误")
    RESUMED = "resumed", _("恢复")
    MOVED = "moved", _("变更责任人")
    CLEARED = "cleared", _("预警消除")
    UNDETERMINED = "undetermined", _("转为无法判断")
    DETERMINED = "determined", _("恢复判断：情形仍存在")


class AlertStep(Fact):
    """One thing that happened to an alert: each change of level, each act. Only ever inserted."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="steps", verbose_name=_("预警"), db_index=False)
    kind = models.CharField(_("事项"), max_length=12, choices=StepKind.choices)
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices)
    person = models.ForeignKey(
        "kernel.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("对象人员"),
        db_index=False,
    )
    actor = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理人")
    )
    note = models.TextField(_("说明"), blank=True)
    until = models.DateField(_("期限"), null=True, blank=True)
    day = models.DateField(_("业务日期"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("预警办理记录")
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["alert", "at"], name="alert_step_alert"),
            models.Index(fields=["alert", "person"], name="alert_step_told"),
            models.Index(fields=["person", "alert"], name="alert_step_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="alert_climbs_once_a_level", fields=["alert", "level"], condition=Q(kind="climbed")
            )
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind} {self.level}"


class RunOutcome(models.TextChoices):
    """How far a run of a rule can be relied on."""

    OK = "ok", _("正常")
    STALE = "stale", _("数据来源逾期")
    FAILED = "failed", _("执行失败")


class RuleRun(Fact):
    """What one run of one rule covered: rows, cut-offs of its sources, parameters, result. Only ever inserted.

    `sources` is {code: {"cut_off", "status"}}, `parameters` is {id: version of the dated value}.
    """

    rule = models.CharField(_("规则"), max_length=80)
    on = models.DateField(_("业务日期"))
    outcome = models.CharField(_("结果"), max_length=8, choices=RunOutcome.choices)
    rows_seen = models.PositiveIntegerField(_("检查行数"), default=0)
    breaches = models.PositiveIntegerField(_("命中"), default=0)
    opened = models.PositiveIntegerField(_("新增预警"), default=0)
    cleared = models.PositiveIntegerField(_("消除预警"), default=0)
    undetermined = models.PositiveIntegerField(_("无法判断"), default=0)
    sources = models.JSONField(_("数据来源"), default=dict)
    parameters = models.JSONField(_("参数版本"), default=dict)
    error = models.TextField(_("错误"), blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    duration_ms = models.PositiveIntegerField(_("耗时（毫秒）"), default=0)

    class Meta:
        verbose_name = _("规则执行记录")
        ordering: ClassVar = ["-started_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["rule", "-on"], name="rule_run_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.on} {self.outcome}"
