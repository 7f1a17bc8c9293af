"""The record of the duty to search for similar cases (类案检索): two gates, each with rules of its own.

Every case is to be searched for in the national case library from the day its rules came into force; the full search, in a fixed
order of levels, is due where the opinion on similar-case search says so, before any meeting above all. The record holds what was
searched and how, never what anybody thought of it.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Person

from .clocks import CaseFact
from .order import InOrder, to_come


class SearchGate(models.TextChoices):
    """Which duty a record fulfils."""

    LIBRARY = "library", _("人民法院案例库检索")
    FULL = "full", _("类案检索")


class SearchGround(models.TextChoices):
    """Why the full search was due (类案检索意见第二条)."""

    NONE = "", "—"
    MEETING = "meeting", _("拟提交专业法官会议或者审判委员会讨论")
    NO_RULE = "no_rule", _("缺乏明确裁判规则或者尚未形成统一裁判规则")
    ASKED = "asked", _("院长、庭长根据审判监督管理权限要求")
    OTHER = "other", pgettext_lazy("search", "其他需要检索的")


class SearchPlatform(models.TextChoices):
    """Where was searched."""

    LIBRARY = "library", _("人民法院案例库")
    JUDGMENTS = "judgments", _("中国裁判文书网")
    ARCHIVE = "archive", _("审判案例数据库")
    OWN = "own", _("本院、上级法院办案平台")
    OTHER = "other", pgettext_lazy("search", "其他平台")


class SearchMethod(models.TextChoices):
    """How was searched."""

    KEYWORDS = "keywords", _("关键词检索")
    ARTICLES = "articles", _("法条关联案件检索")
    CASES = "cases", _("案例关联检索")
    SEVERAL = "several", _("多种方法结合")


class SearchResult(models.TextChoices):
    """The highest level at which a similar case was found; the order of the search is the order here."""

    GUIDING = "guiding", _("检索到指导性案例")
    LIBRARY = "library", _("检索到人民法院案例库入库案例")
    SUPREME = "supreme", _("检索到最高人民法院典型案例或者生效裁判")
    PROVINCE = "province", _("检索到本省高级人民法院参考性案例或者生效裁判")
    SUPERIOR = "superior", _("检索到上一级人民法院或者本院生效裁判")
    NONE = "none", _("未检索到类案")


class SearchUse(models.TextChoices):
    """What became of a similar case that was found."""

    NONE = "", "—"
    FOLLOWED = "followed", _("参照")
    CONSIDERED = "considered", _("参考")
    DISTINGUISHED = "distinguished", _("不构成类案，未参照")
    DEPARTED = "departed", _("构成类案，未参照")


class SearchRecord(CaseFact):
    """One search for one case. `written_on` is the day it was written into the hearing report (审理报告), null until then.

    `why_not` gives the reason where a guiding case was not followed: it must be, unless it was superseded.
    """

    gate = models.CharField(_("检索种类"), max_length=8, choices=SearchGate.choices)
    ground = models.CharField(_("检索事由"), max_length=8, choices=SearchGround.choices, blank=True)
    searched_on = models.DateField(_("检索日期"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("检索人"))
    platform = models.CharField(_("检索平台"), max_length=10, choices=SearchPlatform.choices)
    platform_text = models.CharField(_("平台名称"), max_length=60, blank=True)
    method = models.CharField(_("检索方法"), max_length=10, choices=SearchMethod.choices)
    terms = models.CharField(_("检索条件"), max_length=200)
    result = models.CharField(_("检索结果"), max_length=10, choices=SearchResult.choices)
    found = models.CharField(_("检索到的案例"), max_length=300, blank=True)
    use = models.CharField(_("参照情况"), max_length=14, choices=SearchUse.choices, blank=True)
    why_not = models.CharField(_("未参照的理由"), max_length=200, blank=True)
    written_on = models.DateField(_("写入审理报告日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("类案检索记录")
        ordering: ClassVar = ["-searched_on", "-id"]
        constraints: ClassVar = [
            InOrder(name="search_written_after", earlier="searched_on", later="written_on",
                    message=_("写入审理报告的日期早于检索日期，请核对。")),
            models.CheckConstraint(
                name="search_library_on_library", condition=~Q(gate="library") | Q(platform="library", ground=""),
                violation_error_message=_("人民法院案例库检索只能在人民法院案例库进行，不填检索事由。"),
            ),
            models.CheckConstraint(
                name="search_full_has_ground", condition=~Q(gate="full") | ~Q(ground=""),
                violation_error_message=_("类案检索须写明检索事由（类案检索意见第二条）。"),
            ),
            models.CheckConstraint(
                name="search_found_named", condition=Q(result="none", found="", use="") | (~Q(result="none") & ~Q(found="") & ~Q(use="")),
                violation_error_message=_("检索到类案的，写明案例和参照情况；未检索到的，这两项不填。"),
            ),
            models.CheckConstraint(
                name="search_guiding_reason", condition=~Q(result="guiding", use="departed") | ~Q(why_not=""),
                violation_error_message=_("检索到指导性案例的，应当参照；未参照须写明理由（类案检索意见第九条）。"),
            ),
            models.UniqueConstraint(
                name="search_once_a_day", fields=["case", "gate", "searched_on"], condition=Q(voided_at__isnull=True),
                violation_error_message=_("这件案件当日已登记过同一种类的检索，请更正原记录。"),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["case", "gate"], name="search_case_gate", condition=Q(voided_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.case} {self.get_gate_display()} {self.searched_on}"

    @property
    def in_report(self) -> bool:
        """Whether it was written into the hearing report."""
        return self.written_on is not None

    def clean(self) -> None:
        """What the columns cannot say. Raises ValidationError by field."""
        wrong = to_come(self, "searched_on", "written_on")
        begun = self.case.begun_on if self.case_id else None
        if begun is not None and self.searched_on is not None and self.searched_on < begun:
            wrong["searched_on"] = _("检索日期早于收案、立案日期 %(day)s，请核对。") % {"day": begun}
        if self.platform == SearchPlatform.OTHER and not self.platform_text:
            wrong["platform_text"] = str(_("选择其他平台的，写明平台名称。"))
        if wrong:
            raise ValidationError(wrong)
