"""The case: what the case system exports of it, and the block the clock computes."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept
from bihuan.kernel.law_findings import number_message
from bihuan.kernel.models import Person, Unit
from bihuan.law.case_types import case_types
from bihuan.law.errors import CaseNumberError
from bihuan.law.numbers import CaseNumber, parse_number

from .. import words
from .choices import ClosingManner, Line, PartyKind, PartyRole, Sealed
from .order import InOrder

OPEN = Q(closed_on__isnull=True, voided_at__isnull=True)
"""Cases that still run."""


def _reference(model: Any, name: Any, **more: Any) -> Any:
    """A foreign key nobody needs to go back along."""
    return models.ForeignKey(model, models.PROTECT, related_name="+", verbose_name=name, **more)


class Case(Kept):
    """A case of the court. The facts come from the case system; corrections and the choice of another limit have a reason.

    `procedure` is the one the case is in now; conversions before it are `CaseTurn` rows. `dates` holds days of rarer events
    by their code (`announcement_ended`, `retrial_ordered` ...), `facts` codes of the law's vocabulary. `under` pins the text of the
    law to that of another day; `limit_given` and `trigger_given` overrule the computed choice, with `limit_reason`.

    The clock's block is written by `cases.clock` alone: `raw_due` (not rolled), `due_on` (rolled), `expires_on` (the day after which
    the case is over its limit: the day "at the latest" where there is one), `length_days` (from trigger to raw end, which
    decides the lamps), `findings` (bits of what was found, see `found`), `clock_problem` (why there is no answer). The lamp and
    whether a case is overdue are conditions on these days, never stored.
    """

    number = models.CharField(_("案号"), max_length=60, unique=True)
    year = models.PositiveSmallIntegerField(_("年度"), editable=False)
    court_code = models.CharField(_("法院代字"), max_length=20, editable=False)
    type_code = models.CharField(_("类型代字"), max_length=8, editable=False)
    serial = models.PositiveBigIntegerField(_("编号"), editable=False)
    suffix = models.PositiveSmallIntegerField(_("后缀"), default=0, editable=False)
    line = models.CharField(_("案件条线"), max_length=16, choices=Line.choices, blank=True)
    procedure = models.CharField(_("适用程序"), max_length=20, choices=words.procedures, blank=True)
    cause = models.CharField(_("案由"), max_length=120, blank=True)
    parties = models.TextField(_("当事人"), blank=True)
    enterprise = models.BooleanField(_("涉企案件"), default=False)
    sealed = models.CharField(_("不公开类别"), max_length=10, choices=Sealed.choices, default=Sealed.OPEN, blank=True)
    division = _reference(Unit, _("承办部门"), db_index=False)
    judge = _reference(Person, _("承办人"), null=True, blank=True, db_index=False)
    judge_name = models.CharField(_("承办人姓名"), max_length=40, blank=True)
    assistant = _reference(Person, _("法官助理、书记员"), null=True, blank=True, db_index=False)
    assistant_name = models.CharField(_("助理姓名"), max_length=40, blank=True)
    panel = models.ManyToManyField(Person, related_name="+", blank=True, verbose_name=_("合议庭成员"))
    panel_names = models.CharField(_("合议庭成员姓名"), max_length=200, blank=True)
    received_on = models.DateField(_("收案日期"), null=True, blank=True)
    filed_on = models.DateField(_("立案日期"), null=True, blank=True)
    transferred_on = models.DateField(_("移送审判庭日期"), null=True, blank=True)
    heard_on = models.DateField(_("首次开庭日期"), null=True, blank=True)
    closed_on = models.DateField(_("结案日期"), null=True, blank=True)
    served_on = models.DateField(_("送达日期"), null=True, blank=True)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    closing_manner = models.CharField(_("结案方式"), max_length=20, choices=ClosingManner.choices, blank=True)
    closing_text = models.CharField(_("结案方式说明"), max_length=120, blank=True)
    appealable = models.BooleanField(_("可以上诉"), null=True, blank=True)
    custody = models.BooleanField(_("被告人在押"), null=True, blank=True)
    foreign = models.BooleanField(_("涉外、涉港澳台"), default=False)
    amount = models.DecimalField(_("标的额（元）"), max_digits=18, decimal_places=2, null=True, blank=True)
    facts = models.JSONField(_("与期限有关的情形"), default=list, blank=True)
    dates = models.JSONField(_("其他节点日期"), default=dict, blank=True)
    under = models.DateField(_("适用该日文本"), null=True, blank=True)
    limit_given = models.CharField(_("指定期限"), max_length=12, choices=words.limits, blank=True)
    trigger_given = models.DateField(_("指定起算日"), null=True, blank=True)
    limit_reason = models.CharField(_("指定理由"), max_length=300, blank=True)

    limit_id = models.CharField(_("适用期限"), max_length=12, blank=True, editable=False)
    trigger_on = models.DateField(_("起算日"), null=True, editable=False)
    raw_due = models.DateField(_("未顺延届满日"), null=True, editable=False)
    due_on = models.DateField(_("届满日"), null=True, editable=False)
    expires_on = models.DateField(_("最后届满日"), null=True, editable=False)
    length_days = models.IntegerField(_("期限天数"), null=True, editable=False)
    provisional = models.BooleanField(_("放假安排未公布"), default=False, editable=False)
    paused_now = models.BooleanField(_("暂停中"), default=False, editable=False)
    hidden_days = models.PositiveIntegerField(_("隐性暂停天数"), default=0, editable=False)
    extended_times = models.PositiveSmallIntegerField(_("延长次数"), default=0, editable=False)
    findings = models.BigIntegerField(_("核查"), default=0, editable=False)
    clock_problem = models.CharField(_("不能计算的原因"), max_length=20, blank=True, editable=False)
    clock_digest = models.CharField(max_length=16, blank=True, editable=False)
    clock_version = models.CharField(max_length=16, blank=True, editable=False)
    clocked_at = models.DateTimeField(_("计算时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("案件")
        ordering: ClassVar = ["-filed_on", "-id"]
        constraints: ClassVar = [
            InOrder(name="case_filed_after_received", earlier="received_on", later="filed_on",
                    message=_("立案日期早于收案日期，请核对。")),
            InOrder(name="case_transferred_after_filed", earlier="filed_on", later="transferred_on",
                    message=_("移送审判庭日期早于立案日期，请核对。")),
            InOrder(name="case_heard_after_filed", earlier="filed_on", later="heard_on",
                    message=_("首次开庭日期早于立案日期，请核对。")),
            InOrder(name="case_closed_after_filed", earlier="filed_on", later="closed_on",
                    message=_("结案日期早于立案日期，请核对。")),
            InOrder(name="case_effective_after_closed", earlier="closed_on", later="effective_on",
                    message=_("生效日期早于结案日期，请核对。")),
            models.CheckConstraint(
                name="case_limit_reason", condition=Q(limit_given="", trigger_given__isnull=True) | ~Q(limit_reason=""),
                violation_error_message=_("指定期限或者起算日的，必须写明理由。"),
            ),
            models.CheckConstraint(name="case_line_known", condition=Q(line__in=Line.values)),
            models.CheckConstraint(name="case_sealed_known", condition=Q(sealed__in=Sealed.values)),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["expires_on"], name="case_open_expires", condition=OPEN),
            models.Index(fields=["division", "expires_on"], name="case_open_division", condition=OPEN),
            # Newest first; the rest of it is what decides whose a case is, so that a walk past others' cases reads no row of theirs.
            models.Index(fields=["-filed_on", "-id", "expires_on", "division", "judge", "assistant", "voided_at", "closed_on"],
                         name="case_open_filed", condition=OPEN),
            models.Index(fields=["division", "-filed_on", "-id"], name="case_open_division_filed", condition=OPEN),
            models.Index(fields=["judge", "expires_on"], name="case_judge"),
            models.Index(fields=["assistant"], name="case_assistant", condition=Q(assistant__isnull=False)),
            models.Index(fields=["-filed_on", "-id"], name="case_newest"),
            models.Index(fields=["closed_on"], name="case_closed", condition=Q(closed_on__isnull=False)),  # not in the way of lists of open ones
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether the case still runs."""
        return self.closed_on is None and self.voided_at is None

    @property
    def begun_on(self) -> dt.date | None:
        """The day it came to the court: received, else filed. Nothing is done about it before."""
        return self.received_on or self.filed_on

    @property
    def unit_id(self) -> int | None:
        """The division, for log entries."""
        return self.division_id

    @property
    def under_facts(self) -> frozenset[str]:
        """The facts that decide its limit, those with columns of their own among them."""
        own = {"custody"} if self.custody else set()
        return frozenset({*self.facts, *own, *({"foreign"} if self.foreign else ())})

    def numbered(self, number: CaseNumber) -> None:
        """Take the parts of the number, and the line that follows from it."""
        self.number = str(number)
        self.year, self.court_code, self.type_code = number.year, number.court, number.type
        self.serial, self.suffix = number.serial, number.suffix
        self.line = self.line or line_of(number.type)

    def clean(self) -> None:
        """Read the number, check what the columns cannot. Raises ValidationError by field."""
        try:
            self.numbered(parse_number(self.number))
        except CaseNumberError as error:
            raise ValidationError({"number": str(number_message(error))}) from error
        wrong = {**self._wrong_codes(), **self._wrong_days()}
        if wrong:
            raise ValidationError(wrong)

    def _wrong_codes(self) -> dict[str, str]:
        strange = []
        if self.facts:
            known = {code for code, _name in words.facts()}
            strange = [fact for fact in self.facts if fact not in known]
        found: dict[str, str] = {}
        if strange:
            found["facts"] = _("不认识“%(found)s”。") % {"found": "、".join(map(str, strange))}
        if self.closing_manner and self.closed_on is None:
            found["closing_manner"] = str(_("写了结案方式，没有结案日期。"))
        return found

    def _wrong_days(self) -> dict[str, str]:
        events = {code for code, _name in words.events()} if self.dates else set()
        for event, day in self.dates.items():
            if event not in events:
                return {"dates": _("不认识节点“%(found)s”。") % {"found": event}}
            try:
                dt.date.fromisoformat(day)
            except (TypeError, ValueError):
                return {"dates": _("“%(found)s”不是日期。") % {"found": day}}
        return {}


def line_of(type_code: str) -> str:
    """The line of a type code; bankruptcy and compulsory winding-up apart. "" for a code of no table."""
    if type_code in BANKRUPTCY:
        return Line.BANKRUPTCY.value
    found = case_types().by_code.get(type_code)
    return found.line if found else ""


BANKRUPTCY = frozenset({"破申", "破", "破终", "破监", "清申", "强清", "清终", "清监"})
"""Type codes of bankruptcy and compulsory winding-up."""


class CaseParty(Kept):
    """A party of a case, where the sheet gives them one by one."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="party_rows", verbose_name=_("案号"))
    role = models.CharField(_("诉讼地位"), max_length=12, choices=PartyRole.choices)
    name = models.CharField(_("姓名或名称"), max_length=120)
    kind = models.CharField(_("当事人类型"), max_length=12, choices=PartyKind.choices, blank=True)

    class Meta:
        verbose_name = _("当事人")
        ordering: ClassVar = ["case", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_party_once", fields=["case", "role", "name"]),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_role_display()}"
