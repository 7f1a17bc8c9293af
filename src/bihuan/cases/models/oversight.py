"""Oversight by presidents and heads of divisions (院庭长监督管理): marks of the four kinds of cases, measures, reading of documents.

A mark says that a case is of a kind, and who said so; a measure is one of the closed list of the day; of a document that was read and
checked (阅核) the outcome is kept. None of them has a column for an opinion on the case: whoever oversees a case does not decide it.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import turns
from bihuan.kernel.models import Person
from bihuan.law.dated import current_parameters

from .cases import Case
from .clocks import CaseFact
from .order import InOrder, to_come


class OversightKind(models.TextChoices):
    """The four kinds of cases under oversight (四类案件)."""

    DIFFICULT = "difficult", _("重大、疑难、复杂、敏感")
    MASS = "mass", _("涉及群体性纠纷或者引发社会广泛关注，可能影响社会稳定")
    CONFLICT = "conflict", _("与本院或者上级人民法院的类案裁判可能发生冲突")
    MISCONDUCT = "misconduct", _("有关单位或者个人反映法官有违法审判行为")


class MarkState(models.TextChoices):
    """Where a mark stands."""

    PROPOSED = "proposed", pgettext_lazy("mark", "待确认")
    CONFIRMED = "confirmed", pgettext_lazy("mark", "监督中")
    DECLINED = "declined", _("不属于")
    ENDED = "ended", _("监督结束")


class MarkEnd(models.TextChoices):
    """Why oversight ended."""

    NONE = "", "—"
    CLOSED = "closed", _("案件已审结")
    PASSED = "passed", _("有关情形已经消除")
    ELSEWHERE = "elsewhere", _("移送其他法院或者上级法院审理")


class MeasureKind(models.TextChoices):
    """What a president or head of a division may do about a case under oversight. Which of them on a day is dated data."""

    REASSIGN = "reassign", _("按权限调整分案")
    REPORT = "report", _("要求报告案件进展、评议结果")
    SEARCH = "search", _("要求提供类案裁判文书或者类案检索报告")
    OUTLINE = "outline", _("审阅庭审提纲、审理报告")
    ATTEND = "attend", _("调阅卷宗、旁听庭审")
    RECONSIDER = "reconsider", _("要求合议庭复议并报告复议结果")
    PROFESSIONAL = "professional", _("决定提交专业法官会议讨论")
    COMMITTEE = "committee", _("决定按程序提交审判委员会讨论")
    SUPERIOR = "superior", _("决定按程序报请上级人民法院审理")


class DocumentKind(models.TextChoices):
    """What was read."""

    JUDGMENT = "judgment", _("判决书")
    RULING = "ruling", _("裁定书")
    MEDIATION = "mediation", _("调解书")
    REPORT = "report", _("审理报告")
    OTHER = "other", pgettext_lazy("document", "其他文书")


class ReadOutcome(models.TextChoices):
    """What came of reading; whoever disagrees has three ways, none of which changes the result."""

    AGREED = "agreed", pgettext_lazy("reading", "同意")
    RECONSIDER = "reconsider", _("建议合议庭复议")
    PROFESSIONAL = "professional", _("提交专业法官会议")
    COMMITTEE = "committee", _("提请审判委员会")


def measures_on(on: dt.date) -> tuple[list[str], str]:
    """(codes of the measures allowed on the day, the list's source and article); no code before there was a list."""
    held = current_parameters().get("oversight.measures").find_on(on)
    if held is None:
        return [], ""
    return [str(code) for code in held.content["measures"]], f"{held.source}{held.article}"


def not_on_list(kind: str, on: dt.date) -> str:
    """Why a measure cannot be taken on the day, with the article and what can; "" where it is on the list."""
    allowed, basis = measures_on(on)
    if kind in allowed:
        return ""
    known = dict(MeasureKind.choices)
    told = {
        "kind": str(known.get(kind, kind)), "day": on.isoformat(), "basis": basis or "—",
        "listed": "；".join(str(known[code]) for code in allowed) or "—",
    }  # fmt: skip
    return (
        gettext(
            "“%(kind)s”不在 %(day)s 可以采取的监督管理措施之列（%(basis)s），不能登记。可以采取的措施是：%(listed)s。"
            "不同意裁判结果的，按清单要求复议或者提交会议讨论，不能直接改变。"
        )
        % told
    )


def works_on(case: Case, person_id: int | None) -> bool:
    """Whether the person decides the case or helps with it: as judge, as assistant, on the panel."""
    if person_id is None:
        return False
    if person_id in (case.judge_id, case.assistant_id):
        return True
    return bool(Case.panel.through.objects.filter(case=case.pk, person=person_id).exists())


def own_case(person_id: int | None, case: Case) -> str:
    """Why somebody who works on the case cannot oversee it; "" where they do not."""
    if not works_on(case, person_id):
        return ""
    return gettext("%(case)s 由本人承办、协办或者参加合议，不能由本人监督管理或者阅核，请由其他院长、庭长办理。") % {
        "case": case.number
    }


class OversightMark(CaseFact):
    """A case marked as one of the four kinds: proposed, confirmed by somebody who oversees it, ended.

    `measure_by` is the day by which a first measure is due, set with the confirmation.
    """

    kind = models.CharField(_("类别"), max_length=12, choices=OversightKind.choices)
    ground = models.CharField(_("识别依据"), max_length=200)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("标注人"))
    proposed_on = models.DateField(_("标注日期"))
    state = models.CharField(_("状态"), max_length=10, choices=MarkState.choices, default=MarkState.PROPOSED)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("监督人"))
    confirmed_on = models.DateField(_("确认日期"), null=True, blank=True)
    measure_by = models.DateField(_("首次采取措施期限"), null=True, blank=True)
    ended_on = models.DateField(_("监督结束日期"), null=True, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=10, choices=MarkEnd.choices, blank=True)

    class Meta:
        verbose_name = _("“四类案件”标注")
        ordering: ClassVar = ["-proposed_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="mark_kind_once", fields=["case", "kind"], condition=Q(state__in=("proposed", "confirmed"), voided_at__isnull=True),
                violation_error_message=_("这件案件已按同一类别标注，不用重复标注。"),
            ),
            InOrder(name="mark_confirmed_after", earlier="proposed_on", later="confirmed_on",
                    message=_("确认日期早于标注日期，请核对。")),
            InOrder(name="mark_ended_after", earlier="confirmed_on", later="ended_on",
                    message=_("结束日期早于确认日期，请核对。")),
            models.CheckConstraint(
                name="mark_confirmed_whole",
                condition=Q(state__in=("proposed", "declined"), confirmed_on__isnull=True)
                | Q(state__in=("confirmed", "ended"), confirmed_on__isnull=False, confirmed_by__isnull=False, measure_by__isnull=False),
            ),
            models.CheckConstraint(
                name="mark_ended_whole",
                condition=Q(state="ended", ended_on__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ended") & Q(ended_on__isnull=True, end_reason=""),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["state", "measure_by"], name="mark_waiting", condition=Q(voided_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

    def clean(self) -> None:
        """What the columns cannot say. Raises ValidationError by field."""
        wrong = to_come(self, "proposed_on")
        begun = self.case.begun_on if self.case_id else None
        if begun is not None and self.proposed_on is not None and self.proposed_on < begun:
            wrong["proposed_on"] = gettext("标注日期早于收案、立案日期 %(day)s，请核对。") % {"day": begun}
        # They would not see their own mark, and a mark of the kind that is there already is not to be told to them.
        if self.kind == OversightKind.MISCONDUCT and self.case_id and works_on(self.case, self.proposed_by_id):
            wrong["kind"] = gettext("承办、协办或者参加合议这件案件的人员不标注这一类别，请交审管办或者院长、庭长标注。")
        if wrong:
            raise ValidationError(wrong)


class OversightMeasure(CaseFact):
    """A measure of oversight that was taken: which, by whom, when, on which paper, and when the panel answered.

    `mark` is the confirmed mark it stands on; found from the case and the day.
    """

    mark = models.ForeignKey(OversightMark, models.PROTECT, blank=True, related_name="measures", verbose_name=_("“四类案件”标注"))
    kind = models.CharField(_("监督管理措施"), max_length=12, choices=MeasureKind.choices)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("监督人"))
    taken_on = models.DateField(_("采取日期"))
    reference = models.CharField(_("办案平台留痕编号"), max_length=80)
    answered_on = models.DateField(_("合议庭回复日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("监督管理措施")
        ordering: ClassVar = ["-taken_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="measure_once_a_day", fields=["case", "kind", "taken_on"], condition=Q(voided_at__isnull=True),
                violation_error_message=_("这件案件当日已登记过同一措施。"),
            ),
            InOrder(name="measure_answered_after", earlier="taken_on", later="answered_on",
                    message=_("回复日期早于采取措施的日期，请核对。")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

    def clean(self) -> None:
        """On the list of the day, on a confirmed mark, not by somebody who works on the case, not too often. Raises ValidationError."""
        if not self.case_id or self.taken_on is None:
            return
        wrong = to_come(self, "taken_on", "answered_on")
        refused = not_on_list(self.kind, self.taken_on)
        if refused:
            wrong["kind"] = refused
        mine = own_case(self.taken_by_id, self.case)
        if mine:
            wrong["case"] = mine
        mark = mark_on(self.case_id, self.taken_on)
        if mark is None:
            wrong["case"] = gettext(
                "%(case)s 在 %(day)s 没有经确认的“四类案件”标注，不能采取监督管理措施。请先标注并确认。"
            ) % {"case": self.case.number, "day": self.taken_on}  # fmt: skip
        elif self.mark_id is None:
            self.mark = mark
        often = too_often(self.case, self.taken_on, but=self.pk) if self.kind == MeasureKind.RECONSIDER else ""
        if often and "kind" not in wrong:
            wrong["kind"] = often
        if wrong:
            raise ValidationError(wrong)


class ReadingRecord(CaseFact):
    """A document that was read and checked before it was issued (阅核). The outcome only, never what was thought of the case."""

    document = models.CharField(_("文书种类"), max_length=10, choices=DocumentKind.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("阅核人"))
    sent_on = models.DateField(_("送阅日期"))
    read_on = models.DateField(_("阅核日期"))
    outcome = models.CharField(_("阅核结果"), max_length=12, choices=ReadOutcome.choices)

    class Meta:
        verbose_name = _("阅核记录")
        ordering: ClassVar = ["-read_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reading_once", fields=["case", "document", "by", "read_on"], condition=Q(voided_at__isnull=True),
                violation_error_message=_("当日已登记过对同一文书的阅核。"),
            ),
            InOrder(name="reading_after_sent", earlier="sent_on", later="read_on",
                    message=_("阅核日期早于送阅日期，请核对。")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_document_display()}"

    def clean(self) -> None:
        """Not by somebody who works on the case; reconsideration not too often. Raises ValidationError by field."""
        wrong = to_come(self, "read_on")
        if self.case_id and self.read_on is not None:
            mine = own_case(self.by_id, self.case)
            if mine:
                wrong["case"] = mine
            often = too_often(self.case, self.read_on, but_reading=self.pk) if self.outcome == ReadOutcome.RECONSIDER else ""
            if often:
                wrong["outcome"] = often
        if wrong:
            raise ValidationError(wrong)


def mark_on(case_id: int, on: dt.date) -> OversightMark | None:
    """The confirmed mark under which the case was overseen on the day, the earliest first."""
    rows = OversightMark.objects.filter(case=case_id, voided_at=None, confirmed_on__lte=on, state__in=("confirmed", "ended"))
    found: OversightMark | None = rows.filter(Q(ended_on=None) | Q(ended_on__gte=on)).order_by("confirmed_on", "pk").first()
    return found


def too_often(case: Case, on: dt.date, *, but: int | None = None, but_reading: int | None = None) -> str:
    """Why the panel cannot be asked to reconsider once more, with the article; "" where it can. Readings that advise it count too."""
    held = current_parameters().get("oversight.reconsider").find_on(on)
    if held is None:
        return ""
    turns.hold(turns.COUNT, f"cases.reconsider.{case.pk}")  # two who ask at once are counted one after the other
    asked = OversightMeasure.objects.filter(case=case, kind=MeasureKind.RECONSIDER, voided_at=None).exclude(pk=but).count()
    asked += ReadingRecord.objects.filter(case=case, outcome=ReadOutcome.RECONSIDER, voided_at=None).exclude(pk=but_reading).count()
    times = int(held.content["times"])
    if asked < times:
        return ""
    told = {"case": case.number, "asked": asked, "times": times, "basis": f"{held.source}{held.article}"}
    return (
        gettext(
            "%(case)s 已要求合议庭复议 %(asked)s 次，同一案件一般不得超过 %(times)s 次（%(basis)s）。"
            "仍有不同意见的，请决定提交专业法官会议或者审判委员会讨论。"
        )
        % told
    )
