"""The calendar by month, the person's own feed, and the feed as calendar programs read it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.pages.base import PersonView, choice_of
from bihuan.kernel.wording import Message
from bihuan.law.calendar import current_calendar

from . import feeds, ics
from .selectors import ALL, MINE, Entry, entries

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass
class Day:
    """A day of the month with what stands in it."""

    day: dt.date
    inside: bool
    today: bool
    works: bool
    entries: list[Entry] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many entries the day has beyond those shown."""
        return sum(entry.more for entry in self.entries)


class MonthPage(PersonView):
    """One month. On a wide screen a grid of weeks, on a phone the days that hold something, one below the other."""

    template = "cases/calendar.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        viewer = access.viewer(self.person)
        if not viewer.roles:
            raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(self.person), "action": _("查看案件日历")}))
        today = clock.today()
        first = month_of(request.GET.get("month", ""), today)
        whose = choice_of(request.GET.get("whose"), (MINE, ALL), MINE)
        days = weeks(self.person, first, today, whose)
        before, after = first - dt.timedelta(days=1), (first + dt.timedelta(days=31)).replace(day=1)
        shown = [day for day in days if day.inside]
        return self.show({
            "first": first, "days": days, "whose": whose, "before": f"{before:%Y-%m}", "after": f"{after:%Y-%m}",
            "this": f"{today:%Y-%m}", "choices": [(MINE, _("我办理的")), (ALL, _("我能看到的"))],
            "count": sum(len(day.entries) + day.more for day in shown), "week": [day.day for day in days[:7]],
            "provisional": current_calendar().is_provisional(days[-1].day), "feed": reverse("cases:feed"),
        })  # fmt: skip


def month_of(text: str, today: dt.date) -> dt.date:
    """The first day of the month asked for; of this month for what is none."""
    found = MONTH.fullmatch(text)
    return dt.date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def weeks(person: Any, first: dt.date, today: dt.date, whose: str) -> list[Day]:
    """The days of the whole weeks that hold the month."""
    known = current_calendar()
    rows = [day for week in calendar.Calendar().monthdatescalendar(first.year, first.month) for day in week]
    days = {day: Day(day, day.month == first.month, day == today, known.is_workday(day)) for day in rows}
    for entry in entries(person, rows[0], rows[-1], today, whose):
        days[entry.day].entries.append(entry)
    return list(days.values())


class FeedPage(PersonView):
    """The person's own feed: whether it is on; to switch it on and off. The address is shown once."""

    template = "cases/feed.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show whether it is on."""
        return self.answer()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Switch on or off."""
        try:
            if request.POST.get("act") == "off":
                feeds.switch_off(actor=self.person)
                self.done(_("已停用，原来的地址不再有效。"))
                return HttpResponseRedirect(reverse("cases:feed"))
            if request.POST.get("act") != "on":
                return HttpResponseRedirect(reverse("cases:feed"))
            token = feeds.switch_on(actor=self.person)
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
            return HttpResponseRedirect(reverse("cases:feed"))
        return self.answer(request.build_absolute_uri(reverse("cases:feed_read", args=[token])))

    def answer(self, address: str = "") -> HttpResponse:
        """The page; not kept by the browser, for it may hold the secret."""
        if not access.viewer(self.person).roles:
            raise NotAllowed(Message(feeds.FOR_NOBODY))
        page = self.show({"held": feeds.held(self.person), "address": address, "back": reverse("cases:calendar")})
        page["Cache-Control"] = "no-store"
        return page


class FeedRead(View):
    """The feed itself. Who has the secret address reads it; there is no session and nothing else to be had by it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The calendar. Raises Http404 for a secret that opens nothing."""
        person = feeds.owner(token)
        if person is None:
            raise Http404
        on = clock.today()
        text = ics.calendar(
            _("案件日历"), feeds.contents(person, on), stamp=clock.now(), host=request.get_host().partition(":")[0]
        )
        answer = HttpResponse(text.encode(), content_type="text/calendar; charset=utf-8")
        answer["Cache-Control"] = "private, no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer
