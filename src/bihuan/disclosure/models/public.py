"""What the process that faces the public may read (published notices, answers by receipt) and the one thing it may write (an opinion as
it was typed, its envelopes closed). Nothing else of the database is open to its role."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Fact

from .notices import PublicNotice
from .opinions import Opinion, OpinionState

MOST = 40_000
"""Characters of an envelope that is taken: five thousand of a text are fewer."""
for _kind in (models.TextField, models.CharField):
    _kind.register_lookup(Length, "length")


class Publication(Fact):
    """A notice as the public sees it: the locked public version."""

    notice = models.OneToOneField(PublicNotice, models.PROTECT, related_name="publication", verbose_name=_("公开通报"))
    title = models.CharField(_("标题"), max_length=120)
    blocks = models.JSONField(_("定稿"))
    sm3 = models.CharField("SM3", max_length=64)
    published_on = models.DateField(_("公开日期"))
    withdrawn_on = models.DateField(_("撤下日期"), null=True)

    class Meta:
        verbose_name = _("公开的通报")
        ordering: ClassVar = ["-published_on", "-id"]

    def __str__(self) -> str:
        return self.title


class PublishedAnswer(Fact):
    """What the holder of a receipt code finds: how far it is, and the answer. Nothing of what was asked, nor of who asked."""

    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="published", verbose_name=_("群众意见"))
    receipt = models.CharField(max_length=64, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=OpinionState.choices)
    received_on = models.DateField(_("收到日期"))
    answer = models.TextField(_("答复"), blank=True)
    answered_on = models.DateField(_("答复日期"), null=True)
    withdrawn_on = models.DateField(_("撤下日期"), null=True)

    class Meta:
        verbose_name = _("公开的答复")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="published_answer_state_known", condition=Q(state__in=OpinionState.values))
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PublicFeedback(Fact):
    """An opinion as the public typed it, in envelopes that the process which took it cannot open. `opinion` once it was taken in; `fault`
    where it could not be."""

    at = models.DateTimeField(_("收到时间"))
    receipt = models.CharField(max_length=64, unique=True)
    about_office = models.BooleanField(_("反映督察室"))
    text_sealed = models.TextField(_("意见原文"))
    name_sealed = models.TextField(_("来信人姓名"))
    contact_sealed = models.TextField(_("联系方式"))
    opinion = models.OneToOneField(
        Opinion, models.PROTECT, null=True, related_name="feedback", verbose_name=_("群众意见")
    )
    fault = models.CharField(_("不能接收的原因"), max_length=60, blank=True, db_default="")

    class Meta:
        verbose_name = _("网上收到的意见")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="feedback_of_a_size",
                condition=Q(
                    text_sealed__length__lte=MOST,
                    name_sealed__length__lte=2000,
                    contact_sealed__length__lte=2000,
                    receipt__length=64,
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="feedback_waiting", condition=Q(opinion__isnull=True, fault=""))
        ]

    def __str__(self) -> str:
        return str(self.pk)
