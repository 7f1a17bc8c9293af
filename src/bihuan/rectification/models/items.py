"""Problems, sub-problems, measures and the criteria their close-out has to meet.

Wording, dates and criteria freeze when the plan is approved (`frozen_at`); triggers then refuse a change that does not
name an approved change request in `change`.

Some columns are copies, so that lists and counts over a hundred thousand rows are answered by an index: `feedback_on` of the
round, `light` and `outcome` of a measure's newest attempt. Triggers keep them (see triggers/kept.py), whoever writes.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import criteria
from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.wording import Message

from .choices import OPEN_STATES, Category, ProblemKind
from .rounds import InspectionRound

STANDING = Q(voided_at__isnull=True)
"""Lists and counts are of rows that stand: their indexes hold no others."""


class Frozen(Kept):
    """Abstract: a row of the plan. `frozen_at` is set once, when the plan is approved."""

    frozen_at = models.DateTimeField(_("冻结时间"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_frozen(self) -> bool:
        """Whether the row's wording and dates are agreed and fixed."""
        return self.frozen_at is not None


class Problem(Frozen):
    """A problem of the feedback, in its own words."""

    GRADES: ClassVar = [(1, _("一级")), (2, _("二级")), (3, _("三级"))]

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="problems", verbose_name=_("巡察轮次"))
    code = models.CharField(_("问题编号"), max_length=20)
    order = models.PositiveSmallIntegerField(_("排序"), default=100)
    title = models.CharField(_("问题概述"), max_length=200)
    verbatim = models.TextField(_("反馈原文"))
    category = models.CharField(_("监督重点"), max_length=20, choices=Category.choices, default=Category.OTHER)
    grade = models.PositiveSmallIntegerField(_("难度等级"), choices=GRADES, default=2)
    kind = models.CharField(_("整改类型"), max_length=20, choices=ProblemKind.choices, default=ProblemKind.CONCENTRATED)
    root_cause = models.TextField(_("原因分析"), blank=True)
    root_cause_code = models.CharField(_("原因类别"), max_length=40, blank=True)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("牵头领导")
    )
    feedback_on = models.DateField(_("反馈日期"), null=True, editable=False)

    class Meta:
        verbose_name = _("反馈问题")
        ordering: ClassVar = ["round", "order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="problem_code_once", fields=["round", "code"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(name="problem_verbatim_given", condition=~Q(verbatim="")),
            models.CheckConstraint(name="problem_grade_known", condition=Q(grade__in=[1, 2, 3])),
        ]
        indexes: ClassVar = [
            models.Index(fields=["root_cause_code"], name="problem_root_cause"),
            models.Index(fields=["-feedback_on", "order", "id"], name="problem_listed", condition=STANDING),
            models.Index(fields=["round", "-feedback_on", "order", "id"], name="problem_round_listed", condition=STANDING),
            models.Index(fields=["code", "id"], name="problem_by_code", condition=STANDING),
            models.Index(fields=["grade", "id"], name="problem_by_grade", condition=STANDING),
            models.Index(fields=["leader", "id"], name="problem_by_leader", condition=STANDING),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class SubProblem(Frozen):
    """A part of a problem. Every problem has at least one; number and title may be empty where the feedback gives none."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="subs", verbose_name=_("反馈问题"))
    no = models.CharField(_("序号"), max_length=10, blank=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=100)
    title = models.CharField(_("具体问题"), max_length=200, blank=True)
    verbatim = models.TextField(_("反馈原文"), blank=True)

    class Meta:
        verbose_name = _("具体问题")
        ordering: ClassVar = ["problem", "order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="sub_problem_no_once", fields=["problem", "no"], condition=Q(voided_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}".strip() or str(self.problem)


class Measure(Frozen):
    """What a department promises to do, by when, and what counts as done."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="measures", verbose_name=_("巡察轮次"))
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="measures", verbose_name=_("反馈问题"))
    sub_problem = models.ForeignKey(SubProblem, models.PROTECT, related_name="measures", verbose_name=_("具体问题"))
    code = models.CharField(_("措施编号"), max_length=30)
    order = models.PositiveSmallIntegerField(_("排序"), default=100)
    text = models.TextField(_("整改措施"))
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任领导")
    )
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("责任部门"))
    co_units = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name=_("配合部门"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    starts = models.DateField(_("开始日期"), null=True, blank=True)
    due = models.DateField(_("完成期限"))
    completion_standard = models.TextField(_("完成标准"))
    change = models.ForeignKey(
        "rectification.ChangeRequest",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("依据的变更"),
    )
    feedback_on = models.DateField(_("反馈日期"), null=True, editable=False)
    light = models.CharField(_("状态"), max_length=20, null=True, editable=False)
    outcome = models.CharField(_("结果"), max_length=12, blank=True, default="", editable=False)
    open_due = models.GeneratedField(
        expression=models.Case(models.When(light__in=OPEN_STATES, then=F("due")), default=None),
        output_field=models.DateField(_("未办结的完成期限"), null=True),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("整改措施")
        ordering: ClassVar = ["round", "order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="measure_code_once", fields=["round", "code"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(name="measure_text_given", condition=~Q(text="")),
            models.CheckConstraint(
                name="measure_due_after_start", condition=Q(starts__isnull=True) | Q(due__gte=F("starts"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lead_unit", "due"], name="measure_unit_due"),
            models.Index(fields=["person", "due"], name="measure_person_due"),
            models.Index(fields=["leader", "due"], name="measure_leader_due"),
            models.Index(fields=["due"], name="measure_due"),
            models.Index(fields=["-feedback_on", "order", "id"], name="measure_listed", condition=STANDING),
            models.Index(fields=["round", "-feedback_on", "order", "id"], name="measure_round_listed", condition=STANDING),
            models.Index(fields=["code", "id"], name="measure_by_code", condition=STANDING),
            models.Index(fields=["light", "due", "id"], name="measure_by_light", condition=STANDING),
            models.Index(fields=["open_due", "id"], name="measure_open_due", condition=STANDING),
            models.Index(fields=["round", "light", "outcome"], name="measure_round_light", condition=STANDING),
            models.Index(fields=["round", "light", "due", "id"], name="measure_round_board", condition=STANDING),
            models.Index(fields=["round", "open_due", "light"], name="measure_round_open_due", condition=STANDING),
            # With whose they are: what is counted of a round, and for whom, is then in the index and no row is read.
            models.Index(
                fields=["round", "problem", "light", "outcome", "open_due", "lead_unit", "person", "leader"],
                name="measure_counted",
                condition=STANDING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:40]}"


class Criterion(Frozen):
    """A typed criterion of a measure (see kernel.criteria). All criteria that stand must be met to close."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="criteria", verbose_name=_("整改措施"))
    kind = models.CharField(_("标准类别"), max_length=40)
    params = models.JSONField(_("参数"), default=dict)
    order = models.PositiveSmallIntegerField(_("排序"), default=100)
    change = models.ForeignKey(
        "rectification.ChangeRequest",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("依据的变更"),
    )

    class Meta:
        verbose_name = _("销号标准")
        ordering: ClassVar = ["measure", "order", "id"]

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Message:
        """The criterion as a sentence."""
        return criteria.describe(self.kind, self.params)
