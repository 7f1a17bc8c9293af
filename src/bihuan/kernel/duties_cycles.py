"""How often a duty falls due, in plain words: a week's, a month's, a quarter's day become RFC 5545 rules and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Every = Literal["weekly", "monthly", "quarterly", "custom"]
EVERY = {
    "weekly": gettext_lazy("每周"),
    "monthly": gettext_lazy("每月"),
    "quarterly": gettext_lazy("每季度"),
    "custom": gettext_lazy("其他周期"),
}
LAST_DAY = -1
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SAFE_DAY = 28  # every month has it


@dataclass(frozen=True)
class Cycle:
    """A choice: `weekday` 0 (Monday) to 6, `monthday` 1 to 31 or LAST_DAY, `month` 1 to 3 of the quarter, `rule` for a
    custom one."""

    every: Every = "weekly"
    weekday: int = 4
    monthday: int = 25
    month: int = 3
    rule: str = ""

    @property
    def rrule(self) -> str:
        """The RFC 5545 rule. A day that a month lacks is the month's last: RFC 5545 by itself would skip that month."""
        if self.every == "custom":
            return self.rule.strip()
        if self.every == "weekly":
            return f"FREQ=WEEKLY;BYDAY={_DAYS[self.weekday]}"
        months = ""
        if self.every == "quarterly":
            months = f"BYMONTH={','.join(str(self.month + n) for n in (0, 3, 6, 9))};"
        return f"FREQ=MONTHLY;{months}{_monthday(self.monthday)}"


def _monthday(day: int) -> str:
    if day <= _SAFE_DAY:  # LAST_DAY included
        return f"BYMONTHDAY={day}"
    return f"BYMONTHDAY={','.join(str(n) for n in range(_SAFE_DAY, day + 1))};BYSETPOS=-1"


def words(rrule: str) -> str:
    """The rule in the reader's language where it is of a plain kind; else the rule itself."""
    parts = dict(part.split("=", 1) for part in rrule.upper().split(";") if "=" in part)
    interval = int(parts.pop("INTERVAL", "1")) if parts.get("INTERVAL", "1").isdigit() else 0
    freq = parts.pop("FREQ", "")
    if freq == "WEEKLY" and set(parts) == {"BYDAY"}:
        days = [_DAYS.index(day) for day in parts["BYDAY"].split(",") if day in _DAYS]
        if days and interval:
            named = _("、").join(str(WEEKDAYS[day]) for day in days)
            return (
                _("每周%(days)s") % {"days": named}
                if interval == 1
                else _("每 %(n)s 周的%(days)s") % {"n": interval, "days": named}
            )
    if freq == "MONTHLY" and interval and set(parts) <= {"BYMONTHDAY", "BYMONTH", "BYSETPOS"}:
        day = _day_words(parts.get("BYMONTHDAY", ""), parts.get("BYSETPOS", ""))
        if day:
            said = _month_words(parts.get("BYMONTH", ""), interval, day)
            if said:
                return said
    if freq == "DAILY" and interval == 1 and not parts:
        return _("每日")
    return rrule


def _day_words(days: str, position: str) -> str:
    given = days.split(",")
    if days == str(LAST_DAY) and not position:
        return _("最后一天")
    if len(given) == 1 and not position and days.isdigit():
        return _("%(day)s日") % {"day": days}
    if position == "-1" and given == [str(n) for n in range(_SAFE_DAY, _SAFE_DAY + len(given))]:
        return _("%(day)s日（当月没有的为最后一天）") % {"day": given[-1]}
    return ""


def _month_words(months: str, interval: int, day: str) -> str:
    if months:
        given = [int(n) for n in months.split(",") if n.isdigit()]
        if interval == 1 and given in [[m, m + 3, m + 6, m + 9] for m in (1, 2, 3)]:
            return _("每季度第%(n)s个月%(day)s") % {"n": given[0], "day": day}
        if interval == 1 and len(given) == 1:
            return _("每年%(month)s月%(day)s") % {"month": given[0], "day": day}
        return ""
    return (
        _("每月%(day)s") % {"day": day} if interval == 1 else _("每 %(n)s 个月的%(day)s") % {"n": interval, "day": day}
    )
