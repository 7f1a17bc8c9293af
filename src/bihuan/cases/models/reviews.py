"""Quality review of cases (案件评查): reviews, what they found, drawn samples, and conduct toward enterprises.

A review never changes a judgment, and a reversal is no finding by itself. Before any grade the judge of the case answers in writing.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person, Unit
from bihuan.law.dated import current_parameters

from .cases import Case
from .clocks import Appeal, CaseFact
from .meetings import Meeting
from .order import InOrder, to_come
from .oversight import works_on


class ReviewReason(models.TextChoices):
    """Why a case is reviewed."""

    CHANGED = "changed", _("二审改判")
    REMANDED = "remanded", _("二审发回重审")
    ENTERPRISE = "enterprise", _("涉企案件评查")
    DRAWN = "drawn", _("随机抽查")
    PETITION = "petition", _("投诉信访反映")
    SPECIAL = "special", _("专项评查")


class ReviewState(models.TextChoices):
    """Where a review stands."""

    OPENED = "opened", _("待承办人自查")
    CHECKED = "checked", pgettext_lazy("review", "待评查")
    REVIEWED = "reviewed", _("待承办人说明")
    ANSWERED = "answered", _("待审管办评定")
    SUBMITTED = "submitted", _("待审委会讨论")
    GRADED = "graded", pgettext_lazy("review", "已评定")


class ReviewGrade(models.TextChoices):
    """What a review comes to."""

    NONE = "", "—"
    EXCELLENT = "excellent", pgettext_lazy("review", "优秀")
    QUALIFIED = "qualified", pgettext_lazy("review", "合格")
    FLAWED = "flawed", pgettext_lazy("review", "瑕疵")
    UNQUALIFIED = "unqualified", pgettext_lazy("review", "不合格")


DEFECTIVE = (ReviewGrade.FLAWED.value, ReviewGrade.UNQUALIFIED.value)
"""Grades that only the judicial committee gives."""


class FindingKind(models.TextChoices):
    """What a finding is about."""

    FACTS = "facts", _("事实认定与证据采信")
    LAW = "law", pgettext_lazy("finding", "法律适用")
    PROCEDURE = "procedure", pgettext_lazy("finding", "审判程序")
    DOCUMENT = "document", pgettext_lazy("finding", "裁判文书")
    TIME = "time", _("审限与节点")
    SERVICE = "service", pgettext_lazy("finding", "送达")
    FILE = "file", _("卷宗装订归档")
    CONDUCT = "conduct", _("司法作风")


class ReviewDraw(Kept):
    """A drawn sample: which cases could be drawn (their number and digest), how many, and the seed that says which.

    The population are the cases that were closed between the days and are not sealed, the enterprise-related alone where said;
    ordered by SHA-256 of seed and number, the first `size` are taken, so that anybody can repeat it.
    """

    no = models.CharField(_("抽取编号"), max_length=40, unique=True)
    first = models.DateField(_("结案日期自"))
    last = models.DateField(_("结案日期至"))
    enterprise = models.BooleanField(_("只抽涉企案件"), default=False)
    size = models.PositiveIntegerField(_("抽取件数"), validators=[MinValueValidator(1)])
    seed = models.CharField(_("随机种子"), max_length=40)
    population = models.PositiveIntegerField(_("可抽案件数"), editable=False)
    population_sha256 = models.CharField(_("可抽案件清单SHA-256"), max_length=64, editable=False)
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("抽取人"))
    drawn_on = models.DateField(_("抽取日期"))

    class Meta:
        verbose_name = _("评查抽样")
        ordering: ClassVar = ["-drawn_on", "-id"]
        constraints: ClassVar = [
            InOrder(name="draw_in_order", earlier="first", later="last", message=_("结束日期早于开始日期，请核对。")),
            models.CheckConstraint(name="draw_not_more", condition=Q(size__gte=1, size__lte=F("population"))),
        ]

    def __str__(self) -> str:
        return self.no


class CaseReview(CaseFact):
    """The review of one case. `judge` is the judge it is about; `due_on` the day by which the present step is due.

    `lapsed`: the judge did not answer in time, and the office went on. `meeting` is the committee's that discussed a defective grade.
    """

    ground = models.CharField(_("评查事由"), max_length=12, choices=ReviewReason.choices)
    appeal = models.ForeignKey(Appeal, models.PROTECT, null=True, blank=True, related_name="reviews", verbose_name=_("二审结果"))
    draw = models.ForeignKey(ReviewDraw, models.PROTECT, null=True, blank=True, related_name="reviews", verbose_name=_("评查抽样"))
    judge = models.ForeignKey(Person, models.PROTECT, blank=True, related_name="+", verbose_name=_("承办人"))
    reviewer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("评查人"))
    opened_on = models.DateField(_("启动日期"))
    state = models.CharField(_("状态"), max_length=10, choices=ReviewState.choices, default=ReviewState.OPENED)
    due_on = models.DateField(_("本环节期限"), null=True, blank=True)
    self_grade = models.CharField(_("自查等次"), max_length=12, choices=ReviewGrade.choices, blank=True)
    proposed = models.CharField(_("评查人建议等次"), max_length=12, choices=ReviewGrade.choices, blank=True)
    answered_on = models.DateField(_("承办人说明日期"), null=True, blank=True)
    lapsed = models.BooleanField(_("逾期未说明"), default=False)
    grade = models.CharField(_("评定等次"), max_length=12, choices=ReviewGrade.choices, blank=True)
    graded_on = models.DateField(_("评定日期"), null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("讨论的审判委员会会议")
    )

    class Meta:
        verbose_name = _("案件评查")
        ordering: ClassVar = ["-opened_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="review_appeal_once", fields=["appeal"], condition=Q(appeal__isnull=False, voided_at__isnull=True),
                violation_error_message=_("这一二审结果已启动评查。"),
            ),
            models.UniqueConstraint(
                name="review_running_once", fields=["case"], condition=~Q(state="graded") & Q(voided_at__isnull=True),
                violation_error_message=_("这件案件正在评查，不用重复启动。"),
            ),
            models.CheckConstraint(
                name="review_reversed_has_appeal",
                condition=~Q(ground__in=("changed", "remanded")) | Q(appeal__isnull=False),
                violation_error_message=_("改判、发回重审案件的评查须指明二审结果。"),
            ),
            models.CheckConstraint(
                name="review_graded_whole",
                condition=Q(state="graded", graded_on__isnull=False) & ~Q(grade="") | ~Q(state="graded") & Q(grade="", graded_on__isnull=True),
            ),
            models.CheckConstraint(
                name="review_defective_discussed", condition=~Q(grade__in=DEFECTIVE) | Q(meeting__isnull=False)
            ),
            models.CheckConstraint(
                name="review_judge_heard",
                condition=Q(state__in=("opened", "checked", "reviewed")) | Q(answered_on__isnull=False) | Q(lapsed=True),
            ),
            models.CheckConstraint(name="review_not_own", condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("judge"))),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["state", "due_on"], name="review_due", condition=Q(voided_at__isnull=True)),
            models.Index(fields=["opened_on"], name="review_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_ground_display()}"

    def clean(self) -> None:
        """What the columns cannot say: the judge it is about, a reviewer who had no part in the case. Raises ValidationError by field."""
        if not self.case_id:
            return
        if not hasattr(self, "judge") or self.judge_id is None:
            if self.case.judge_id is None:
                raise ValidationError({"case": gettext("%(case)s 没有对应的承办人，请先在案件中更正承办人。") % {"case": self.case.number}})
            self.judge = self.case.judge
        refused = not_reviewer(self.case, self.judge_id, self.reviewer_id)
        if refused:
            raise ValidationError({"reviewer": refused})
        if self.ground in (ReviewReason.CHANGED, ReviewReason.REMANDED) and self.appeal_id is None:
            self.appeal = reversal_of(self.case, self.ground)
        if self.appeal is not None and (self.appeal.case_id != self.case_id or self.appeal.outcome != self.ground):
            raise ValidationError({"ground": gettext("二审结果与案件、评查事由不符，请核对。")})


def reversal_of(case: Case, outcome: str) -> Appeal | None:
    """The case's last appeal of that outcome whose review nobody opened."""
    rows = Appeal.objects.filter(case=case, outcome=outcome, voided_at=None).exclude(reviews__voided_at=None, reviews__isnull=False)
    found: Appeal | None = rows.order_by("-decided_on", "-pk").first()
    return found


