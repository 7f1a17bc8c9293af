"""The page itself, for the screen and for one printed sheet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse

from bihuan.kernel import clock, sources
from bihuan.kernel.indicators import history
from bihuan.kernel.indicators.tallies import AGES
from bihuan.kernel.pages.base import PersonView

from . import parts
from .fields import field_for, fields_of


class Dashboard(PersonView):
    """The loop at a glance, of the field one asks for."""

    template = "dashboard/page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it. Raises NotAllowed for a field one has not."""
        known = fields_of(self.person)
        field = field_for(self.person, request.GET.get("field", ""), known)
        today = clock.today()
        day = history.newest_day(self.person, field.units, today)
        waiting, due, late = parts.duty_rows(self.person, field, today)
        context: dict[str, Any] = {
            "fields": known, "field": field, "today": today, "soon": today + dt.timedelta(days=7), "ages": AGES, "counted_on": day,
            "old": day is not None and (today - day).days > 1, "duties": waiting, "duties_due": due, "duties_late": late,
            "stale": [state for state in sources.states(on=today).values() if state.stale],
        }  # fmt: skip
        if day is not None:
            context |= parts.counted(self.person, field, day)
            lines = {line.one.code: line for line in context["rectification"]}
            context["totals"] = {
                "alerts": sum(line.total for line in context["alerts"]),
                "serious": sum(line.serious for line in context["alerts"]),
                "done": lines.get("rectification.measures-done"),
                "overdue": lines.get("rectification.measures-overdue"),
                "rebounds": lines.get("rectification.rebounds"),
            }
        return self.show(context)
