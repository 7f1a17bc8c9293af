"""Bulletins (通报、简报): papers whose figures are bound to facts, and frozen when the paper is issued.

Drafts are rows that people keep; the number, the figures with the keys of their rows, the seal and the paper itself are only ever
inserted (see bulletins/triggers.py).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..facts import Fact, Kept

OUT = ("issued", "superseded", "withdrawn")
"""States of a paper that went out: nothing in it changes any more."""


class BulletinState(models.TextChoices):
    """Where a bulletin stands."""

    DRAFT = "draft", pgettext_lazy("bulletin", "拟稿")
    COUNTERSIGNING = "countersigning", pgettext_lazy("bulletin", "会签")
    REVIEWING = "reviewing", pgettext_lazy("bulletin", "核稿")
    SIGNING = "signing", pgettext_lazy("bulletin", "待签发")
    SIGNED = "signed", pgettext_lazy("bulletin", "已签发")
    NUMBERED = "numbered", pgettext_lazy("bulletin", "已编号")
    SEALED = "sealed", pgettext_lazy("bulletin", "已用印")
    ISSUED = "issued", pgettext_lazy("bulletin", "已印发")
    SUPERSEDED = "superseded", pgettext_lazy("bulletin", "已更新")
    WITHDRAWN = "withdrawn", pgettext_lazy("bulletin", "已撤回")


class BulletinSeries(Fact):
    """A register of numbers for a year: `last` is the number given last."""

    register = models.CharField(_("编号簿"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("最后一号"), default=0)

    class Meta:
        verbose_name = _("通报编号簿")
        ordering: ClassVar = ["register", "-year"]
        constraints: ClassVar = [models.UniqueConstraint(name="bulletin_series_year", fields=["register", "year"])]

    def __str__(self) -> str:
        return f"{self.register} {self.year}"


class Bulletin(Kept):
    """A bulletin, from the draft to what went out. `kind` is the code of its declaration, `starts`..`ends` the days it speaks of;
    `texts` holds the paragraphs people wrote, `computed` the figures as they stood when they were last kept, `changed` what was
    different then from the time before."""

    kind = models.CharField(_("种类"), max_length=60)
    title = models.CharField(_("标题"), max_length=120)
    starts = models.DateField(_("统计期自"))
    ends = models.DateField(_("统计期至"))
    state = models.CharField(
        _("状态"), max_length=20, choices=BulletinState.choices, default=BulletinState.DRAFT, editable=False
    )
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("拟稿部门"))
    occurrence = models.ForeignKey(
        "kernel.DutyOccurrence",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("应完成的定期工作"),
    )
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="successors", verbose_name=_("替代的原件")
    )
    number = models.CharField(_("期号或文号"), max_length=60, blank=True, editable=False)
    numbered_on = models.DateField(_("编号日期"), null=True, editable=False)
    report_to = models.CharField(_("报"), max_length=300, blank=True)
    send_to = models.CharField(_("送"), max_length=300, blank=True)
    issue_to = models.CharField(_("发"), max_length=300, blank=True)
    texts = models.JSONField(_("文字"), default=dict, blank=True)
    computed = models.JSONField(_("数据"), default=dict, editable=False)
    computed_at = models.DateTimeField(_("数据计算时间"), null=True, editable=False)
    changed = models.JSONField(_("数据变化"), default=list, editable=False)
    round = models.PositiveSmallIntegerField(_("送签次数"), default=0, editable=False)
    drafted_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, related_name="+", verbose_name=_("拟稿人"), editable=False
    )
    drafted_on = models.DateField(_("拟稿日期"), editable=False)
    signed_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("签发人"), editable=False
    )
    signed_on = models.DateField(_("签发日期"), null=True, editable=False)
    signed_digest = models.CharField(_("签发时数据的校验值"), max_length=64, blank=True, editable=False)
    issued_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("印发人"), editable=False
    )
    issued_on = models.DateField(_("印发日期"), null=True, editable=False)

    class Meta:
        verbose_name = _("通报")
        ordering: ClassVar = ["-ends", "-id"]
        indexes: ClassVar = [models.Index(fields=["kind", "state", "-ends"], name="bulletin_kind_state")]
        constraints: ClassVar = [
            models.CheckConstraint(name="bulletin_order", condition=Q(ends__gte=F("starts"))),
            models.CheckConstraint(
                name="bulletin_signer_not_drafter", condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("drafted_by"))
            ),
            models.CheckConstraint(
                name="bulletin_out_is_whole",
                condition=~Q(state__in=OUT)
                | (Q(issued_on__isnull=False, signed_by__isnull=False, numbered_on__isnull=False) & ~Q(number="")),
            ),
            models.UniqueConstraint(
                name="bulletin_once_a_period",
                fields=["kind", "starts", "ends"],
                condition=Q(voided_at__isnull=True, supersedes__isnull=True),
            ),
            models.UniqueConstraint(
                name="bulletin_one_successor",
                fields=["supersedes"],
                condition=Q(voided_at__isnull=True, supersedes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}{f'（{self.number}）' if self.number else ''}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("bulletins.papers.detail", args=[self.pk])

    @property
    def is_out(self) -> bool:
        """Whether it went out."""
        return self.state in OUT


class BulletinNumber(Fact):
    """A number given: each once, none left out. It stays with its bulletin whatever becomes of it. Only ever inserted."""

    series = models.ForeignKey(BulletinSeries, models.PROTECT, related_name="numbers", verbose_name=_("编号簿"))
    no = models.PositiveIntegerField(_("序号"))
    bulletin = models.OneToOneField(Bulletin, models.PROTECT, related_name="given", verbose_name=_("通报"))
    on = models.DateField(_("编号日期"))

    class Meta:
        verbose_name = _("通报编号")
        ordering: ClassVar = ["series", "no"]
        constraints: ClassVar = [models.UniqueConstraint(name="bulletin_number_once", fields=["series", "no"])]

    def __str__(self) -> str:
        return f"{self.series} {self.no}"


class BulletinOpinion(Fact):
    """A unit asked to countersign (会签), and what it said. An opinion given stays; a draft returned asks anew, in another round."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="opinions", verbose_name=_("通报"))
    round = models.PositiveSmallIntegerField(_("送签次数"))
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, related_name="+", verbose_name=_("会签部门"))
    asked_at = models.DateTimeField(_("送会签时间"))
    agrees = models.BooleanField(_("同意"), null=True)
    text = models.CharField(_("会签意见"), max_length=500, blank=True)
    by = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("会签人"))
    at = models.DateTimeField(_("会签时间"), null=True)

    class Meta:
        verbose_name = _("会签意见")
        ordering: ClassVar = ["round", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="bulletin_opinion_once", fields=["bulletin", "round", "unit"]),
            models.CheckConstraint(
                name="bulletin_opinion_whole",
                condition=Q(agrees__isnull=True, by__isnull=True, at__isnull=True)
                | Q(agrees__isnull=False, by__isnull=False, at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.unit}"


class BulletinSeal(Fact):
    """The seal put under a bulletin (用印): which, how many copies, by whom. Only ever inserted."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="seals", verbose_name=_("通报"))
    seal = models.CharField(_("印章"), max_length=60)
    copies = models.PositiveSmallIntegerField(_("用印份数"))
    by = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("监印人"))
    on = models.DateField(_("用印日期"))

    class Meta:
        verbose_name = _("用印登记")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="bulletin_seal_whole", condition=~Q(seal="") & Q(copies__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.seal}"


class BulletinFigure(Fact):
    """A figure or a table as the paper gave it: value, counts, query, as-of. Only ever inserted, before the paper is out."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="figures", verbose_name=_("通报"))
    order = models.PositiveSmallIntegerField(_("排序"))
    name = models.CharField(_("名称"), max_length=60)
    sort = models.CharField(_("类别"), max_length=10)
    title = models.CharField(_("含义"), max_length=120)
    shown = models.CharField(_("数值"), max_length=60, blank=True)
    value = models.CharField(_("精确值"), max_length=40, blank=True)
    numerator = models.BigIntegerField(_("分子"), null=True)
    denominator = models.BigIntegerField(_("分母"), null=True)
    starts = models.DateField(_("自"))
    ends = models.DateField(_("至"))
    view = models.CharField(_("范围"), max_length=60)
    query = models.TextField(_("口径"))
    statement = models.TextField(_("查询语句"))
    statement_sha256 = models.CharField(_("查询语句校验值"), max_length=64)
    content = models.JSONField(_("表格"), default=dict)
    drills = models.BooleanField(_("可查看明细"))
    as_of = models.DateTimeField(_("计算时间"))

    class Meta:
        verbose_name = _("通报数据")
        ordering: ClassVar = ["bulletin", "order"]
        constraints: ClassVar = [models.UniqueConstraint(name="bulletin_figure_once", fields=["bulletin", "name"])]

    def __str__(self) -> str:
        return f"{self.title} {self.shown}".strip()


class BulletinRows(Fact):
    """The rows a part of a figure counted, by key and version: packed (see bulletins/keys.py), with the digest of the keys. Where the
    figure never drills, digest and count alone. Only ever inserted."""

    figure = models.ForeignKey(BulletinFigure, models.PROTECT, related_name="parts", verbose_name=_("通报数据"))
    part = models.CharField(_("部分"), max_length=12)
    about = models.CharField(_("数据表"), max_length=60)
    count = models.PositiveIntegerField(_("行数"))
    keys = models.BinaryField(_("行号"))
    sha256 = models.CharField(_("行号校验值"), max_length=64)

    class Meta:
        verbose_name = _("通报数据明细")
        ordering: ClassVar = ["figure", "id"]
        constraints: ClassVar = [models.UniqueConstraint(name="bulletin_rows_once", fields=["figure", "part"])]

    def __str__(self) -> str:
        return f"{self.figure} {self.part} {self.count}"


class BulletinPaper(Fact):
    """The document that went out, byte by byte, and the template it was made with (none: the one we bring). Only ever inserted."""

    bulletin = models.OneToOneField(Bulletin, models.PROTECT, related_name="paper", verbose_name=_("通报"))
    template = models.ForeignKey(
        "kernel.PaperTemplate", models.PROTECT, null=True, related_name="+", verbose_name=_("模板")
    )
    content = models.BinaryField(_("内容"))
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(_("成文时间"))

    class Meta:
        verbose_name = _("通报正文")
        ordering: ClassVar = ["bulletin"]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.sha256[:12]}"
