"""Setting up a recurring duty in plain words, with its next due days before it is saved; one duty; ending it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from bihuan.law.calendar import current_calendar

from .. import access, clock, duties
from ..alerts_campaigns import domain_name, domains
from ..duties_cycles import EVERY, LAST_DAY, Cycle, Every
from ..errors import NotAllowed, Refused
from ..models.duties import Duty, DutyOccurrence, Roll
from ..models.org import Person, Unit
from ..supervision_access import managed_domains
from .base import PersonView, choice_of, day_of, row_id

AHEAD = 5
PAST = 12
MOST_GRACE = 60


@dataclass(frozen=True)
class Given:
    """What the form holds, cleaned; `wrong` says what could not be read."""

    cycle: Cycle
    starts: dt.date
    roll: str
    grace_days: int
    wrong: tuple[str, ...]

    def upcoming(self) -> tuple[list[dict[str, Any]], int, list[str]]:
        """(the next due days, how many fell due before today already, what is wrong with the rule)."""
        problem = duties.rule_problem(self.cycle.rrule, self.starts)
        if problem is not None:
            return [], 0, [str(problem)]
        duty = Duty(rrule=self.cycle.rrule, starts=self.starts, roll=self.roll, grace_days=self.grace_days)
        today = clock.today()
        missed = duties.upcoming(duty, self.starts, 400) if self.starts < today else []
        return ahead(duty, today), sum(row.deadline < today for row in missed), []


def ahead(duty: Duty, since: dt.date) -> list[dict[str, Any]]:
    """The next due days of a duty, each with why it lies where it does."""
    calendar = current_calendar()
    until = calendar.published_to()
    return [
        {"row": row, "rolled": row.due_on != row.nominal_on, "provisional": row.deadline > until}
        for row in duties.upcoming(duty, since, AHEAD)
    ]


def read(data: Mapping[str, str]) -> Given:
    """The form's cycle and days; nonsense keeps the default and is named."""
    wrong: list[str] = []

    def number(name: str, least: int, most: int, otherwise: int, label: str) -> int:
        text = data.get(name, "").strip()
        if not text:
            return otherwise
        try:
            found = int(text)
        except ValueError:
            found = least - 1
        if least <= found <= most:
            return found
        wrong.append(_("“%(label)s”填写的是 %(given)s，请填写 %(least)s 至 %(most)s 的整数。")
                     % {"label": label, "given": text, "least": least, "most": most})  # fmt: skip
        return otherwise

    every = cast(Every, choice_of(data.get("every"), EVERY, "weekly"))
    monthday = data.get(f"{every}_day", "")
    cycle = Cycle(
        every,
        weekday=number("weekday", 0, 6, 4, _("星期")),
        monthday=LAST_DAY if monthday == "last" else number(f"{every}_day", 1, 31, 25, _("日")),
        month=number("month", 1, 3, 3, _("季度内第几个月")),
        rule=data.get("rule", ""),
    )
    starts = clock.today()
    try:
        starts = day_of(data.get("starts")) or starts
    except ValueError:
        wrong.append(_("“%(day)s”不是日期，请按 2025-03-01 的格式填写。") % {"day": data.get("starts", "")})
    grace = number("grace_days", 0, MOST_GRACE, 0, _("宽限（工作日）"))
    return Given(cycle, starts, choice_of(data.get("roll"), Roll.values, Roll.NEXT), grace, tuple(wrong))


def manageable(person: Person) -> list[tuple[str, str]]:
    """The domains whose duties the person may set up, with their names."""
    codes = managed_domains(access.viewer(person), domains())
    return [(code, domain_name(code)) for code in codes]


