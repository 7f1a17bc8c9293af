"""Cases handled by presidents and heads (院庭长办案): the yearly target of hard cases, and what was counted, quarter by quarter."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.facts import Fact, Kept
from bihuan.kernel.models import Assignment

CENT = Decimal("0.01")


class ShareRole(models.TextChoices):
    """Who owes a share, by the kind of post."""

    PRESIDENT = "president", _("院长")
    LEADER = "leader", _("其他入额院领导")
    HEAD = "head", pgettext_lazy("shares", "庭长")


class Quota(models.TextChoices):
    """Whether the person is a judge within the quota (入额). Of a leader it has to be said."""

    YES = "yes", pgettext_lazy("quota", "入额")
    NO = "no", pgettext_lazy("quota", "未入额")
    UNKNOWN = "unknown", pgettext_lazy("quota", "未登记是否入额")


OWED_BY = {
    "president": ShareRole.PRESIDENT, "leader": ShareRole.LEADER, "head": ShareRole.HEAD, "filing_head": ShareRole.HEAD,
    "enforcement_head": ShareRole.HEAD,
}  # fmt: skip
"""Posts that owe a share, by their roles. A head of a unit without judges owes none."""


class ShareTarget(Kept):
    """How many hard cases a post is to handle in a year (明确件数), set on a day. A later row replaces it; the old one stays.

    The number goes with the `post`: whoever takes it over takes over what is left to do. `person` held the post on that day; whether
    they are within the quota (`in_quota`) is said of them and of nobody after them. Rows from before there was a post hold for the
    person alone.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    post = models.ForeignKey("kernel.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位"))
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("登记时的任职人"))
    in_quota = models.BooleanField(_("入额"), default=True)
    count = models.PositiveSmallIntegerField(_("重大疑难复杂案件（件）"))
    set_on = models.DateField(_("确定日期"))
    set_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("登记人"))
    reference = models.CharField(_("依据（文件、会议）"), max_length=120)

    class Meta:
        verbose_name = _("院庭长办案年度任务")
        ordering: ClassVar = ["-year", "person", "-set_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["year", "person"], name="share_target_year"),
            models.Index(fields=["year", "post"], name="share_target_post"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="share_target_quota", condition=Q(in_quota=True) | Q(count=0),
                violation_error_message=_("未入额的院领导没有办案任务，件数填 0。"),
            ),
            models.CheckConstraint(
                name="share_target_year_known", condition=Q(year__gte=2017, year__lte=2100),
                violation_error_message=_("年度应为 2017 年以后的四位数字。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.year} {self.post or self.person}"

    def clean(self) -> None:
        """The post, where it was not said, is the one the person holds that owes a share. Raises ValidationError by field."""
        if self.post_id is None and self.person_id and self.set_on is not None:
            held = Assignment.objects.filter(Assignment.on(self.set_on), person=self.person_id, post__role__in=OWED_BY)
            row = held.order_by("starts", "pk").last()
            self.post = row.post if row is not None else None


class ShareRecord(Fact):
    """What one person handled from 1 January to the end of a quarter (or to the day counted), and the average it is measured by.

    `handled` closed cases as judge in charge or on the panel, `in_charge` those as judge in charge, `hard` those that count as
    重大疑难复杂 (`local.shares.hard`); `hard_post` those of everybody who held the post this year, which is what the target of the post
    is measured by (empty: not counted then). `cases` and `judge_days`: cases handled by the judges of the court (of a head: of the
    division), and the sum of the days they held their posts; `own_days` those of the person. The minimum up to `last` is
    percent / 100 × cases × own_days / judge_days.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("人员"))
    post = models.ForeignKey("kernel.Post", models.PROTECT, related_name="+", verbose_name=_("岗位"))
    role = models.CharField(_("类别"), max_length=12, choices=ShareRole.choices)
    place = models.PositiveSmallIntegerField(editable=False)
    quota = models.CharField(_("是否入额"), max_length=8, choices=Quota.choices)
    first = models.DateField(_("自"))
    last = models.DateField(_("至"))
    handled = models.PositiveIntegerField(_("办案数"))
    in_charge = models.PositiveIntegerField(_("其中承办"))
    cases = models.PositiveIntegerField(_("法官办案件次"))
    judge_days = models.PositiveIntegerField(_("法官任职天数合计"))
    own_days = models.PositiveIntegerField(_("本人任职天数"))
    percent = models.PositiveSmallIntegerField(_("最低比例（%）"))
    hard = models.PositiveIntegerField(_("重大疑难复杂案件（已办）"))
    hard_post = models.PositiveIntegerField(_("该岗位本年已办重大疑难复杂案件"), null=True, blank=True)
    hard_target = models.PositiveSmallIntegerField(_("年度任务（件）"), null=True, blank=True)

    class Meta:
        verbose_name = _("院庭长办案统计")
        ordering: ClassVar = ["-year", "-quarter", "post__unit__order", "place", "post_id", "person_id"]
        indexes: ClassVar = [models.Index(fields=["person", "-year", "-quarter"], name="share_record_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(name="share_record_once", fields=["year", "quarter", "person", "post"]),
            models.CheckConstraint(name="share_record_quarter", condition=Q(quarter__gte=1, quarter__lte=4)),
            models.CheckConstraint(
                name="share_record_part", condition=Q(in_charge__lte=F("handled"), hard__lte=F("handled"))
            ),
            models.CheckConstraint(name="share_record_days", condition=Q(judge_days__gt=0, own_days__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.year}-Q{self.quarter}"

    @property
    def minimum(self) -> Decimal:
        """The minimum up to `last`, in cases, rounded half up to two places. Breaches are judged unrounded."""
        exact = Decimal(self.percent * self.cases * self.own_days) / (100 * self.judge_days)
        return exact.quantize(CENT, ROUND_HALF_UP)

    @property
    def average(self) -> Decimal:
        """Cases of a judge who held the post all the person's days, rounded half up to two places."""
        return (Decimal(self.cases * self.own_days) / self.judge_days).quantize(CENT, ROUND_HALF_UP)

    @property
    def judges(self) -> Decimal:
        """The judges counted, those of a part of the time as that part, rounded half up to two places."""
        return (Decimal(self.judge_days) / ((self.last - self.first).days + 1)).quantize(CENT, ROUND_HALF_UP)

    @property
    def below(self) -> bool:
        """Whether fewer cases were handled than the minimum up to `last`, unrounded."""
        return self.handled * 100 * self.judge_days < self.percent * self.cases * self.own_days
