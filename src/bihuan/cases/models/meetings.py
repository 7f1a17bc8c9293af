"""Meetings on cases: the body, who was there and in which order they spoke, the items, and what was wrong.

Opinions are judicial secrets and have no column here: of a member we keep presence, order and whether a reason was given; of an item
the result and the votes for it; of minutes and reports the digest of the file.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person

from .clocks import CaseFact
from .meeting_choices import (
    Answer,
    Body,
    DefectCode,
    DefectState,
    Execution,
    Grade,
    ItemState,
    MeetingState,
    PriorExempt,
    Remedy,
    Result,
    Trigger,
)
from .searches import SearchRecord

SAT = ("held", "minuted")
"""States of a meeting that took place."""
CONCLUDED = ("concluded", "answered", "executed")
"""States of an item whose result stands."""


class Meeting(Kept):
    """One meeting of one body. `members_total`, `present_total` and `least` are taken from the roll when it is opened, and stay."""

    body = models.CharField(_("会议"), max_length=12, choices=Body.choices)
    no = models.CharField(_("会议编号"), max_length=40, unique=True)
    held_on = models.DateField(_("会议日期"))
    state = models.CharField(_("状态"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED)
    chair = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主持人"))
    delegated = models.BooleanField(_("受院长委托主持"), default=False)
    members_total = models.PositiveSmallIntegerField(_("应到人数"), null=True, blank=True)
    present_total = models.PositiveSmallIntegerField(_("实到人数"), null=True, blank=True)
    least = models.PositiveSmallIntegerField(_("最少到会人数"), null=True, blank=True)
    minutes_sha256 = models.CharField(_("会议记录SHA-256"), max_length=64, blank=True)
    minutes_sm3 = models.CharField(_("会议记录SM3"), max_length=64, blank=True)
    minutes_on = models.DateField(_("会议记录归入日期"), null=True, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("会议秘书"))

    class Meta:
        verbose_name = pgettext_lazy("cases", "会议")
        ordering: ClassVar = ["-held_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meeting_sat_counted",
                condition=~Q(state__in=SAT)
                | Q(members_total__isnull=False, present_total__isnull=False, least__isnull=False, chair__isnull=False),
            ),
            models.CheckConstraint(name="meeting_has_quorum", condition=~Q(state__in=SAT) | Q(present_total__gte=F("least"))),
            models.CheckConstraint(
                name="meeting_committee_quorum",
                condition=~Q(state__in=SAT) | ~Q(body="committee") | Q(members_total__lt=F("present_total") * 2),
            ),
            models.CheckConstraint(name="meeting_minutes_digest", condition=~Q(state="minuted") | ~Q(minutes_sm3="")),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def is_committee(self) -> bool:
        """Whether it is the judicial committee."""
        return self.body == Body.COMMITTEE

    @property
    def sat(self) -> bool:
        """Whether it took place."""
        return self.state in SAT


class MeetingMember(Kept):
    """A member of the body at a meeting. `grade_since`: in the same grade, the shorter time speaks first."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="members", verbose_name=pgettext_lazy("cases", "会议"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("组成人员"))
    grade = models.PositiveSmallIntegerField(_("法官等级"), choices=Grade.choices, null=True, blank=True)
    grade_since = models.DateField(_("任该等级日期"), null=True, blank=True)
    present = models.BooleanField(_("到会"), default=False)
    spoke_order = models.PositiveSmallIntegerField(_("发言次序"), null=True, blank=True)
    gave_reason = models.BooleanField(_("说明理由"), default=False)
    signed_on = models.DateField(_("签名日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("参会人员")
        ordering: ClassVar = ["meeting", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="meeting_member_once", fields=["meeting", "person"]),
            models.UniqueConstraint(
                name="meeting_order_once", fields=["meeting", "spoke_order"], condition=Q(spoke_order__isnull=False)
            ),
            models.CheckConstraint(
                name="meeting_absent_silent",
                condition=Q(present=True) | Q(spoke_order__isnull=True, gave_reason=False, signed_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.person}"


class AgendaItem(CaseFact):
    """A case before a meeting. `search` is the search that was written into its report; the report itself is kept by digest alone.

    `prior` is the item of the professional judges' meeting that came before, for the committee.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=pgettext_lazy("cases", "会议"))
    place = models.PositiveSmallIntegerField(_("议题序号"))
    trigger = models.CharField(_("提交事由"), max_length=12, choices=Trigger.choices)
    search = models.ForeignKey(SearchRecord, models.PROTECT, related_name="agenda_items", verbose_name=_("类案检索记录"))
    report_sm3 = models.CharField(_("审理报告SM3"), max_length=64, blank=True)
    report_on = models.DateField(_("审理报告日期"), null=True, blank=True)
    prior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("此前的专业法官会议")
    )
    prior_exempt = models.CharField(_("未经专业法官会议的理由"), max_length=10, choices=PriorExempt.choices, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ItemState.choices, default=ItemState.LISTED)
    result = models.CharField(_("结果"), max_length=10, choices=Result.choices, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("同意人数"), null=True, blank=True)
    concluded_on = models.DateField(_("议决日期"), null=True, blank=True)
    execute_by = models.DateField(_("落实期限"), null=True, blank=True)
    execution = models.CharField(_("落实情况"), max_length=12, choices=Execution.choices, blank=True)
    executed_on = models.DateField(_("落实日期"), null=True, blank=True)
    answer = models.CharField(_("对意见的处理"), max_length=10, choices=Answer.choices, blank=True)
    answered_on = models.DateField(_("反馈日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("议题")
        ordering: ClassVar = ["meeting", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="agenda_case_once", fields=["meeting", "case"], condition=Q(voided_at__isnull=True)),
            models.CheckConstraint(
                name="agenda_result_with_state",
                condition=Q(state__in=("listed", "deferred"), result="", concluded_on__isnull=True)
                | Q(state__in=(*CONCLUDED, "superseded"), concluded_on__isnull=False) & ~Q(result=""),
            ),
            models.CheckConstraint(
                name="agenda_executed_how", condition=~Q(state="executed") | ~Q(execution="") & Q(executed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="agenda_answered_how", condition=~Q(state="answered") | ~Q(answer="") & Q(answered_on__isnull=False)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "state"], name="agenda_case_state")]

    def __str__(self) -> str:
        return f"{self.meeting} {self.case}"


class MeetingDefect(Kept):
    """Something the system found wrong with a meeting or an item (瑕疵). It stays on record however it was settled."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="defects", verbose_name=pgettext_lazy("cases", "会议"))
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="defects", verbose_name=_("议题")
    )
    code = models.CharField(_("瑕疵"), max_length=16, choices=DefectCode.choices)
    detail = models.JSONField(_("具体情况"), default=dict, blank=True)
    basis = models.CharField(_("依据"), max_length=60)
    remedy = models.CharField(_("处理方式"), max_length=10, choices=Remedy.choices)
    found_on = models.DateField(_("发现日期"))
    due_on = models.DateField(_("处理期限"))
    state = models.CharField(_("状态"), max_length=12, choices=DefectState.choices, default=DefectState.OPEN)
    settled_on = models.DateField(_("处理日期"), null=True, blank=True)
    how = models.CharField(_("补正情况"), max_length=300, blank=True)
    again = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("重新讨论的议题")
    )

    class Meta:
        verbose_name = _("会议瑕疵")
        ordering: ClassVar = ["-found_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="defect_item_once", fields=["item", "code"], condition=Q(item__isnull=False)),
            models.UniqueConstraint(name="defect_meeting_once", fields=["meeting", "code"], condition=Q(item__isnull=True)),
            models.CheckConstraint(
                name="defect_settled_when",
                condition=Q(state="open", settled_on__isnull=True) | ~Q(state="open") & Q(settled_on__isnull=False),
            ),
            models.CheckConstraint(name="defect_again_named", condition=~Q(state="rediscussed") | Q(again__isnull=False)),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="defect_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.meeting} {self.get_code_display()}"

    @property
    def case(self) -> object:
        """The case of its item, if it is about one."""
        return self.item.case if self.item is not None else None