def not_reviewer(case: Case, judge_id: int | None, person_id: int | None) -> str:
    """Why the person cannot review the case: they decided it or helped with it; "" where they can."""
    if person_id is None or (person_id != judge_id and not works_on(case, person_id)):
        return ""
    return gettext("评查人承办、协办或者参加合议过 %(case)s，不能评查自己办过的案件，请另行指定。") % {"case": case.number}


class ReviewFinding(Kept):
    """Something a review found. `measure` is the code of a rectification measure that answers it."""

    review = models.ForeignKey(CaseReview, models.PROTECT, related_name="findings", verbose_name=_("案件评查"))
    kind = models.CharField(_("问题类别"), max_length=10, choices=FindingKind.choices)
    serious = models.BooleanField(_("影响裁判结果或者当事人诉讼权利"), default=False)
    text = models.CharField(_("发现的问题"), max_length=500)
    measure = models.CharField(_("整改措施编号"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("评查问题")
        ordering: ClassVar = ["review", "id"]

    def __str__(self) -> str:
        return f"{self.review} {self.get_kind_display()}"

    def clean(self) -> None:
        """Findings come before the review is in. Raises ValidationError by field."""
        if self.pk is None and self.review_id and self.review.state != ReviewState.CHECKED:
            raise ValidationError({"review": gettext("这件案件不在评查环节，不能增加问题。")})

    @property
    def case(self) -> Case:
        """The case of its review."""
        return self.review.case

    @property
    def unit_id(self) -> int | None:
        """The division, for log entries."""
        return self.case.division_id


class Conduct(models.TextChoices):
    """Conduct toward enterprises, good and bad (正负面清单). Which is on the list of a day is dated data."""

    LIVE_SEAL = "live_seal", _("正面：采取“活封”“活扣”等灵活保全、执行措施")
    LENIENT_FREEZE = "lenient_freeze", _("正面：为企业经营保留必要账户、资金")
    FAST_RETURN = "fast_return", _("正面：快速发还企业案款")
    CREDIT_REPAIR = "credit_repair", _("正面：及时信用修复、解除限制")
    MEDIATION = "mediation", _("正面：促成涉企纠纷调解、和解")
    VISIT = "visit", _("正面：走访企业、提出司法建议")
    OVER_SEAL = "over_seal", _("负面：超标的、超范围、超时限查封冻结")
    SLOW_RELEASE = "slow_release", _("负面：应当解除保全、限制而不及时解除")
    CRIMINAL_MEANS = "criminal_means", _("负面：以刑事手段插手经济纠纷")
    LOCAL_FAVOUR = "local_favour", _("负面：地方保护、差别对待外地企业")
    DELAY = "delay", _("负面：涉企案件无故拖延")
    RETURN_LATE = "return_late", _("负面：拖延发还企业案款")


NEGATIVE = ("over_seal", "slow_release", "criminal_means", "local_favour", "delay", "return_late")


class ConductInstance(CaseFact):
    """An instance of conduct toward an enterprise, in one case."""

    conduct = models.CharField(_("行为"), max_length=16, choices=Conduct.choices)
    happened_on = models.DateField(_("发生日期"))
    text = models.CharField(_("简要事实"), max_length=300)
    source = models.CharField(_("线索来源"), max_length=60)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = _("涉企行为实例")
        ordering: ClassVar = ["-happened_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="conduct_once", fields=["case", "conduct", "happened_on"], condition=Q(voided_at__isnull=True),
                violation_error_message=_("这件案件当日已登记过同一行为。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_conduct_display()}"

    @property
    def unit(self) -> Unit:
        """The division."""
        found: Unit = self.case.division
        return found

    def clean(self) -> None:
        """An enterprise-related case, conduct on the list of the day, no day to come. Raises ValidationError by field."""
        wrong = to_come(self, "happened_on")
        if self.case_id and not self.case.enterprise:
            wrong["case"] = gettext("%(case)s 不是涉企案件；确属涉企的，请先在案件中更正。") % {"case": self.case.number}
        if self.happened_on is not None:
            held = current_parameters().get("local.conduct.enterprise").find_on(self.happened_on)
            if held is None or self.conduct not in held.content["conduct"]:
                wrong["conduct"] = gettext("这一行为不在 %(day)s 的正负面清单上，不能登记；清单由本院设定。") % {"day": self.happened_on}
        if wrong:
            raise ValidationError(wrong)