class DutyAdd(PersonView):
    """Set up a duty. “预览” shows the next due days and saves nothing."""

    template = "duties/add.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty form."""
        given = {"every": "weekly", "weekday": "4", "monthly_day": "25", "quarterly_day": "25", "month": "3",
                 "starts": clock.today().isoformat(), "roll": Roll.NEXT, "grace_days": "0"}  # fmt: skip
        return self._form(given)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Preview or save."""
        given = {name: str(value) for name, value in request.POST.items()}
        if given.get("act") == "preview":
            return self._form(given)
        found = read(given)
        unit = self._unit(given.get("unit", ""))
        wrong = list(found.wrong)
        if given.get("unit") and unit is None:
            wrong.append(_("所选部门不存在或已撤销，请重新选择。"))
        if wrong:
            return self._form(given, wrong, status=409)
        try:
            duty = duties.create(
                actor=self.person,
                code=given.get("code", "").strip() or duties.next_code(),
                title=given.get("title", "").strip(),
                rrule=found.cycle.rrule,
                starts=found.starts,
                owner_role=given.get("owner_role", ""),
                unit=unit,
                domain=choice_of(given.get("domain"), domains()),
                grace_days=found.grace_days,
                roll=found.roll,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._form(given, [str(reason) for reason in refusal.reasons], status=409)
        duties.generate(clock.today())
        self.done(_("已设立定期工作“%(title)s”。") % {"title": duty.title})
        return HttpResponseRedirect(reverse("duty_detail", args=[duty.pk]))

    def _unit(self, text: str) -> Unit | None:
        return self._units().filter(pk=row_id(text)).first()

    def _units(self) -> QuerySet[Unit]:
        return access.visible(self.person, Unit).filter(closed_on__isnull=True)

    def _form(self, given: Mapping[str, str], reasons: list[str] | None = None, status: int = 200) -> HttpResponse:
        managed = manageable(self.person)
        if not managed:
            access.require(self.person, "duty.manage", "")
        context = {
            "given": given,
            "reasons": reasons or [],
            "domains": managed,
            "every": [(code, str(label)) for code, label in EVERY.items()],
            "weekdays": [(str(n), str(name)) for n, name in WEEKDAYS.items()],
            "days": [str(n) for n in range(1, 32)],
            "rolls": Roll.choices,
            "roles": [(code, str(role.name)) for code, role in access.roles().items()],
            "units": self._units(),
            "most_grace": MOST_GRACE,
            **preview_of(given),
        }
        return self.show(context, status=status)


class DutyPreview(PersonView):
    """The next due days of what the form holds, as a piece of the page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The piece."""
        given = {name: str(value) for name, value in request.GET.items()}
        return render(request, "duties/preview.html", preview_of(given))


def preview_of(given: Mapping[str, str]) -> dict[str, Any]:
    """What the preview shows."""
    found = read(given)
    rows, missed, wrong = found.upcoming()
    return {
        "ahead": rows,
        "already_missed": missed,
        "preview_wrong": [*found.wrong, *wrong],
        "rrule": found.cycle.rrule,
    }


class DutyDetail(PersonView):
    """One duty: what, whose, how often; its next and its latest occurrences; POST ends it."""

    template = "duties/detail.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        return self._page(self.seen(Duty, pk, "unit"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it. A refusal keeps what was typed."""
        duty = self.seen(Duty, pk, "unit")
        given = {"on": request.POST.get("on", ""), "reason": request.POST.get("reason", "")}
        try:
            duty.revision = int(request.POST.get("revision", ""))
            on = day_of(given["on"])
        except ValueError:
            on = None
        if on is None:
            return self._page(duty, given, [_("请填写停用日期，格式如 2025-03-01。")])
        try:
            duties.end(actor=self.person, duty=duty, on=on, reason=given["reason"])
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._page(duty, given, [str(reason) for reason in refusal.reasons])
        self.done(_("“%(title)s”自 %(day)s 之后不再要求。") % {"title": duty.title, "day": on})
        return HttpResponseRedirect(reverse("duty_detail", args=[pk]))

    def _page(
        self, duty: Duty, given: Mapping[str, str] | None = None, reasons: list[str] | None = None
    ) -> HttpResponse:
        today = clock.today()
        past = access.visible(self.person, DutyOccurrence).filter(duty=duty, due_on__lte=today)
        ended = duty.ends is not None and duty.ends < today
        context = {
            "duty": duty,
            "today": today,
            "domain": domain_name(duty.domain) if duty.domain else "",
            "ahead": [] if ended else ahead(duty, today),
            "past": past.select_related("duty", "fulfilled_by").order_by("-due_on")[:PAST],
            "may_end": not ended and access.may(self.person, "duty.manage", duty.domain),
            "least": max(today, duty.starts),
            "given": given or {},
            "reasons": reasons or [],
        }
        return self.show(context, status=409 if reasons else 200)
