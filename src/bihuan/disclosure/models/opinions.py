"""Opinions of the public: as received, and as handed to a department. What names the sender stands in the first alone, sealed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person, Unit

from .. import vault
from ..masking import masked


def unnumbered() -> str:
    """What stands for a number until the service gives one: rows of a sheet are judged together, and each must be its own."""
    return uuid.uuid4().hex[:20]


class Side(models.TextChoices):
    """Who receives: what is about the inspection office never passes through its hands."""

    INSPECTION = "inspection", _("督察室")
    STATIONED = "stationed", _("派驻纪检监察组")


class Channel(models.TextChoices):
    """How an opinion came."""

    FORM = "form", pgettext_lazy("opinion channel", "网上表单")
    PHONE = "phone", pgettext_lazy("opinion channel", "电话")
    LETTER = "letter", pgettext_lazy("opinion channel", "来信")
    VISIT = "visit", pgettext_lazy("opinion channel", "来访")
    SITE = "site", pgettext_lazy("opinion channel", "上级网站转来")


class OpinionState(models.TextChoices):
    """Where an opinion stands."""

    RECEIVED = "received", pgettext_lazy("opinion", "待交办")
    ROUTED = "routed", pgettext_lazy("opinion", "办理中")
    ANSWERED = "answered", pgettext_lazy("opinion", "已答复")
    SET_ASIDE = "set_aside", pgettext_lazy("opinion", "不予受理，已说明")


class TaskState(models.TextChoices):
    """Where the handling by a department stands."""

    ASSIGNED = "assigned", pgettext_lazy("opinion task", "待部门办理")
    DECLINED = "declined", pgettext_lazy("opinion task", "部门退回，待改派")
    WRITTEN = "written", pgettext_lazy("opinion task", "答复待审核")
    APPROVED = "approved", pgettext_lazy("opinion task", "待答复来信人")
    GIVEN = "given", pgettext_lazy("opinion task", "已答复")


class Receiver(Kept):
    """The one person whom all opinions of a side reach first, from a day on until the next is named."""

    side = models.CharField(_("接收单位"), max_length=12, choices=Side.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("接收人"))
    starts = models.DateField(_("自何日起"))

    class Meta:
        verbose_name = _("意见接收人")
        ordering: ClassVar = ["side", "-starts", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="receiver_once", fields=["side", "starts"], condition=Q(voided_at__isnull=True),
                violation_error_message=_("该单位自这一天起已经指定了接收人。"),
            ),
            models.CheckConstraint(name="receiver_side_known", condition=Q(side__in=Side.values)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.person}"


class Opinion(Kept):
    """One opinion as received. `text` is without numbers and names that lead to the sender; the three envelopes hold these, and the
    wording where it was changed. `receipt` is the keyed digest of the code the sender holds."""

    no = models.CharField(_("意见编号"), max_length=20, unique=True, default=unnumbered, editable=False)
    side = models.CharField(_("接收单位"), max_length=12, choices=Side.choices, default=Side.INSPECTION)
    channel = models.CharField(_("来源"), max_length=8, choices=Channel.choices)
    site_no = models.CharField(_("网站编号"), max_length=60, null=True, blank=True, unique=True)
    received_on = models.DateField(_("收到日期"))
    text = models.TextField(_("意见内容"))
    name_sealed = models.TextField(_("来信人姓名"), blank=True, editable=False)
    contact_sealed = models.TextField(_("联系方式"), blank=True, editable=False)
    text_sealed = models.TextField(_("意见原文"), blank=True, editable=False)
    receipt = models.CharField(max_length=64, null=True, unique=True, editable=False)
    receiver = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接收人"), editable=False
    )
    route_due = models.DateField(_("交办期限"), editable=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=OpinionState.choices, default=OpinionState.RECEIVED, editable=False
    )
    answer = models.TextField(_("答复"), blank=True, editable=False)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("群众意见")
        ordering: ClassVar = ["-received_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="opinion_state_known", condition=Q(state__in=OpinionState.values)),
            models.CheckConstraint(name="opinion_side_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="opinion_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="opinion_end_is_answered",
                condition=(
                    Q(state__in=["answered", "set_aside"]) & ~Q(answer="") & Q(answered_on__gte=F("received_on"))
                )
                | (Q(state__in=["received", "routed"]) & Q(answer="") & Q(answered_on__isnull=True)),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "route_due"], name="opinion_state_due")]

    def __str__(self) -> str:
        return self.no

    def clean(self) -> None:
        """Of a sheet's row, the wording without what leads to the sender. No day that is still to come."""
        if self.received_on is not None and self.received_on > clock.today():
            raise ValidationError({"received_on": _("收到日期晚于今天，请核对。")})
        if self.text_sealed and not self.text:
            self.text = masked(vault.unseal(self.text_sealed), vault.unseal(self.name_sealed))

    @property
    def named(self) -> bool:
        """Whether the sender gave a name or a way to reach them."""
        return bool(self.name_sealed or self.contact_sealed)


class OpinionTask(Kept):
    """What a department is to answer: `brief` is all it learns of the opinion. One a opinion; it goes elsewhere when declined."""

    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="task", verbose_name=_("群众意见"))
    no = models.CharField(_("交办编号"), max_length=24, unique=True)
    brief = models.TextField(_("交办内容"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("承办部门"))
    due = models.DateField(_("答复期限"))
    problems = models.ManyToManyField(
        "rectification.Problem", related_name="+", blank=True, verbose_name=_("关联的反馈问题")
    )
    routed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("交办人"))
    routed_on = models.DateField(_("交办日期"))
    state = models.CharField(
        _("状态"), max_length=10, choices=TaskState.choices, default=TaskState.ASSIGNED, editable=False
    )
    reply = models.TextField(_("答复内容"), blank=True, editable=False)
    written_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("起草人"), editable=False
    )
    written_on = models.DateField(_("起草日期"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人"), editable=False
    )
    given_on = models.DateField(_("答复日期"), null=True, blank=True, editable=False)
    given_how = models.CharField(_("答复方式"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("意见交办单")
        ordering: ClassVar = ["due", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="opinion_task_state_known", condition=Q(state__in=TaskState.values)),
            models.CheckConstraint(name="opinion_task_due_after", condition=Q(due__gte=F("routed_on"))),
            models.CheckConstraint(
                name="opinion_task_reply_whole",
                condition=Q(state__in=["assigned", "declined"]) | (~Q(reply="") & Q(written_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="opinion_task_two_persons",
                condition=Q(state__in=["assigned", "declined", "written"])
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("written_by"))),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due"], name="opinion_task_state_due")]

    def __str__(self) -> str:
        return self.no
