"""The work on a measure: attempts, progress, outcomes, staged targets."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Fact, Kept
from bihuan.kernel.models import Person

from .choices import CLOSED_STATES, ENDED_STATES, OPEN_STATES, Assessment, OutcomeKind, Result
from .items import Criterion, Measure


class Attempt(Fact):
    """One go at a measure, from start to close-out. A reopening is a new attempt; one is open at a time.

    `state` is where it stands in the process, `result` the class of what was reached. `facts_since` is the first day whose facts
    count for its criteria: the feedback for the first attempt, the reopening for a later one.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="attempts", verbose_name=_("整改措施"))
    number = models.PositiveSmallIntegerField(_("第几次整改"), default=1)
    state = models.CharField(_("状态"), max_length=20, default="not_started")
    result = models.CharField(_("结果"), max_length=12, choices=Result.choices, default=Result.NONE, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    opened_on = models.DateField(_("开启日期"))
    opened_because = models.JSONField(_("开启原因"), default=dict)
    facts_since = models.DateField(_("事实起算日"))
    started_on = models.DateField(_("启动日期"), null=True, blank=True)
    applicant = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申请人")
    )
    applied_on = models.DateField(_("申请日期"), null=True, blank=True)
    verifier = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("验收人")
    )
    closed_on = models.DateField(_("销号日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("整改过程")
        ordering: ClassVar = ["measure", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="attempt_number_once", fields=["measure", "number"]),
            models.UniqueConstraint(name="attempt_open_once", fields=["measure"], condition=Q(state__in=OPEN_STATES)),
            models.CheckConstraint(name="attempt_state_known", condition=Q(state__in=[*OPEN_STATES, *ENDED_STATES])),
            models.CheckConstraint(
                name="attempt_result_known", condition=Q(result__in=["", "done", "staged", "long_term"])
            ),
            # A result is a result of closing: nothing open carries one, nothing closed lacks one.
            models.CheckConstraint(
                name="attempt_result_with_closing",
                condition=(Q(state__in=OPEN_STATES) & Q(result=""))
                | (Q(state__in=CLOSED_STATES) & ~Q(result=""))
                | Q(state="externally_refused"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "measure"], name="attempt_state_measure"),
            models.Index(fields=["state", "applied_on", "id"], name="attempt_waiting"),
            models.Index(fields=["-opened_on", "id"], name="attempt_listed"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} #{self.number}"

    @property
    def lead_unit_id(self) -> int:
        """The department answerable, for the log."""
        return self.measure.lead_unit_id

    @property
    def is_open(self) -> bool:
        """Whether work or review is still under way."""
        return self.state in OPEN_STATES


class Progress(Kept):
    """What was done on a day, with a figure where there is one."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="progress", verbose_name=_("整改措施"))
    day = models.DateField(_("日期"))
    text = models.TextField(_("进展情况"))
    figure = models.ForeignKey(
        "rectification.Figure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("数据项"),
    )
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=4, null=True, blank=True)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("填报人"))

    class Meta:
        verbose_name = _("整改进展")
        ordering: ClassVar = ["-day", "-id"]
        indexes: ClassVar = [models.Index(fields=["measure", "-day"], name="progress_measure_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="progress_value_has_figure", condition=Q(value__isnull=True) | Q(figure__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.text[:40]}"


class Outcome(Kept):
    """What the work brought about: a rule, money, persons held to account, cases put right."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="outcomes", verbose_name=_("整改措施"))
    kind = models.CharField(_("成果类别"), max_length=20, choices=OutcomeKind.choices)
    day = models.DateField(_("日期"))
    title = models.CharField(_("名称"), max_length=200)
    number = models.PositiveIntegerField(_("数量"), default=1)
    amount = models.DecimalField(_("金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    document = models.CharField(_("文号"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("整改成果")
        ordering: ClassVar = ["-day", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="outcome_money_has_amount",
                condition=(Q(kind="money_recovered") & Q(amount__gt=0))
                | (~Q(kind="money_recovered") & Q(amount__isnull=True)),
            ),
            models.CheckConstraint(name="outcome_number_positive", condition=Q(number__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title


class StagedTarget(Kept):
    """A stage of a long-term item: what is to be reached by a day, and what its assessment found."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="targets", verbose_name=_("整改措施"))
    due = models.DateField(_("阶段期限"))
    text = models.TextField(_("阶段目标"))
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("对应的销号标准")
    )
    assessed_on = models.DateField(_("评估日期"), null=True, blank=True)
    assessed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("评估人")
    )
    result = models.CharField(_("评估结果"), max_length=10, choices=Assessment.choices, default="", blank=True)
    finding = models.JSONField(_("评估依据"), default=dict, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("阶段目标")
        ordering: ClassVar = ["measure", "due", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="target_assessed_whole",
                condition=(Q(assessed_on__isnull=True) & Q(result="") & Q(assessed_by__isnull=True))
                | (Q(assessed_on__isnull=False) & Q(result__in=["met", "unmet"]) & Q(assessed_by__isnull=False)),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["due"], name="target_due")]

    def __str__(self) -> str:
        return f"{self.due} {self.text[:40]}"
