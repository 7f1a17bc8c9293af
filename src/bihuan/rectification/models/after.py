"""After closing: look-backs, rebounds, new situations; and letters that press for work (督办函)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Fact, Kept
from bihuan.kernel.models import Person, Unit

from .choices import LookBackMethod, LookBackResult, ReboundOrigin
from .closing import PartyGroupMeeting
from .doing import Attempt
from .items import Measure

OPEN_REBOUNDS = ("suspected", "found")


class LookBack(Kept):
    """A closed item looked at again: planned for a day, done by a person, with what was found."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="look_backs", verbose_name=_("整改措施"))
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, null=True, blank=True, related_name="look_backs", verbose_name=_("整改过程")
    )
    planned_on = models.DateField(_("计划日期"))
    method = models.CharField(_("方式"), max_length=12, choices=LookBackMethod.choices)
    draw = models.JSONField(_("抽样记录"), default=dict, blank=True, editable=False)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    persons_asked = models.CharField(_("询问人员"), max_length=300, blank=True)
    result = models.CharField(_("复核结果"), max_length=12, choices=LookBackResult.choices, default="", blank=True)
    note = models.TextField(_("复核情况"), blank=True)

    class Meta:
        verbose_name = _("“回头看”复核")
        ordering: ClassVar = ["-planned_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="look_back_done_whole",
                condition=(Q(done_on__isnull=True) & Q(result=""))
                | (Q(done_on__isnull=False) & ~Q(result="") & Q(by__isnull=False) & ~Q(note="")),
            ),
            models.CheckConstraint(
                name="look_back_reverse_asks",
                condition=~Q(method="reverse") | Q(done_on__isnull=True) | ~Q(persons_asked=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} {self.planned_on}"


class Rebound(Fact):
    """A suspected rebound of a closed attempt, on its way to a new attempt or to a reasoned no."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="rebounds", verbose_name=_("整改过程"))
    origin = models.CharField(_("来源"), max_length=12, choices=ReboundOrigin.choices)
    finding = models.JSONField(_("依据的事实"), default=dict)
    fact_key = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("状态"), max_length=24, default="suspected")
    revision = models.PositiveIntegerField(default=0, editable=False)
    raised_on = models.DateField(_("发现日期"))
    raised_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发现人")
    )
    verify_due = models.DateField(_("核实期限"))
    verify_version = models.CharField(max_length=120, blank=True)
    verified_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核实人")
    )
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)
    verdict = models.TextField(_("核实意见"), blank=True)
    confirm_due = models.DateField(_("党组会确认期限"), null=True, blank=True)
    meeting = models.ForeignKey(
        PartyGroupMeeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rebounds",
        verbose_name=_("党组会议"),
    )
    reopened = models.ForeignKey(
        Attempt, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("重新整改过程")
    )

    class Meta:
        verbose_name = _("疑似反弹")
        ordering: ClassVar = ["-raised_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="rebound_open_once", fields=["attempt"], condition=Q(state__in=OPEN_REBOUNDS)),
            models.CheckConstraint(
                name="rebound_state_known",
                condition=Q(state__in=[*OPEN_REBOUNDS, "dismissed", "reopened", "reopened_by_silence"]),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "verify_due"], name="rebound_state_due")]

    def __str__(self) -> str:
        return f"{self.attempt.measure.code} {self.raised_on}"

    @property
    def lead_unit_id(self) -> int:
        """The department answerable, for the log."""
        return self.attempt.measure.lead_unit_id


class NewSituation(Kept):
    """Something new about a problem, noted at any time, before or after closing."""

    problem = models.ForeignKey(
        "rectification.Problem", models.PROTECT, related_name="situations", verbose_name=_("反馈问题")
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="situations", verbose_name=_("整改措施")
    )
    day = models.DateField(_("日期"))
    text = models.TextField(_("新情况"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("填报人"))

    class Meta:
        verbose_name = _("新情况")
        ordering: ClassVar = ["-day", "-id"]

    def __str__(self) -> str:
        return f"{self.day} {self.text[:40]}"


class SupervisionLetter(Kept):
    """A letter pressing a department (督办函), with its receipt."""

    no = models.CharField(_("督办函编号"), max_length=60, unique=True)
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("送达部门"))
    measures = models.ManyToManyField(Measure, related_name="letters", blank=True, verbose_name=_("督办措施"))
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("督办内容"))
    issued_on = models.DateField(_("发函日期"))
    issued_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("签发人"))
    due = models.DateField(_("回复期限"))
    receipt_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签收人")
    )
    receipt_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    reply = models.TextField(_("回复"), blank=True)
    replied_on = models.DateField(_("回复日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("督办函")
        ordering: ClassVar = ["-issued_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="letter_due_after_issue", condition=Q(due__gte=F("issued_on"))),
            models.CheckConstraint(
                name="letter_receipt_whole",
                condition=(Q(receipt_by__isnull=True) & Q(receipt_at__isnull=True))
                | (Q(receipt_by__isnull=False) & Q(receipt_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="letter_reply_whole",
                condition=(Q(replied_on__isnull=True) & Q(reply="")) | (Q(replied_on__isnull=False) & ~Q(reply="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}"

    @property
    def unit_id(self) -> int:
        """The department addressed, for the log."""
        return self.to_unit_id
