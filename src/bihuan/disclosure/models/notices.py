"""The public notice: its sections as people edit them, what may stay out and why, what the vetting bodies replied, the locked version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    DRAFT = "draft", pgettext_lazy("public notice", "起草中")
    VETTING = "vetting", pgettext_lazy("public notice", "送审中")
    LOCKED = "locked", pgettext_lazy("public notice", "已定稿")
    PUBLISHED = "published", pgettext_lazy("public notice", "已公开")
    WITHDRAWN = "withdrawn", pgettext_lazy("public notice", "已撤下")


class SectionKind(models.TextChoices):
    """What a section is in the genre's order."""

    OPENING = "opening", pgettext_lazy("notice section", "开头")
    DUTY = "duty", pgettext_lazy("notice section", "组织整改情况")
    ENTRY = "entry", pgettext_lazy("notice section", "整改事项")
    NEXT = "next", pgettext_lazy("notice section", "巩固成果")
    CONTACT = "contact", pgettext_lazy("notice section", "联系方式")


class Ground(models.TextChoices):
    """Why an entry may stay out of the public version."""

    SECRET = "secret", _("涉及党和国家秘密")
    LEADS = "leads", _("涉及正在初核或者尚未公布的案件线索")
    PUBLICITY = "publicity", _("公开后可能造成重大负面影响")
    INCIDENT = "incident", _("公开后可能引发群体性事件")
    SENSITIVE = "sensitive", _("其他重大敏感事项")


class VettingBody(models.TextChoices):
    """Whose reply is needed."""

    INSPECTION = "inspection", _("巡察机构")
    DISCIPLINE = "discipline", _("纪检监察机关")
    ORGANISATION = "organisation", _("组织部门")


class VettingResult(models.TextChoices):
    """What the body replied."""

    AGREED = "agreed", _("同意")
    CHANGED = "changed", _("修改后同意")
    REFUSED = "refused", _("不同意")


class PublicNotice(Kept):
    """A notice on the progress of rectification of a round. When it is locked, both versions and all figures are frozen in `locked`,
    with digests; nothing of it is recomputed afterwards."""

    no = models.CharField(_("编号"), max_length=40, unique=True)
    round = models.ForeignKey(
        "rectification.InspectionRound", models.PROTECT, related_name="+", verbose_name=_("巡察轮次")
    )
    title = models.CharField(_("标题"), max_length=120)
    signed_by = models.CharField(_("落款"), max_length=80)
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("起草人"), editable=False)
    drafted_on = models.DateField(_("起草日期"), editable=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT, editable=False
    )
    locked = models.JSONField(_("定稿"), default=dict, editable=False)
    locked_on = models.DateField(_("定稿日期"), null=True, blank=True, editable=False)
    public_sm3 = models.CharField(_("公开版 SM3"), max_length=64, blank=True, editable=False)
    internal_sm3 = models.CharField(_("党内版 SM3"), max_length=64, blank=True, editable=False)
    published_on = models.DateField(_("公开日期"), null=True, blank=True, editable=False)
    published_at = models.CharField(_("公开网址或者载体"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("公开通报")
        ordering: ClassVar = ["-drafted_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="notice_state_known", condition=Q(state__in=NoticeState.values)),
            models.CheckConstraint(
                name="notice_locked_whole",
                condition=(Q(state__in=["draft", "vetting"]) & Q(public_sm3="") & Q(locked_on__isnull=True))
                | (
                    Q(state__in=["locked", "published", "withdrawn"])
                    & ~Q(public_sm3="")
                    & ~Q(internal_sm3="")
                    & Q(locked_on__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="notice_published_whole",
                condition=(~Q(state__in=["published", "withdrawn"]) & Q(published_on__isnull=True))
                | (Q(state__in=["published", "withdrawn"]) & Q(published_on__gte=F("locked_on"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}"


class NoticeSection(Kept):
    """A section as it is edited. Figures stand in it as places in braces, filled when it is shown."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="sections", verbose_name=_("公开通报"))
    order = models.PositiveSmallIntegerField(_("排序"))
    kind = models.CharField(_("部分"), max_length=10, choices=SectionKind.choices)
    problem = models.ForeignKey(
        "rectification.Problem", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("反馈问题")
    )
    heading = models.CharField(_("小标题"), max_length=200, blank=True)
    text = models.TextField(_("正文"))
    ground = models.CharField(_("不公开的理由"), max_length=12, choices=Ground.choices, blank=True)
    ground_note = models.CharField(_("说明"), max_length=300, blank=True)
    ground_approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人"), editable=False
    )
    ground_document = models.CharField(_("批准文件"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("通报部分")
        ordering: ClassVar = ["notice", "order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="notice_section_order", fields=["notice", "order"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(name="notice_section_kind_known", condition=Q(kind__in=SectionKind.values)),
            models.CheckConstraint(name="notice_section_says", condition=~Q(text="")),
            models.CheckConstraint(
                name="notice_only_entries_stay_out",
                condition=Q(ground="") | (Q(kind="entry") & Q(ground__in=Ground.values) & ~Q(ground_note="")),
            ),
            models.CheckConstraint(
                name="notice_approval_whole",
                condition=(Q(ground_approved_by__isnull=True) & Q(ground_document=""))
                | (Q(ground_approved_by__isnull=False) & ~Q(ground="") & ~Q(ground_document="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice.no} {self.heading or self.get_kind_display()}"


class VettingReply(Kept):
    """What a vetting body replied about a notice."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="replies", verbose_name=_("公开通报"))
    body = models.CharField(_("审核机关"), max_length=12, choices=VettingBody.choices)
    by = models.CharField(_("答复单位和人员"), max_length=120)
    replied_on = models.DateField(_("答复日期"))
    document = models.CharField(_("文号"), max_length=120)
    result = models.CharField(_("审核意见"), max_length=10, choices=VettingResult.choices)
    note = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("审核答复")
        ordering: ClassVar = ["notice", "replied_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="vetting_body_known", condition=Q(body__in=VettingBody.values)),
            models.CheckConstraint(name="vetting_result_known", condition=Q(result__in=VettingResult.values)),
            models.CheckConstraint(name="vetting_no_says_why", condition=Q(result="agreed") | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_body_display()} {self.replied_on}"
